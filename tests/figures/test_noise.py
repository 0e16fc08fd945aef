"""The random number: it is the one of the epsilon that was asked for, and it hides one person."""

from collections import Counter
from fractions import Fraction
from math import exp, log, sqrt

import pytest

from figures.rules import COUNTED
from figures.services.noise import _noise, draw

EPSILON = Fraction(1, 8)
DRAWS = 20_000
ALLOWED = sqrt(log(2 / 1e-11) / (2 * DRAWS))
"""By how much a share of so many draws may differ from its probability: more has 1e-11 (Hoeffding)."""


@pytest.fixture(scope="module")
def drawn():
    return Counter(draw(0, EPSILON) for _ in range(DRAWS))


def within(furthest: int, epsilon: float) -> float:
    """Return how probable it is that discrete Laplace noise is at most so far from nothing."""
    ratio = exp(-epsilon)
    return 1 - 2 * ratio ** (furthest + 1) / (1 + ratio)


class TestDraw:
    def test_has_the_distribution_of_its_epsilon(self, drawn):
        for furthest in (0, 1, 2, 4, 8, 16, 24, 32, 64):
            share = sum(times for noise, times in drawn.items() if abs(noise) <= furthest) / DRAWS
            assert abs(share - within(furthest, float(EPSILON))) <= ALLOWED, furthest

    def test_would_be_told_from_noise_of_another_epsilon(self):
        """So that the test above means something: twice the epsilon, or less than half, fails it."""
        for other in (EPSILON * 2, EPSILON / 2, EPSILON * Fraction(3, 2)):
            assert abs(within(8, float(other)) - within(8, float(EPSILON))) > 2 * ALLOWED

    def test_is_as_often_above_as_below(self, drawn):
        above = sum(times for noise, times in drawn.items() if noise > 0)
        below = sum(times for noise, times in drawn.items() if noise < 0)
        assert abs(above - below) / DRAWS <= 2 * ALLOWED

    def test_is_around_the_count(self):
        draws = [draw(1_000, EPSILON) for _ in range(200)]
        assert all(abs(one - 1_000) < 300 for one in draws)
        assert len(set(draws)) > 1

    @pytest.mark.obligation("PRI-49", partial=True)
    def test_hides_whether_one_person_is_there(self, drawn):
        """Whoever guesses from a figure is right hardly more often than by chance: (e^ε-1)/(e^ε+1) at most."""
        other = Counter(draw(1, EPSILON) for _ in range(DRAWS))
        most = (exp(EPSILON) - 1) / (exp(EPSILON) + 1)
        for limit in range(-20, 22, 3):
            with_them = sum(times for value, times in other.items() if value >= limit) / DRAWS
            without = sum(times for value, times in drawn.items() if value >= limit) / DRAWS
            assert with_them - without <= most + 2 * ALLOWED


def test_the_library_itself_states_what_every_figure_uses():
    for counted in COUNTED.values():
        assert 0 < _noise(counted.epsilon).map(1) <= float(counted.epsilon)
