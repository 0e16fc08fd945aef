"""Background work inside the server process, for who runs everything on one machine without a broker."""

import threading
import warnings
from typing import Any

STOP_SECONDS = 10


class EmbeddedWorker:
    """A Celery worker and its clock as threads. What they lose at a crash, the next sweep finds."""

    def __init__(self) -> None:
        warnings.filterwarnings("ignore", module="celery.platforms")
        from celery.beat import EmbeddedService, Scheduler

        from prifora.celery import app

        app.conf.update(worker_hijack_root_logger=False, worker_redirect_stdouts=False)
        self.worker: Any = app.Worker(
            pool="threads",
            concurrency=2,
            hostname="embedded@localhost",
            quiet=True,
            loglevel="WARNING",
            without_heartbeat=True,
            without_mingle=True,
            without_gossip=True,
            optimization="fair",
        )
        self.thread = threading.Thread(target=self.worker.start, name="embedded-worker", daemon=True)
        self.clock: Any = EmbeddedService(app, thread=True, scheduler_cls=Scheduler)

    def start(self) -> None:
        """Start both threads."""
        self.thread.start()
        self.clock.start()

    def stop(self) -> None:
        """Stop both; a task under way may finish."""
        from celery.worker import state

        state.should_stop = 0
        self.clock.stop()
        self.thread.join(STOP_SECONDS)
        state.should_stop = None
