"""The outside world of accounts: text messages, behind a small interface."""

import json
import urllib.request
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import structlog
from django.conf import settings
from django.db import transaction

from prifora.kernel.ids import new_id

TIMEOUT = timedelta(seconds=10)

log = structlog.get_logger(__name__)


class TextMessages(Protocol):
    """Somebody who delivers text messages."""

    def send(self, *, to: str, text: str) -> None:
        """Send `text` to the number `to` (E.164)."""


class HttpTextMessages:
    """Posts {"to", "text"} as JSON to a gateway."""

    def __init__(self, url: str) -> None:
        self.url = url

    def send(self, *, to: str, text: str) -> None:
        body = json.dumps({"to": to, "text": text}).encode()
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=TIMEOUT.total_seconds()):  # noqa: S310  # nosec B310
            pass


class FileTextMessages:
    """Writes each message to a file; for one's own machine, where no gateway is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, *, to: str, text: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{new_id()}.txt").write_text(f"{to}\n{text}\n", encoding="utf-8")


def forget_files(*, before: datetime) -> int:
    """Delete mails and text messages that were written to files before a moment; return how many."""
    folders = (settings.DATA_DIR / "sms", Path(settings.EMAIL_FILE_PATH))
    files = [file for folder in folders if folder.is_dir() for file in folder.iterdir()]
    old = [file for file in files if file.stat().st_mtime < before.timestamp()]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def text_messages() -> TextMessages:
    """Return the configured deliverer."""
    if settings.SMS_URL:
        return HttpTextMessages(settings.SMS_URL)
    return FileTextMessages(settings.DATA_DIR / "sms")


def deliver_after_commit(deliver: Callable[[], object], *, what: str) -> None:
    """Run `deliver` once what it tells about is stored; nobody's writes wait for the outside world.

    A failure is logged as a code: the person asks for a new code, or signs in and finds what was stored.
    """

    def attempt() -> None:
        try:
            deliver()
        except Exception as failure:  # noqa: BLE001  mail and text gateways fail in ways of their own
            log.warning("not_delivered", what=what, kind=type(failure).__name__)

    transaction.on_commit(attempt)
