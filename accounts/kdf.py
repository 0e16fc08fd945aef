"""How a client turns a password into keys; the answer gives away no account."""

from typing import Any

from django.conf import settings

from accounts import access
from accounts.rules import KDF
from prifora.kernel import crypto


def parameters_for(login: str) -> dict[str, Any]:
    """Return salt and parameters for a username, e-mail address or phone number.

    For an unknown one the salt is invented, but always the same however it is typed, so that nobody
    learns which exist.
    """
    name = access.login_name(login)
    known = access.salt_of(name)
    invented = crypto.mac(crypto.derive(settings.BLIND_KEY, "invented salts"), name.encode())
    return {
        "salt": known or invented[: KDF.salt_bytes],
        "memory_kib": KDF.memory_kib,
        "passes": KDF.passes,
        "lanes": KDF.lanes,
    }
