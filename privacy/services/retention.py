"""What ends by itself: rows whose declared time is over, and what families keep no longer."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.db.models import QuerySet

from chat import services as chat
from prifora.kernel.batches import delete_in_batches, update_in_batches
from prifora.kernel.completeness import holdings
from prifora.kernel.gates import restricted_people
from prifora.kernel.policy import Held, Policy, foreign
from prifora.kernel.sweeps import prepare_sweep
from privacy.models import Sweep
from privacy.rules import Clock, judge

log = structlog.get_logger(__name__)


def list_holdings() -> Iterator[tuple[str, str, Held]]:
    """Yield (table, column, what it holds) for every stored column: the record of GDPR art. 30."""
    for model in apps.get_models(include_auto_created=True):
        for column, held in holdings(model).items():
            yield model._meta.db_table, column, held
    modelled = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    for table, policy in foreign.items():
        if table not in modelled:
            for column, held in policy.fields.items():
                yield table, column, held


def list_policies() -> dict[str, Policy]:
    """Return the policy of every table that holds something, by the table's name."""
    declared = {
        model._meta.db_table: getattr(model, "policy", None)
        for model in apps.get_models(include_auto_created=True)
    }
    return {**{name: one for name, one in declared.items() if isinstance(one, Policy)}, **foreign}


def delete_ended_rows(*, now: datetime) -> dict[str, int]:
    """Delete every row whose declared time is over at `now`; return how many went, per table.

    Of people whose data may only be stored (kernel/gates.py) nothing goes: they may want it for a claim.
    Columns with a time of their own are emptied before. Deletes nothing, and returns nothing, while `now`
    cannot be believed (rules.judge): then it waits until the clock has gone on steadily for a day. Rows go in
    batches, each its own transaction: nobody waits long for a row, and a table of any size fits in memory.
    Raises ExceptionGroup, after the last table, when some could not be swept or made ready for it: one that
    fails keeps none of the others from ending.
    """
    if not _believe(now):
        log.warning("sweep_waits", reason="clock_jumped")
        return {}
    failed = prepare_sweep(now)
    gone: dict[str, int] = {}
    spared = restricted_people()
    for model, policy in _ending_tables():
        try:
            _empty(model, policy, now, spared)
            if policy.keep is not None:
                ended = {f"{policy.clock}__lt": policy.ended_before(now)}
                rows = _without(model._default_manager.filter(**ended), policy, spared)
                gone[model._meta.label] = delete_in_batches(rows)
        except DatabaseError as failure:
            failed.append(failure)
    if failed:
        raise ExceptionGroup("some tables could not be swept", failed)
    return gone


def apply_retention(*, now: datetime) -> dict[str, int]:
    """Have chat delete what families keep no longer at `now`, once the sweep above believes the clock."""
    return chat.apply_retention(now=now) if is_believed(now) else {}


def is_believed(now: datetime) -> bool:
    """Return whether the sweep above, and so everything that ends by itself, believes the clock at `now`."""
    last = Sweep.objects.first()
    return last is not None and judge(now=now, swept_at=last.swept_at, doubted_at=None) is Clock.BELIEVED


def _ending_tables() -> Iterator[tuple[type[models.Model], Policy]]:
    for model in apps.get_models():
        policy = getattr(model, "policy", None)
        if isinstance(policy, Policy) and (policy.keep is not None or any(_timed(policy))):
            yield model, policy


def _timed(policy: Policy) -> Iterator[tuple[str, timedelta]]:
    """Yield the columns that have a time of their own, shorter than their row's."""
    for name, held in policy.fields.items():
        if held.keep is not None:
            yield name, held.keep


def _without(rows: QuerySet[Any], policy: Policy, spared: set[UUID]) -> QuerySet[Any]:
    """Return `rows` without those about people who are spared."""
    if not spared or not policy.subject:
        return rows
    return rows.exclude(**{f"{policy.subject.replace('self', 'pk')}__in": spared})


def _empty(model: type[models.Model], policy: Policy, now: datetime, spared: set[UUID]) -> None:
    """Empty the columns of rows whose own time is over."""
    for name, keep in _timed(policy):
        empty = emptied(model._meta.get_field(name))
        ended = model._default_manager.filter(**{f"{policy.clock}__lt": now - keep})
        full = ended.exclude(**({f"{name}__isnull": True} if empty is None else {name: empty}))
        update_in_batches(_without(full, policy, spared), **{name: empty})


def emptied(field: Any) -> Any:
    """Return what an emptied column holds."""
    if field.null:
        return None
    return b"" if isinstance(field, models.BinaryField) else ""


@transaction.atomic
def _believe(now: datetime) -> bool:
    """Return whether to sweep at `now`, and keep what that says about the clock."""
    last, first_time = Sweep.objects.select_for_update().get_or_create(defaults={"swept_at": now})
    verdict = judge(now=now, swept_at=last.swept_at, doubted_at=last.doubted_at)
    if first_time or verdict is Clock.DOUBTED:
        return first_time
    if verdict is Clock.JUMPED:
        last.doubted_at = now
    else:
        last.swept_at, last.doubted_at = now, None
    last.save(update_fields=["swept_at", "doubted_at"])
    return verdict is Clock.BELIEVED
