"""What a family's plan is and covers; the only door to plans."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from contacts.access import Permission as InFamily
from contacts.access import lead, my_bond
from plans import rules
from plans.models import Plan, Stretch
from plans.rules import Phase, Span, Term
from prifora.kernel import access
from prifora.kernel.access import Actor
from prifora.kernel.terms import day_of


class Permission(access.Permission):
    """What plans lets people do."""

    READ = "plans:plan:read"
    REDEEM = "plans:code:redeem"


@dataclass(frozen=True, slots=True)
class Piece:
    """One term of a plan, and when it runs."""

    kind: str
    station: bool
    span: Span


@dataclass(frozen=True, slots=True)
class State:
    """How a family's plan stands on a day. `pieces` are those that are not over yet, the present one first.

    Without a plan (this server uses none, or the family's is still to be begun) there are no days.
    """

    phase: Phase
    kind: str = ""
    station: bool = True
    paid_until: date | None = None
    grace_until: date | None = None
    pieces: tuple[Piece, ...] = ()


def seen_plan(actor: Actor, family_id: UUID) -> UUID:
    """Return a family the actor is in, whose plan they may therefore see; else Absent."""
    my_bond(actor, family_id, InFamily.READ)
    actor.grant(Permission.READ)
    return family_id


def paying(actor: Actor, family_id: UUID) -> UUID:
    """Return a family the actor looks after and may therefore enter codes for; else Absent."""
    lead(actor, family_id, InFamily.LEAD)
    actor.grant(Permission.REDEEM)
    return family_id


def state_of(family_id: UUID, *, now: datetime) -> State:
    """Return how a family's plan stands. For code that checked who asks."""
    if not settings.PLANS_USED:
        return State(Phase.UNUSED)
    plan = Plan.objects.filter(family_id=family_id).first()
    return State(Phase.ACTIVE) if plan is None else state_on(day_of(now), plan)


def state_on(today: date, plan: Plan) -> State:
    """Return how a plan stands on a day."""
    pieces = list(pieces_of(plan))
    open_ones = tuple(one for one in pieces if one.span.ends_on >= today)
    present = next(iter(open_ones or reversed(pieces)), None)
    return State(
        phase=rules.phase_on(today, paid_until=plan.paid_until),
        kind=present.kind if present else "",
        station=present.station if present else True,
        paid_until=plan.paid_until,
        grace_until=plan.paid_until + rules.GRACE,
        pieces=open_ones,
    )


def pieces_of(plan: Plan) -> Iterable[Piece]:
    """Yield the terms of a plan with the days on which they run, in order."""
    stretches = stretches_of(plan)
    spans = rules.laid_out(plan.anchor_on, [term_of(one) for one in stretches])
    for one, span in zip(stretches, spans, strict=True):
        yield Piece(one.kind, one.station, span)


def stretches_of(plan: Plan) -> list[Stretch]:
    """Return the terms of a plan, in order."""
    return list(plan.stretches.order_by("place"))


def term_of(one: Stretch) -> Term:
    """Return how long a stretch lasts."""
    return Term(months=one.months, days=one.days)


def due_to_tell(today: date) -> QuerySet[Plan]:
    """Return the plans whose families may have to be told something: they end soon, or ended."""
    soon = today + rules.GRACE
    return Plan.objects.filter(paid_until__lte=soon).exclude(told__endswith=rules.Stage.READ_ONLY.value)
