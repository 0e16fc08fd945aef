"""Authorities that ask for what we hold about somebody: step by step, two people, and the person is told.

Whoever is asked about learns of it when it comes in and again when it ends, unless a law that is named
forbids it until a day that is named; then both letters go by themselves when that day is over.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notices.services import tell
from prifora.kernel.crypto import digest
from prifora.kernel.erasure import Leaving
from prifora.kernel.errors import Absent, Conflict, Refused
from prifora.kernel.ids import new_id
from prifora.kernel.policy import Role
from prifora.kernel.sealing import open_secret, seal_secret
from prifora.kernel.terms import day_of
from support import access
from support.models import Case, Ground, State
from support.rules import due_at, is_gagged
from support.services.ledger import pseudonym, write_line
from support.services.packages import package_of, possible_tables

PLACE = "support_case.sealed"
OVER = (State.DELIVERED, State.REFUSED)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says; `reference` is the authority's own number, `gag_article` forbids to tell of it."""

    authority: str
    article: str
    reference: str
    wanted: str
    gag_article: str = ""


class CaseIncomplete(Refused):
    """Authority, article, reference or question is missing, or a gag has no article or no day to come."""

    code = "case_incomplete"
    sentence = _(
        "Fill in who asks, by which article, under which number, and what. A gag needs an article and a day."
    )


class StepLeftOut(Conflict):
    """The request is not as far as this step needs it to be."""

    code = "step_left_out"
    sentence = _("This request is not that far, or it is over already.")


class SameEyes(Refused):
    """The second yes by who said the first."""

    status, code = 403, "same_eyes"
    sentence = _("Somebody else has to say yes, too.")


class NotYours(Refused):
    """A member of staff whose role has nothing to do with authorities."""

    status, code = 403, "not_your_role"
    sentence = _("Only the privacy officers answer authorities.")


@transaction.atomic
def receive_case(
    *,
    account_id: UUID,
    ground: Ground,
    asked: Asked,
    gag_until: date | None,
    staff_id: UUID,
    received_at: datetime,
    now: datetime,
) -> Case:
    """Write down what an authority asks, and tell the person at once unless a law forbids that.

    Raises CaseIncomplete, NotYours, Absent for an account that is not there.
    """
    _mine(staff_id)
    if not access.account_exists(account_id):
        raise Absent
    _refuse_incomplete(asked, gag_until, now)
    if received_at > now:
        raise CaseIncomplete(attr="received_at")
    case = Case(
        account_ref=account_id,
        ground=ground,
        due_at=due_at(received_at, is_emergency=ground == Ground.EMERGENCY),
        gag_until=gag_until,
        created_at=received_at,
    )
    case.sealed = seal_secret(json.dumps(asdict(asked)).encode(), place=f"{PLACE}:{case.pk}")
    case.save(force_insert=True)
    _note("case_received", case, staff_id, now, ground=ground.value, gag=gag_until is not None)
    _tell_what_is_due(case, now)
    return case


@transaction.atomic
def verify_case(*, case_id: UUID, staff_id: UUID, now: datetime) -> Case:
    """Note that the authority is who it says it is. Raises StepLeftOut, NotYours, Absent."""
    case = _at(case_id, staff_id, State.RECEIVED)
    return _move(case, State.VERIFIED, staff_id, now)


@transaction.atomic
def scope_case(*, case_id: UUID, tables: Iterable[str], staff_id: UUID, now: datetime) -> Case:
    """Say which tables the request is about, no more than it asks. Raises StepLeftOut, CaseIncomplete."""
    case, wanted = _at(case_id, staff_id, State.VERIFIED), sorted(set(tables))
    if not wanted or not set(wanted) <= set(possible_tables()):
        raise CaseIncomplete(attr="tables")
    case.scope = wanted
    case.save(update_fields=["scope"])
    return _move(case, State.SCOPED, staff_id, now)


@transaction.atomic
def approve_case(*, case_id: UUID, staff_id: UUID, now: datetime) -> Case:
    """Say yes to handing out what was scoped; the second yes, by somebody else, makes it ready.

    Raises SameEyes, StepLeftOut.
    """
    case, eyes = _at(case_id, staff_id, State.SCOPED), pseudonym(staff_id)
    if case.first_eyes is None:
        case.first_eyes = eyes
        case.save(update_fields=["first_eyes"])
        _note("case_first_yes", case, staff_id, now)
        return case
    if bytes(case.first_eyes) == eyes:
        raise SameEyes
    case.second_eyes, case.state = eyes, State.APPROVED
    case.save(update_fields=["second_eyes", "state"])
    _note("case_approved", case, staff_id, now)
    return case


