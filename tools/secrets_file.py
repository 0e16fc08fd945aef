"""The local .env: secrets made once for this machine, loaded into the environment."""

import base64
import os
import secrets
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / ".env"
NAMES = ("PRIFORA_SECRET_KEY", "PRIFORA_SEAL_KEY", "PRIFORA_BLIND_KEY", "PRIFORA_MLS_KEY")


def load_or_make() -> None:
    """Make the file when it is not there; then set every variable the environment does not have."""
    if not FILE.exists():
        lines = ["# Secrets of this machine. Not for production.", "PRIFORA_DEVELOPMENT=1"]
        lines += [f"{name}={_random()}" for name in NAMES]
        FILE.write_text("\n".join(lines) + "\n")
        FILE.chmod(0o600)
    for line in FILE.read_text().splitlines():
        name, mark, value = line.partition("=")
        if mark and not name.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip())


def _random() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
