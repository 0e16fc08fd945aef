"""Somebody asks for a person: entered by staff, checked by staff, taken back by the person.

The same clock runs as for any request. Nothing is answered or erased before a proof was seen that covers it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from prifora.kernel.errors import Absent, Conflict
from prifora.kernel.terms import day_of
from privacy.letters import FOR_YOU_CHECKED, FOR_YOU_REVOKED
from privacy.models import Request
from privacy.rights import Proof, Right
from privacy.services.agents import mandate_of
from privacy.services.consents import object_to_marketing
from privacy.services.requests import hold, tell_step


class MandateUnchecked(Conflict):
    """No proof was seen yet, or the person took it back."""

    code = "mandate_unchecked"
    sentence = _("Somebody asks this for the person. First note the proof that they may, or refuse.")


class MandateEnded(Conflict):
    """Its last day is over."""

    code = "mandate_ended"
    sentence = _("The proof that they may ask this for the person is over. Ask for a new one, or refuse.")


class MandateTooNarrow(Conflict):
    """What is asked is not among what it covers."""

    code = "mandate_too_narrow"
    sentence = _("The proof does not cover what is asked for the person. Ask for another one, or refuse.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What staff saw: the kind of proof, its day, what it covers until when, the fingerprint of a file."""

    proof: Proof
    proof_on: date
    scope: list[Right]
    ends_on: date | None
    fingerprint: str
    by: UUID


@transaction.atomic
def check_mandate(*, request_id: UUID, seen: Seen, now: datetime) -> Request:
    """Note which proof was seen, by whom; both are told. No copy is kept.

    Seen anew it replaces what was noted before, also after the person took it back. An objection that it
    covers ends marketing at once. Raises RequestClosed, Absent where the person asks for themselves,
    MandateEnded, MandateTooNarrow; then nothing is noted.
    """
    request = hold(request_id)
    mandate = mandate_of(request)
    if mandate is None:
        raise Absent
    mandate.proof, mandate.proof_on, mandate.fingerprint = seen.proof, seen.proof_on, seen.fingerprint
    mandate.scope, mandate.ends_on = [right.value for right in seen.scope], seen.ends_on
    mandate.checked_at, mandate.checked_by_id = now, seen.by
    refuse_without_mandate(request, now=now)
    noted = ["proof", "proof_on", "fingerprint", "scope", "ends_on", "checked_at", "checked_by"]
    mandate.save(update_fields=noted)
    if request.kind == Right.OBJECTION:
        object_to_marketing(account_id=request.account_id, how="request", now=now)
    facts = {"proof": seen.proof.value, "proof_on": seen.proof_on.isoformat()}
    tell_step(request, FOR_YOU_CHECKED, f"checked {int(now.timestamp() * 1000)}", now=now, **facts)
    return request


@transaction.atomic
def revoke_mandate(*, request_id: UUID, now: datetime) -> Request:
    """Say, as the person, that nobody may ask this for them; said before, nothing happens.

    Only a proof that is seen after this opens it again: a judge can let somebody ask against one's will.
    Raises RequestClosed, and Absent where the person asked themselves.
    """
    request = hold(request_id)
    mandate = mandate_of(request)
    if mandate is None:
        raise Absent
    if mandate.revoked_at is None or mandate.is_checked():
        mandate.revoked_at = now
        mandate.save(update_fields=["revoked_at"])
        tell_step(request, FOR_YOU_REVOKED, f"revoked {int(now.timestamp() * 1000)}", now=now)
    return request


def refuse_without_mandate(request: Request, *, now: datetime) -> None:
    """Raise unless the person asked themselves, or a proof was seen that covers what is asked today."""
    mandate = mandate_of(request)
    if mandate is None:
        return
    if not mandate.is_checked():
        raise MandateUnchecked
    if mandate.has_ended(day_of(now)):
        raise MandateEnded
    if request.kind not in mandate.scope:
        raise MandateTooNarrow


def refuse_erasing_unchecked(account_id: UUID, *, now: datetime) -> None:
    """Raise while somebody asks for a person to be erased, and has not shown that they may."""
    asked = Request.objects.filter(account_id=account_id, kind=Right.ERASURE, closed_at=None)
    for request in asked.exclude(mandate=None).select_related("mandate"):
        refuse_without_mandate(request, now=now)