@transaction.atomic
def deliver_case(*, case_id: UUID, staff_id: UUID, now: datetime) -> bytes:
    """Make the package, once, and tell the person that it went; return its bytes (JSON).

    Its digest goes into the ledger. Raises StepLeftOut, Absent when the account was erased meanwhile.
    """
    case = _at(case_id, staff_id, State.APPROVED)
    if case.account_ref is None or not access.account_exists(case.account_ref):
        raise Absent
    package = package_of(
        account_id=case.account_ref, tables=case.scope, reference=asked_in(case).reference, now=now
    )
    case.package_hash, case.state, case.ended_at = digest(package), State.DELIVERED, now
    case.save(update_fields=["package_hash", "state", "ended_at"])
    _note("case_delivered", case, staff_id, now, package=case.package_hash.hex(), tables=case.scope)
    _tell_what_is_due(case, now)
    return package


@transaction.atomic
def refuse_case(*, case_id: UUID, staff_id: UUID, now: datetime) -> Case:
    """End a request without handing anything out, and tell the person so. Raises StepLeftOut."""
    case = _locked(case_id, staff_id)
    if case.state in OVER:
        raise StepLeftOut
    case.ended_at = now
    case.save(update_fields=["ended_at"])
    _move(case, State.REFUSED, staff_id, now)
    _tell_what_is_due(case, now)
    return case


def tell_after_gags(*, now: datetime) -> int:
    """Send the letters that no law forbids any more; return how many requests that was about."""
    waiting = Case.objects.filter(account_ref__isnull=False, gag_until__lt=day_of(now)).filter(
        Q(receipt_told_at=None) | Q(end_told_at=None, state__in=OVER)
    )
    told = 0
    for pk in list(waiting.values_list("pk", flat=True)):
        with transaction.atomic():
            case = Case.objects.select_for_update().filter(pk=pk).first()
            told += case is not None and _tell_what_is_due(case, now)
    return told


@transaction.atomic
def end_person(leaving: Leaving) -> None:
    """Of requests about somebody who is erased keep that there was one, and no more."""
    Case.objects.filter(account_ref=leaving.account_id).update(account_ref=None, sealed=b"")


def asked_in(case: Case) -> Asked:
    """Return what a request says; raises crypto.Unreadable when changed, Absent when it is forgotten."""
    if not case.sealed:
        raise Absent
    return Asked(**json.loads(open_secret(bytes(case.sealed), place=f"{PLACE}:{case.pk}")))


def told_of(case: Case) -> dict[str, Any]:
    """Return what the person may know of a request, ready for JSON. The caller checked that no gag holds."""
    asked = asked_in(case)
    return {
        "asked_at": case.created_at,
        "authority": asked.authority,
        "article": asked.article,
        "state": case.state,
        "ended_at": case.ended_at,
        "tables": case.scope,
    }


def _refuse_incomplete(asked: Asked, gag_until: date | None, now: datetime) -> None:
    for name in ("authority", "article", "reference", "wanted"):
        if not getattr(asked, name).strip():
            raise CaseIncomplete(attr=name)
    if bool(asked.gag_article.strip()) != (gag_until is not None):
        raise CaseIncomplete(attr="gag_until")
    if gag_until is not None and not is_gagged(gag_until, now):
        raise CaseIncomplete(attr="gag_until")


def _mine(staff_id: UUID) -> None:
    if access.role_of(staff_id) is not Role.PRIVACY:
        raise NotYours


def _locked(case_id: UUID, staff_id: UUID) -> Case:
    _mine(staff_id)
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise Absent
    return case


def _at(case_id: UUID, staff_id: UUID, state: State) -> Case:
    case = _locked(case_id, staff_id)
    if case.state != state:
        raise StepLeftOut
    return case


def _move(case: Case, state: State, staff_id: UUID, now: datetime) -> Case:
    case.state = state
    case.save(update_fields=["state"])
    _note(f"case_{state.value}", case, staff_id, now)
    return case


def _note(what: str, case: Case, staff_id: UUID, now: datetime, **facts: object) -> None:
    said = {"case": str(case.pk), "by": pseudonym(staff_id).hex(), **facts}
    write_line(what=what, person=case.account_ref, facts=said, now=now)


def _tell_what_is_due(case: Case, now: datetime) -> bool:
    """Tell the person what they were not told yet and may be; return whether there was something."""
    if case.account_ref is None or is_gagged(case.gag_until, now):
        return False
    due = [("authority_asked", "receipt_told_at")] if case.receipt_told_at is None else []
    if case.state in OVER and case.end_told_at is None:
        due.append((f"authority_{case.state}", "end_told_at"))
    for kind, column in due:
        facts = {"asked_on": day_of(case.created_at).isoformat()}
        if case.ended_at is not None:
            facts["ended_on"] = day_of(case.ended_at).isoformat()
        tell(account_ids=[case.account_ref], kind=kind, facts=facts, once=f"{kind}:{case.pk}", now=now)
        setattr(case, column, now)
        case.save(update_fields=[column])
        write_line(
            what="case_told",
            person=case.account_ref,
            facts={"case": str(case.pk), "id": str(new_id())},
            now=now,
        )
    return bool(due)
