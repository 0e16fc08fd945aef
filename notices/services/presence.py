"""Which devices that are pushed to are connected, and for which of them others said something meanwhile."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from chat.access import said_between
from notices.models import PushRound, PushTarget

HERE_LASTS = timedelta(minutes=1)
"""For how long a device counts as connected after its server process said so; said anew much more often."""

SETTLES = timedelta(seconds=10)
"""So old is what others said before it is looked for: committed, and stored by who is connected."""

LOOKED_BACK = timedelta(days=1)
"""After a longer time in which nobody looked, what is older is not pushed any more."""

AT_ONCE = 500
ROUND = UUID(int=1)


def note_connected(*, came: Collection[UUID], stayed: Collection[UUID], now: datetime) -> None:
    """Note which devices are connected at `now`; those that `came` get by themselves all there is."""
    for mine in _of(came):
        mine.update(here_until=now + HERE_LASTS, news_at=None, pushed_at=None)
    for mine in _of(stayed):
        mine.update(here_until=now + HERE_LASTS)


def note_gone(*, left: Collection[UUID], now: datetime) -> None:
    """Note which devices are not connected any more; where another process has them, it says so soon."""
    for mine in _of(left):
        mine.filter(here_until__gt=now).update(here_until=now)


def look_for_messages(*, now: datetime) -> int:
    """Note for which devices others said something since the last look; return for how many.

    All messages since then are gone through once, by their age, for all devices: what is said costs nothing
    more when it is said. A process that dies in here leaves everything to the next look.
    """
    if not settings.PUSH_CONTACT:
        return 0
    return _look(now - SETTLES)


@transaction.atomic
def _look(until: datetime) -> int:
    PushRound.objects.get_or_create(pk=ROUND, defaults={"looked_until": until})
    last = PushRound.objects.select_for_update().get(pk=ROUND)
    found = _told_nothing(since=max(last.looked_until, until - LOOKED_BACK), until=until)
    count = PushTarget.objects.filter(pk__in=found).update(news_at=until)
    PushRound.objects.filter(pk=ROUND).update(looked_until=until)
    return count


def _told_nothing(*, since: datetime, until: datetime) -> list[UUID]:
    """Return the devices to push to about what was said in that time, wherever they are.

    That is who was not connected then; where no device of the person stored it, also who seemed to be.
    """
    waiting = PushTarget.objects.filter(news_at=None)
    said = said_between(waiting.values("account_id"), since=since, until=until)
    rows = waiting.filter(account_id__in=list(said)).values_list("pk", "account_id", "here_until")
    return [
        pk
        for pk, account_id, here_until in rows
        if said[account_id].is_unstored or said[account_id].newest_at > here_until
    ]


def _of(device_ids: Collection[UUID]) -> list[QuerySet[PushTarget]]:
    each = list(device_ids)
    parts = (each[at : at + AT_ONCE] for at in range(0, len(each), AT_ONCE))
    return [PushTarget.objects.filter(device_id__in=part) for part in parts]
