"""Rules about accounts that need no database."""

import re
from dataclasses import dataclass

import phonenumbers


@dataclass(frozen=True, slots=True)
class Stretching:
    """Argon2id parameters (RFC 9106). Clients refuse anything weaker."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 1
    salt_bytes: int = 16


KDF = Stretching()

_USERNAME = re.compile(r"(?=[^a-z]*[a-z])[a-z0-9][a-z0-9._-]{2,29}\Z")
"""At least one letter, so that no username can be taken for a phone number."""

_WRITTEN_NUMBER = re.compile(r"[+(]?[0-9][0-9 ()./-]{4,24}\Z")


def canonical_username(text: str) -> str | None:
    """Return a username in its one form, lower case, or None when it cannot be one."""
    name = text.strip().lower()
    return name if _USERNAME.match(name) else None


def canonical_phone(text: str, *, region: str) -> str | None:
    """Return a phone number in E.164 however a person writes it, or None when it is none.

    "06 12345678", "0031612345678" and "+31 (0)6-12345678" are one number. `region` (ISO 3166-1) is the
    country of numbers written without one.
    """
    if not _WRITTEN_NUMBER.match(text.strip()):
        return None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def canonical_login(text: str, *, region: str) -> str:
    """Return the one form of what a person signs in with: a phone number in E.164, else in lower case."""
    return canonical_phone(text, region=region) or text.strip().casefold()
