"""Rules about families that need no database: by whose statement people are in, and what may be chosen."""

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar
from uuid import UUID

from prifora.kernel import statements
from prifora.kernel.errors import StatementRefused
from prifora.kernel.fields import to_base64

RETENTION_DAYS = (30, 90, 365)
"""How long a family may choose to keep what is said; nothing chosen: as long as it exists."""

FOUNDER, INVITED, PAIRED = "founder", "invited", "paired"


class Admitted(Protocol):
    """A bond: who, and by which statement."""

    account_id: UUID
    admission: dict[str, Any] | None


Bonded = TypeVar("Bonded", bound=Admitted)


def ancestors(present: Iterable[Admitted], past: Iterable[Bonded]) -> list[Bonded]:
    """Return those of the past by whom the present came in, directly or by one another.

    Somebody who is back counts as well by the bond they had before: those they let in then came by it.
    """
    wanted = {one.admission.get("by") for one in present if one.admission}
    rest, found = list(past), list[Bonded]()
    while more := [one for one in rest if str(one.account_id) in wanted]:
        found += more
        rest = [one for one in rest if one not in more]
        wanted = {(one.admission or {}).get("by") for one in more}
    return found


def founding(*, family_id: UUID, account_id: UUID, aik: bytes, signature: bytes) -> dict[str, Any]:
    """Return the admission of who founded a family. Raises StatementRefused."""
    said = statements.founding(family_id=family_id, account_id=account_id, aik=aik)
    _check(aik, signature, said)
    return {"kind": FOUNDER, "aik": to_base64(aik), "signature": to_base64(signature)}


def check_invitation(
    *, family_id: UUID, by: UUID, by_aik: bytes, key: bytes, history: str, signature: bytes
) -> None:
    """Raise StatementRefused unless the inviter's identity key signed the invitation's key."""
    _check(by_aik, signature, statements.invitation(family_id=family_id, by=by, key=key, history=history))


def invited(
    *, invitation: Any, account_id: UUID, by_aik: bytes, aik: bytes, signature: bytes
) -> dict[str, Any]:
    """Return the admission of who came in by an invitation. Raises StatementRefused."""
    key, family_id = bytes(invitation.key), invitation.family_id
    _check(key, signature, statements.admission(family_id=family_id, account_id=account_id, aik=aik))
    return {
        "kind": INVITED,
        "by": str(invitation.made_by_id),
        "by_aik": to_base64(by_aik),
        "key": to_base64(key),
        "history": invitation.history,
        "by_signature": to_base64(bytes(invitation.signature)),
        "aik": to_base64(aik),
        "signature": to_base64(signature),
    }


def paired(
    *, family_id: UUID, by: UUID, by_aik: bytes, account_id: UUID, aik: bytes, by_signature: bytes
) -> dict[str, Any]:
    """Return the admission of whose keys a relative approved at pairing. Raises StatementRefused."""
    said = statements.paired(family_id=family_id, by=by, account_id=account_id, aik=aik)
    _check(by_aik, by_signature, said)
    return {
        "kind": PAIRED,
        "by": str(by),
        "by_aik": to_base64(by_aik),
        "aik": to_base64(aik),
        "by_signature": to_base64(by_signature),
    }


def _check(key: bytes, signature: bytes, statement: bytes) -> None:
    if not statements.holds(public_key=key, signature=signature, statement=statement):
        raise StatementRefused
