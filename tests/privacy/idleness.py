"""Days on which the server looks for idle accounts, and people who were last here on some day."""

from datetime import UTC, date, datetime, time, timedelta

from accounts.models import Account
from notices.models import Notice
from privacy import services
from privacy.models import Sweep

KINDS = ["privacy.idle", "privacy.idle_again", "privacy.idle_closed"]


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def believe(now: datetime) -> None:
    """Have the sweep believe the clock, as it does when it ran an hour ago."""
    Sweep.objects.update_or_create(
        only=True, defaults={"swept_at": now - timedelta(hours=1), "doubted_at": None}
    )


def look(day: date) -> dict[str, int]:
    """Let a server with a steady clock look on a day; return only what it did."""
    believe(noon(day))
    return {name: number for name, number in services.close_idle(now=noon(day)).items() if number}


def last_here(someone, day: date) -> None:
    Account.objects.filter(pk=someone.pk).update(used_on=day)


def letters(someone) -> list[tuple[str, str]]:
    """Return which letters about being idle somebody got, and the day each names."""
    rows = Notice.objects.filter(account_id=someone.pk, kind__in=KINDS).order_by("created_at")
    return [(one.kind, one.facts["ends_on"]) for one in rows]
