"""People and what they did on a day, as rows: many at a time, and each as its app would store it."""

from datetime import date, datetime, time, timedelta

from accounts.models import Account
from chat.models import ArchiveRecord, SealedFile
from figures.rules import TOLD, Metric
from figures.services import tell_use
from media.models import Item
from prifora.kernel.terms import ZONE
from stations.models import Heartbeat, Station
from tests import cast
from tests.rows import row_of

DAY = timedelta(days=1)
MONDAY = date(2026, 11, 23)
BEFORE = datetime(2026, 1, 1, tzinfo=ZONE)
"""When everybody here signed up."""

ROWS = {
    Metric.MESSAGES: (ArchiveRecord,),
    Metric.PICTURES: (Item, SealedFile),
}
"""Whose rows a metric counts, where a row of any kind will do."""


def at(day: date, hour: float = 12) -> datetime:
    """Return a local hour of a day."""
    return datetime.combine(day, time(), tzinfo=ZONE) + timedelta(hours=hour)


def person(name: str) -> Account:
    """Return somebody who signed up long ago and did nothing since."""
    account = cast.account(name)
    Account.objects.filter(pk=account.pk).update(
        created_at=BEFORE, used_on=BEFORE.date(), phone_verified=True
    )
    account.refresh_from_db()
    return account


def crowd(number: int, *, used_on: date) -> list[Account]:
    """Return many accounts last used on a day, which have nothing but that."""
    return Account.objects.bulk_create(
        Account(username=f"crowd{n}", phone_verified=True, sealed=b"", created_at=BEFORE, used_on=used_on)
        for n in range(number)
    )


def act(account: Account, metric: Metric, moment: datetime, *, kind: int = 0) -> None:
    """Have somebody do once what a metric counts; what only the app knows is for who agreed."""
    if metric in (Metric.PEOPLE, Metric.WEEK_PEOPLE):
        Account.objects.filter(pk=account.pk, used_on__lt=moment.date()).update(used_on=moment.date())
    elif metric in (Metric.STATIONS, Metric.WEEK_STATIONS):
        Heartbeat.objects.create(station=station_of(account), network="wifi", created_at=moment)
    elif metric in TOLD:
        tell_use(account_id=account.pk, metric=metric, now=moment)
    else:
        models = ROWS[metric]
        model = models[kind % len(models)]
        row = row_of(model, about=account)
        model.objects.filter(pk=row.pk).update(created_at=moment)


def station_of(account: Account) -> Station:
    return Station.objects.filter(user=account).first() or row_of(Station, about=account)
