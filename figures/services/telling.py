"""What an app tells of its use, for people who agreed to it: once a day for each thing, and under no name."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from uuid import UUID, uuid5

from figures.models import Mark
from figures.rules import DAY, TOLD, Metric
from prifora.kernel.crypto import mac
from prifora.kernel.erasure import Leaving
from prifora.kernel.gates import allowing
from prifora.kernel.keystore import Erased, destroy_key, existing_key_of, key_of
from prifora.kernel.terms import day_of, end_of

PURPOSE = "use_counts"
"""The optional purpose without which nothing of it is stored."""

_DAYS = UUID("6f1a7c52-3f0e-4e0b-9f9c-2d7f4c1b8a36")
"""What the names of the keys of days are made from."""


def tell_use(*, account_id: UUID, metric: Metric, now: datetime) -> None:
    """Mark that somebody did something today, unless that is known; nothing without their agreement now."""
    if account_id not in allowing([account_id], PURPOSE, now=now):
        return
    today = day_of(now)
    digest = _digest(key_of(_key_name(today)), metric, account_id)
    mark = Mark(metric=metric, day=today, digest=digest, created_at=end_of(today - DAY))
    Mark.objects.bulk_create([mark], ignore_conflicts=True)


def forget_uses(leaving: Leaving) -> None:
    """Take back the marks of somebody who is erased."""
    take_back_uses(account_id=leaving.account_id)


def take_back_uses(*, account_id: UUID) -> None:
    """Take back the marks of somebody, of days whose key is there; others are only numbers."""
    for day in Mark.objects.values_list("day", flat=True).distinct():
        with suppress(Erased):
            key = existing_key_of(_key_name(day))
            digests = [_digest(key, metric, account_id) for metric in TOLD]
            Mark.objects.filter(day=day, digest__in=digests).delete()


def destroy_keys(days: Iterable[date]) -> None:
    """Destroy the keys of days that are over: their marks are numbers from then on. Twice is harmless."""
    for day in days:
        destroy_key(_key_name(day))


def _key_name(day: date) -> UUID:
    return uuid5(_DAYS, day.isoformat())


def _digest(key: bytes, metric: Metric, account_id: UUID) -> bytes:
    """Return the mark of a person: another one for each metric, so that marks do not lead to each other."""
    return mac(key, metric.encode() + account_id.bytes)
