"""The random number that is added to a count. OpenDP draws it; nothing of it is written by hand."""

from fractions import Fraction
from functools import cache
from typing import Any


class TellsTooMuch(AssertionError):
    """Our bug: the library says that a figure would tell more than it may."""


def draw(count: int, epsilon: Fraction) -> int:
    """Return `count` with noise: discrete Laplace, for a count that one account changes by one at most.

    Each call is another draw, and tells `epsilon` more: so one for each figure, ever. Raises TellsTooMuch.
    """
    return int(_noise(epsilon)(count))


@cache
def _noise(epsilon: Fraction) -> Any:
    """Return the library's measurement; it is loaded here, since only the sweep needs it."""
    from opendp import prelude

    prelude.enable_features("contrib")
    space = prelude.atom_domain(T=int), prelude.absolute_distance(T=int)
    measurement = prelude.m.make_laplace(*space, scale=float(1 / epsilon))
    if measurement.map(1) > float(epsilon):
        raise TellsTooMuch
    return measurement
