"""The browser of this machine, and how it is started."""

import os
import shutil


def executable() -> str:
    """Return where it is, or fail and say what to do: browser tests are never skipped in silence."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert found, "no Chromium found; set CHROMIUM, or run with -m 'not browser'"
    return found


def arguments() -> list[str]:
    """Return how it is started: camera and microphone are those of a test."""
    given = ["--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
    given += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    if os.geteuid() == 0:
        given.append("--no-sandbox")  # Chromium refuses its sandbox to root, and only there
    return given
