"""The Celery application: background work that may run late or twice, never what must happen."""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prifora.settings")

from celery import Celery
from celery.signals import beat_init, worker_init

from prifora.schedule import BEAT

app = Celery("prifora")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = BEAT


def _refuse(**_: Any) -> None:
    """Hold a process of its own to what is declared; inside a server, that was done already."""
    from django.conf import settings

    from prifora.start import refuse_to_start  # apps must be ready first

    if not settings.EMBEDDED_WORKER:
        refuse_to_start()


worker_init.connect(_refuse, weak=False)
beat_init.connect(_refuse, weak=False)
