"""The server, which notes what payments tells and commits, a line each in FAULTS_TOLD; only a fault starts it."""

import json
import os
from pathlib import Path

from django.db import transaction

from payments import events
from prifora.kernel.events import Event, subscribe
from tests.faults.shifted import application

KINDS = (
    events.Paid,
    events.Failed,
    events.Expired,
    events.Refunded,
    events.RefundFailed,
    events.ChargedBack,
    events.ChargebackReversed,
)


def note(event: Event) -> None:
    """Note it once it is committed."""
    transaction.on_commit(lambda: _write(type(event).__name__, str(event.reference)))


def _write(*line: str) -> None:
    with (Path(os.environ["DATA_DIR"]) / os.environ["FAULTS_TOLD"]).open("a") as file:
        file.write(f"{json.dumps(line)}\n")


for kind in KINDS:
    subscribe(kind, note)

__all__ = ["application"]
