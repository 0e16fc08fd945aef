"""Where somebody may complain about us: the authority of their country, the Dutch one by default."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Authority:
    """A supervisory authority: what it is called in its own languages, and its site."""

    country: str
    name: str
    site: str


DEFAULT = "NL"
AUTHORITIES = {
    one.country: one
    for one in (
        Authority("NL", "Autoriteit Persoonsgegevens", "https://autoriteitpersoonsgegevens.nl"),
        Authority(
            "BE",
            "Gegevensbeschermingsautoriteit / Autorité de protection des données",
            "https://www.gegevensbeschermingsautoriteit.be",
        ),
        Authority("FR", "Commission nationale de l’informatique et des libertés", "https://www.cnil.fr"),
    )
}
PREFIXES = {"+31": "NL", "+32": "BE", "+33": "FR"}


def authority_for(profile: Mapping[str, Any]) -> Authority:
    """Return the authority of whoever told this: by the country of their address, else of their number."""
    country = str((profile.get("address") or {}).get("country") or "").upper()
    if country not in AUTHORITIES:
        country = PREFIXES.get(str(profile.get("phone") or "")[:3], DEFAULT)
    return AUTHORITIES[country]
