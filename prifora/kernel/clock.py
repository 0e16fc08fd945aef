"""The one place that asks for the time. Only api, tasks and consumers call it; services take `now`."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return timezone.now()
