"""Logs: one JSON line per happening, with ids, counts and codes only; never names, bodies or addresses."""

import json
import logging
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from prifora.kernel import stores
from prifora.kernel.policy import Kind

SERVER = "uvicorn"
ROOT = Path(__file__).resolve().parent.parent


def configure() -> None:
    """Set up logging for the whole process, in place of whatever the server that runs us has set up."""
    structlog.configure(
        processors=PROCESSORS,
        logger_factory=lambda *_names: Lines(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(WithoutContent())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("django.request").setLevel(logging.ERROR)
    for name in (SERVER, f"{SERVER}.error", f"{SERVER}.access"):
        server = logging.getLogger(name)
        server.handlers, server.propagate = [], True


class Lines(structlog.PrintLogger):
    """Prints lines. When one cannot be written (the disk is full), the work that said it goes on."""

    def msg(self, message: str) -> None:
        """Print a line if that can be done."""
        with suppress(OSError):
            super().msg(message)

    log = debug = info = warn = warning = fatal = failure = err = error = critical = exception = msg


def only_what_is_declared(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Keep the fields that the log declares (kernel/stores.py); of another, say that it was left out."""
    declared = stores.names_of(Kind.LOG)
    kept = {name: value for name, value in line.items() if name in declared}
    return kept if kept.keys() == line.keys() else {**kept, "reason": "undeclared_fields"}


class WithoutContent(logging.Formatter):
    """Writes where in the code something happened and what kind of problem it was, and not what it said.

    What libraries say can hold anything: an address that was asked for, a row the database refused.
    Only the server's own words about itself are kept; they are about ports and processes.
    """

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat()
        line = {"level": record.levelname.lower(), "timestamp": at, "logger": record.name}
        line |= {"where": f"{record.module}:{record.lineno}"}
        problem = record.exc_info[1] if record.exc_info else None
        if problem is not None:
            return json.dumps({**line, "problem": type(problem).__name__, "trace": _places(problem)})
        if record.name.split(".")[0] == SERVER:
            line["event"] = str(record.msg)
        return json.dumps(line)


def _places(problem: BaseException) -> list[str]:
    """Return the lines of code a problem came through, ours by their path in the project."""
    frames = traceback.extract_tb(problem.__traceback__)
    return [f"{frame.filename.removeprefix(f'{ROOT}/')}:{frame.lineno} {frame.name}" for frame in frames]


PROCESSORS: list[Processor] = [
    structlog.processors.add_log_level,
    only_what_is_declared,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.JSONRenderer(),
]
"""One list for the whole process: a logger that was used once holds on to it."""
