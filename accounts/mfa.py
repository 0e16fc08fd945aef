"""Second factors, with their secrets sealed at rest."""

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter

from prifora.kernel.fields import from_base64, to_base64
from prifora.kernel.sealing import open_secret, seal_secret

PLACE = "mfa_authenticator.data"


class SealedMfaAdapter(DefaultMFAAdapter):
    """Keeps TOTP secrets and recovery seeds sealed; tells passkeys an id and the username, no other name."""

    def encrypt(self, text: str) -> str:
        return to_base64(seal_secret(text.encode(), place=PLACE))

    def decrypt(self, encrypted_text: str) -> str:
        return open_secret(from_base64(encrypted_text), place=PLACE).decode()

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        return {**super().get_public_key_credential_user_entity(user), "display_name": "PRIFORA"}
