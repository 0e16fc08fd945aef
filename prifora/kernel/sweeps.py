"""What an app does before rows whose declared time is over are deleted.

For tables that the database itself keeps from being emptied: they are let go of only as far as the sweep
that is about to begin reaches. Privacy, which sweeps, calls this once it believes the clock.
"""

from collections.abc import Callable
from datetime import datetime

Before = Callable[[datetime], None]

_before: list[Before] = []


def before_sweep(act: Before) -> None:
    """Have `act(now)` run before every sweep. Called from AppConfig.ready; twice must be harmless."""
    if act not in _before:
        _before.append(act)


def prepare_sweep(now: datetime) -> list[Exception]:
    """Run what apps do before rows that ended by `now` are deleted; return what failed.

    One that fails keeps neither the others nor the sweep from going on.
    """
    failed = []
    for act in _before:
        try:
            act(now)
        except Exception as failure:  # noqa: BLE001  whatever it is, rows must end; who sweeps raises it
            failed.append(failure)
    return failed
