"""What leaked, whom it touches and what has to be said to whom by when; tried out in drills, in seconds."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from notices.services import tell
from prifora.kernel.completeness import holdings, people_named_in, policy_of
from prifora.kernel.errors import Absent, Refused
from prifora.kernel.policy import Held, Role, Seen
from prifora.kernel.terms import day_of
from support import access
from support.letters import BREACH_OPEN, BREACH_SEALED, area_of
from support.models import Breach
from support.rules import AUTHORITY_CLOCK, TELECOM_CLOCK
from support.services.granting import NotWaiting, SecondPersonNeeded
from support.services.ledger import pseudonym, write_line


class NoSuchTable(Refused):
    """No table of that name."""

    code = "no_such_table"
    sentence = _("There is no table of that name.")


@dataclass(frozen=True, slots=True)
class Assessment:
    """Whom a lost table touches. `people` are account ids; `categories` count columns by how they read."""

    table: str
    rows: int
    people: tuple[UUID, ...]
    categories: dict[str, dict[str, int]]
    authority_by: datetime
    telecom_by: datetime

    @property
    def is_sealed(self) -> bool:
        """Whether nothing but ids, times and sealed bytes was in it: nobody can read of whom it speaks."""
        return not self.categories.get(Seen.BY_SERVER.value)

    def pseudonyms(self) -> list[str]:
        """Return what stands for each person in the draft, 16 letters each, in order."""
        return sorted(pseudonym(one).hex()[:16] for one in self.people)


def assess(*, table: str, since: datetime | None, known_at: datetime) -> Assessment:
    """Return whom the rows of `table` (its name in the database or its label) touch, from `since` on.

    Raises NoSuchTable.
    """
    model = _model(table)
    rows = model._base_manager.all()
    if since is not None and "created_at" in {field.name for field in model._meta.local_concrete_fields}:
        rows = rows.filter(created_at__gte=since)
    return Assessment(
        table=model._meta.db_table,
        rows=rows.count(),
        people=tuple(sorted(_people_in(model, rows))),
        categories=_categories(model),
        authority_by=known_at + AUTHORITY_CLOCK,
        telecom_by=known_at + TELECOM_CLOCK,
    )


@transaction.atomic
def report_breach(
    *,
    table: str,
    since: datetime | None,
    known_at: datetime,
    drill: bool,
    staff_id: UUID | None,
    now: datetime,
) -> Breach:
    """Write down that a table leaked, or that this is tried out. Nobody is told yet. Raises NoSuchTable."""
    found = assess(table=table, since=since, known_at=known_at)
    breach = Breach.objects.create(
        table=found.table,
        since=since,
        known_at=known_at,
        drill=drill,
        reported_by_id=staff_id,
        created_at=now,
    )
    what = "breach_drill" if drill else "breach_reported"
    facts = {"breach": str(breach.pk), "table": found.table, "rows": found.rows, "people": len(found.people)}
    write_line(what=what, person=None, facts=facts, now=now)
    return breach


@transaction.atomic
def send_letters(*, breach_id: UUID, staff_id: UUID, now: datetime) -> int:
    """Tell everybody whom a breach touches, once; return how many. Not for a drill, not by who reported it.

    Raises SecondPersonNeeded, NotWaiting, Absent.
    """
    breach = Breach.objects.select_for_update().filter(pk=breach_id).first()
    if breach is None:
        raise Absent
    if access.role_of(staff_id) is not Role.PRIVACY or breach.reported_by_id in (None, staff_id):
        raise SecondPersonNeeded
    if breach.drill or breach.sent_at is not None:
        raise NotWaiting
    found = assess(table=breach.table, since=breach.since, known_at=breach.known_at)
    facts = {"known_on": day_of(breach.known_at).isoformat(), "area": area_of(found.table)}
    kind = BREACH_SEALED if found.is_sealed else BREACH_OPEN
    told = tell(account_ids=found.people, kind=kind.kind, facts=facts, once=f"breach:{breach.pk}", now=now)
    breach.sent_by_id, breach.sent_at, breach.told = staff_id, now, told
    breach.save(update_fields=["sent_by", "sent_at", "told"])
    said = {"breach": str(breach.pk), "by": pseudonym(staff_id).hex(), "people": told}
    write_line(what="breach_told", person=None, facts=said, now=now)
    return told


def _model(table: str) -> type[models.Model]:
    for model in apps.get_models(include_auto_created=True):
        if table in (model._meta.db_table, model._meta.label):
            return model
    raise NoSuchTable(attr="table")


def _people_in(model: type[models.Model], rows: models.QuerySet) -> set[UUID]:
    """Return every account that rows are about or that they name; of those erased since, none."""
    policy = policy_of(model)
    paths = {field.name for field in people_named_in(model)}
    if policy is not None and policy.subject:
        paths.add("pk" if policy.subject == "self" else policy.subject)
    found: set[UUID] = set()
    for path in paths:
        found.update(rows.order_by().values_list(path, flat=True).distinct())
    return {one for one in found if one is not None}


def _categories(model: type[models.Model]) -> dict[str, dict[str, int]]:
    """Return how many columns there are by how they can be read and by category, without ids and times."""
    counted: dict[str, Counter[str]] = {}
    for name, held in holdings(model).items():
        if name not in ("id", "created_at") and not _says_nothing(held):
            counted.setdefault(held.seen.value, Counter())[held.category.value] += 1
    return {seen: dict(sorted(categories.items())) for seen, categories in sorted(counted.items())}


def _says_nothing(held: Held) -> bool:
    return held.category.value.startswith("system.") or held.category.value == "user.unique_id.pseudonymous"
