"""Django's `migrate`, but for how it waits for tables that people use."""

import time
from datetime import timedelta
from typing import Any

from django.core.management.commands import migrate
from django.db import OperationalError, connections

from prifora.kernel.upgrading import is_in_use, waiting_briefly

TRIES = 300
PAUSE = timedelta(seconds=1)
"""Between two tries people get on with what waited behind the first."""


class Command(migrate.Command):
    """`manage.py migrate`: a table that is in use is left alone and tried again, for at least five minutes.

    Each migration is a transaction, so one that gave up has changed nothing, and the ones before it stay.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, as often as it takes; raises OperationalError when a table never comes free."""
        for tries_left in reversed(range(TRIES)):
            try:
                with waiting_briefly(connections[options["database"]]):
                    super().handle(*args, **options)
            except OperationalError as problem:
                if not is_in_use(problem) or not tries_left:
                    raise
                self.stdout.write("A table is in use. Trying again …")
                time.sleep(PAUSE.total_seconds())
            else:
                return
