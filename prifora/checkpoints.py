"""SQLite's log is put away beside those who write, and not by the one whose commit happens to fill it.

SQLite does it by itself once the log has `wal_autocheckpoint` pages, inside that commit: tens of milliseconds
in which nobody else can write. What is put away before is not to be done then. A log is begun anew only by a
commit that finds all of it put away, so under steady writing SQLite's own way stays needed, for little.
"""

import threading
from pathlib import Path

import structlog
from django.db import connection
from django.db.utils import Error

LOOK_SECONDS, AGAIN_SECONDS = 0.5, 10
STOP_SECONDS = 10

log = structlog.get_logger(__name__)


class Checkpoints:
    """A thread that puts away what is in the log of SQLite; on another database it does not start."""

    def __init__(self) -> None:
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self._run, name="checkpoints", daemon=True)
        self.is_needed = connection.vendor == "sqlite"
        self.file = Path(f"{connection.settings_dict['NAME']}-wal")

    def start(self) -> None:
        """Start the thread."""
        if self.is_needed:
            self.thread.start()

    def stop(self) -> None:
        """Stop it; what is under way is done first."""
        self.is_over.set()
        if self.thread.is_alive():
            self.thread.join(STOP_SECONDS)

    def _run(self) -> None:
        seen, wait = 0, LOOK_SECONDS
        try:
            while not self.is_over.wait(wait):
                written = self._written_at()
                is_done = written == seen or put_away()
                seen, wait = (written, LOOK_SECONDS) if is_done else (seen, AGAIN_SECONDS)
        finally:
            connection.close()

    def _written_at(self) -> int:
        """Return when the log was last written to; 0 when there is none."""
        try:
            return self.file.stat().st_mtime_ns
        except FileNotFoundError:
            return 0


def put_away() -> bool:
    """Copy from the log to the database whatever nobody reads there any more; nobody waits for it.

    False when it could not be done now: another one is at it, or the disk is full.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
            is_busy, _pages, _done = cursor.fetchone()
    except Error as problem:
        log.warning("checkpoint_failed", problem=type(problem).__name__)
        connection.close()
        return False
    return not is_busy
