"""What this process may reach: a name that is no declared host is not even looked up.

The second wall behind the register (kernel/processors.py): a library that phones home, or a forgotten address
in our own code, fails here. Libraries in C that look names up themselves (the drivers of PostgreSQL) pass by;
their hosts come from the settings that the register is held against.
"""

import socket
from typing import Any

import structlog
from django.conf import settings

from prifora.kernel.processors import is_ours

log = structlog.get_logger(__name__)

_look_up = socket.getaddrinfo


class Undeclared(OSError):
    """A host outside this network that nothing declares."""


def guard() -> None:
    """From here on have this process look up declared hosts only. Safe to call twice."""
    socket.getaddrinfo = _guarded


def may_reach(host: str) -> bool:
    """Return whether a host is this network's own, declared (settings.OUTGOING, PUSH_HOSTS), or below one.

    Below: stores of objects put the bucket's name in front, push services that of a machine.
    """
    name = host.rstrip(".").lower()
    declared = [one.lower() for one in (*settings.OUTGOING.values(), *settings.PUSH_HOSTS) if one]
    return is_ours(name) or any(is_below(name, one) for one in declared)


def is_below(name: str, host: str) -> bool:
    """Return whether a name is `host` or below it."""
    return name == host or name.endswith(f".{host}")


def _guarded(host: Any, *more: Any, **named: Any) -> Any:
    name = host.decode() if isinstance(host, bytes) else host
    if name is not None and not may_reach(name):
        log.warning("undeclared_host")
        raise Undeclared("this host is not declared (docs/operations.md)")
    return _look_up(host, *more, **named)
