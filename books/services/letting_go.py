"""Letting go of what is over: the database keeps rows until the sweep has come to their end."""

from datetime import datetime

from django.db import transaction

from books.models import Term


@transaction.atomic
def let_go(now: datetime) -> None:
    """Let rows whose `ends_at` is over at `now` be deleted (by the sweep, as their policies say); no others.

    Called before every sweep (kernel/sweeps.py), thus only once the clock is believed. Never goes back.
    """
    Term.objects.get_or_create(defaults={"over_at": now})
    Term.objects.filter(over_at__lt=now).update(over_at=now)
