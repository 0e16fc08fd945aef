"""The terms of a plan in the database: put at the end, put in between, taken out."""

from datetime import date
from uuid import UUID

from contacts.access import people_in_family
from plans import access, rules
from plans.events import PlanChanged
from plans.models import Plan, Stretch
from plans.rules import Phase, Term
from prifora.kernel.events import publish
from prifora.kernel.ids import new_id


def held(family_id: UUID) -> Plan | None:
    """Return the plan of a family, held until the transaction ends."""
    return Plan.objects.select_for_update().filter(family_id=family_id).first()


def put_last(plan: Plan, stretch: Stretch, *, today: date) -> None:
    """Let a plan go on by a stretch: after what it has, or from today when it is over, grace and all."""
    if rules.phase_on(today, paid_until=plan.paid_until) is Phase.READ_ONLY:
        plan.stretches.all().delete()
        plan.anchor_on, plan.credit_days = today, 0
    elif not plan.stretches.exists():
        plan.anchor_on, plan.credit_days = plan.paid_until, 0
    _write(plan, [*access.stretches_of(plan), stretch])


def put_now(plan: Plan, stretch: Stretch, *, today: date) -> None:
    """Let a stretch begin today; what is left of the others comes after it, and nothing of them is lost."""
    before, after = _split(plan, today)
    if not after:
        return put_last(plan, stretch, today=today)
    return _write(plan, [*before, stretch, *after])


def cut_out(digest: bytes, *, today: date) -> bool:
    """End what a plan has from a code; return whether any has. What is over by today stays as it was."""
    of_code = Stretch.objects.filter(digest=digest).first()
    plan = of_code and Plan.objects.select_for_update().filter(pk=of_code.plan_id).first()
    if not plan:
        return False
    before, after = _split(plan, today)
    for one in before:
        if one.digest and bytes(one.digest) == digest:
            one.digest = None
    _write(plan, [*before, *(one for one in after if bytes(one.digest or b"") != digest)])
    return True


def _split(plan: Plan, today: date) -> tuple[list[Stretch], list[Stretch]]:
    """Return a plan's stretches until today and from today on; the present one is cut in two."""
    before, after = [], []
    for one, piece in zip(access.stretches_of(plan), access.pieces_of(plan), strict=True):
        if piece.span.ends_on <= today:
            before.append(one)
        elif piece.span.begins_on >= today:
            after.append(one)
        else:
            used, left = today - piece.span.begins_on, piece.span.ends_on - today
            before.append(_copy(one, Term(days=used.days)))
            after.append(_copy(one, Term(days=left.days)))
    return before, after


def _copy(one: Stretch, term: Term) -> Stretch:
    return Stretch(
        kind=one.kind,
        station=one.station,
        months=term.months,
        days=term.days,
        digest=one.digest,
        created_at=one.created_at,
    )


def _write(plan: Plan, stretches: list[Stretch]) -> None:
    """Write the stretches of a plan in their new order, and when it ends; tell the family's devices."""
    plan.stretches.all().delete()
    for place, one in enumerate(stretches):
        one.pk, one.plan, one.place = new_id(), plan, place
    Stretch.objects.bulk_create(stretches)
    set_end(plan)
    plan.save(update_fields=["anchor_on", "credit_days", "paid_until", "told"])
    publish(PlanChanged(family_id=plan.family_id), to=people_in_family(plan.family_id))


def set_end(plan: Plan) -> None:
    """Set until when a plan is paid; of this end nobody was told anything yet."""
    ends = [piece.span.ends_on for piece in access.pieces_of(plan)]
    credited = Term(days=plan.credit_days).after(ends[-1] if ends else plan.anchor_on)
    plan.paid_until, plan.told = credited, ""
