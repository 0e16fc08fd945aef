"""Settings from the environment: read once, checked, and loud when something is missing."""

import base64
import binascii
import os
from pathlib import Path

SECRET_BYTES = 32
"""Length of every secret key, before base64url."""

_MISSING = object()


class Misconfigured(Exception):
    """The environment lacks something or holds something unusable; the message names the variable."""


def text(name: str, default: str | object = _MISSING) -> str:
    """Return `name`, or the content of the file that `NAME_FILE` points to, or `default`.

    Raises Misconfigured when nothing is there and no default is given.
    """
    value = os.environ.get(name)
    file = os.environ.get(f"{name}_FILE")
    if value is None and file:
        value = Path(file).read_text(encoding="utf-8").strip()
    if value is None:
        if default is _MISSING:
            raise Misconfigured(f"{name} (or {name}_FILE) is not set")
        value = str(default)
    return value


def flag(name: str, *, default: bool = False) -> bool:
    """Return whether `name` is 1, true, yes or on."""
    return text(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    """Return `name` as a whole number; raises Misconfigured when it is not one."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError as wrong:
        raise Misconfigured(f"{name} is not a whole number") from wrong


def listing(name: str, default: str = "") -> list[str]:
    """Return the comma-separated parts of `name`, without empty ones."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def secret(name: str) -> bytes:
    """Return the 32 random bytes that `name` holds as base64url.

    Raises Misconfigured when it is missing, malformed, of another length or visibly not random.
    """
    value = text(name)
    try:
        key = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except (binascii.Error, ValueError) as wrong:
        raise Misconfigured(f"{name} is not base64url") from wrong
    if len(key) != SECRET_BYTES or len(set(key)) < SECRET_BYTES // 4:
        raise Misconfigured(f"{name} must be {SECRET_BYTES} random bytes in base64url")
    return key
