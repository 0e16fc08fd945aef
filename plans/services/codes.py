"""Activation codes: made for whoever paid, taken back from whoever gives the order back.

A code is in the answer of `issue` and nowhere else: here lies a digest, under a key that is not in the
database.
"""

import secrets
from datetime import date, datetime, time

from django.db import transaction

from plans import rules
from plans.models import Code
from plans.services.stretches import cut_out
from prifora.kernel.ids import new_id
from prifora.kernel.sealing import index_of
from prifora.kernel.terms import ZONE, day_of, months_after

LABEL = "activation"
AT_ONCE = 500


@transaction.atomic
def issue(kind: str, days: int, station: bool, *, months: int = 0, now: datetime) -> str:  # noqa: FBT001
    """Return a new code that stands for a plan of `kind`, to be shown to whoever paid, and forgotten.

    It lasts `months` calendar months and `days`; 365 days are a calendar year. `station`: it covers a Home
    Station. Of `now` only the day is kept. Raises ValueError for no time at all, or a kind without a name.
    """
    term = rules.term_of(days=days, months=months)
    if min(term.months, term.days) < 0 or not (term.months or term.days):
        raise ValueError("a plan lasts some time")
    if not kind or len(kind) > rules.KIND_MAX or kind == rules.TRIAL:
        raise ValueError("a plan is of some kind")
    code = rules.new_code()
    Code.objects.create(
        digest=digest_of(code),
        kind=kind,
        station=station,
        months=term.months,
        days=term.days,
        created_at=midnight(day_of(now)),
    )
    return code


@transaction.atomic
def void(code: str, *, now: datetime) -> bool:
    """Make a code worth nothing; return whether it was worth something.

    What a family has from it ends today: its grace begins, unless other codes go on. What was used of it
    until now is not taken from those. A code entered more than DIGEST_KEPT ago is not found any more.
    """
    letters = rules.read_code(code)
    if letters is None:
        return False
    digest = digest_of(letters)
    unused, _rows = Code.objects.filter(digest=digest).delete()
    return bool(unused) or cut_out(digest, today=day_of(now))


@transaction.atomic
def mix_codes(*, now: datetime) -> int:
    """Forget in which order, and on which days, codes were made; return how many were mixed.

    A database keeps rows in the order in which they came, and so would tell which of the orders of a day a
    code is from. So those of this month and the last are written anew, under new numbers and in an order by
    chance, as made on the first of their month. Those of today wait until tomorrow.
    """
    today = day_of(now)
    since = midnight(months_after(today.replace(day=1), -1))
    found = list(
        Code.objects.select_for_update().filter(created_at__gte=since, created_at__lt=midnight(today))
    )
    Code.objects.filter(pk__in=[one.pk for one in found]).delete()
    secrets.SystemRandom().shuffle(found)
    for one in found:
        one.pk = new_id()
        one.created_at = midnight(day_of(one.created_at).replace(day=1))
    Code.objects.bulk_create(found, batch_size=AT_ONCE)
    return len(found)


def digest_of(code: str) -> bytes:
    """Return by what a code is found; its groups do not matter."""
    return index_of(LABEL, code.replace("-", ""))


def midnight(day: date) -> datetime:
    """Return the first moment of a local day."""
    return datetime.combine(day, time.min, tzinfo=ZONE)
