"""The server with one promise broken on purpose, so that the faults show whether they can see it.

The product knows nothing of this: only a fault starts it, by the name in FAULTS_MUTANT.
"""

import os
import time

from django.db import transaction

from prifora.asgi import application
from realtime.writer import Writer

BEFORE_COMMIT_SECONDS = 0.2
"""How long what was promised is not yet true: time for a kill to fall into."""

write, tell = Writer._write, Writer._tell


def acknowledge_first(self, batch) -> None:
    """Answer and tell everybody, then commit."""
    with transaction.atomic():
        write(self, batch)
        time.sleep(BEFORE_COMMIT_SECONDS)


def tell_first(self, batch) -> None:
    """Tell the others of it, then commit, then answer who sent it."""
    answers = []
    with transaction.atomic():
        write(
            self,
            [
                (message, lambda outcome, answer=answer: answers.append((answer, outcome)))
                for message, answer in batch
            ],
        )
        time.sleep(BEFORE_COMMIT_SECONDS)
    for answer, outcome in answers:
        self.loop.call_soon_threadsafe(answer, outcome)


MUTANTS = {"acknowledges before the commit": acknowledge_first, "tells before the commit": tell_first}
Writer._write = MUTANTS[os.environ["FAULTS_MUTANT"]]

__all__ = ["application"]
