"""Handing sealed bytes out: headers that let no browser show them, and the range asked for (RFC 9110)."""

import re

from django.utils.translation import gettext_lazy as _

from prifora.kernel.errors import Refused

BYTES = "application/octet-stream"
RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})\Z")


class RangeRefused(Refused):
    """Nothing of what is there was asked for."""

    status, code = 416, "range_refused"
    sentence = _("This is not possible.")


def sealed_headers(size: int) -> dict[str, str]:
    """Return what makes a browser hand `size` bytes to the app and never show, run or keep them."""
    return {
        "Cache-Control": "private, no-store",
        "Content-Disposition": "attachment",
        "Content-Length": str(size),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }


def byte_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Return the first byte and the one after the last that `Range` asks for, of `size`; None for all of it.

    Several ranges at once, and what is no range of bytes, count as not asked. Raises RangeRefused.
    """
    found = RANGE.match(header or "")
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= end:
        raise RangeRefused
    return start, end


def is_known(header: str | None, tag: str) -> bool:
    """Return whether an `If-None-Match` names `tag`, which comes with its quotation marks."""
    told = [one.strip().removeprefix("W/") for one in (header or "").split(",")]
    return tag in told or told == ["*"]
