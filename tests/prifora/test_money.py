"""Money: no cent appears or is lost, whatever is added, split, taxed or taken back."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prifora.kernel.money import CENT, CURRENCIES, CurrencyMismatch, Money, total

CENTS = st.integers(-(10**14), 10**14)
MONEY = st.builds(Money, CENTS)
RATES = st.decimals(0, 100, places=2)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=20).filter(any)


class TestMoney:
    @given(MONEY, MONEY, MONEY)
    def test_adds_up_like_numbers(self, a, b, c):
        assert (a + b) + c == a + (b + c) == total([c, b, a])
        assert a + b - b == a
        assert a - a == Money(0)
        assert a + -a == Money(0)

    @given(MONEY, st.integers(-1000, 1000))
    def test_times_a_number_is_adding_that_often(self, money, number):
        assert money * number == number * money == Money(money.cents * number)

    @given(MONEY, MONEY)
    def test_is_ordered_as_its_cents(self, a, b):
        assert (a < b, a <= b, a > b, a >= b, a == b) == (
            a.cents < b.cents,
            a.cents <= b.cents,
            a.cents > b.cents,
            a.cents >= b.cents,
            a.cents == b.cents,
        )

    @given(CENTS)
    def test_comes_back_from_its_amount(self, cents):
        money = Money(cents)
        assert Money.of(money.amount) == money
        assert money.amount.as_tuple().exponent == -2
        assert money.amount * 100 == cents

    def test_is_nothing_only_at_zero(self):
        assert not Money(0)
        assert Money(-1)
        assert abs(Money(-1)) == Money(1)

    @pytest.mark.parametrize("cents", [1.0, Decimal(1), "1", True, None])
    def test_is_whole_cents_only(self, cents):
        with pytest.raises(TypeError):
            Money(cents)

    @pytest.mark.parametrize("factor", [1.5, Decimal(2), True, "2"])
    def test_is_not_multiplied_by_what_could_round(self, factor):
        with pytest.raises(TypeError):
            Money(1) * factor

    @pytest.mark.parametrize(
        ("language", "words"),
        [("nl", "€\u00a01.234,50"), ("fr", "1\u202f234,50\u00a0€"), ("en", "€1,234.50")],
    )
    def test_is_written_as_people_write_it(self, language, words):
        assert Money(123450).words(language) == words
        assert str(Money(-5)) == "-0.05 EUR"


class TestCurrencies:
    @pytest.mark.parametrize("code", ["JPY", "TND", "eur", "EURO", "", "XYZ", None])
    def test_without_cents_or_unknown_are_refused(self, code):
        with pytest.raises(ValueError, match="currency"):
            Money(1, code)

    @given(CENTS, CENTS, st.sampled_from(sorted(CURRENCIES - {"EUR"})))
    def test_never_mix(self, a, b, other):
        mine, theirs = Money(a), Money(b, other)
        assert mine != theirs
        for mix in (
            lambda: mine + theirs,
            lambda: mine - theirs,
            lambda: mine < theirs,
            lambda: mine >= theirs,
            lambda: total([theirs]),
        ):
            with pytest.raises(CurrencyMismatch):
                mix()

    def test_do_not_mix_with_numbers(self):
        with pytest.raises(TypeError):
            Money(1) + 1
        with pytest.raises(TypeError):
            sum([Money(1), Money(2)])


class TestVat:
    @pytest.mark.parametrize(
        ("cents", "rate", "vat"),
        [(250, "21", 53), (-250, "21", -53), (50, "21", 11), (5, "10", 1), (4, "10", 0), (1000, "5.5", 55)],
    )
    def test_rounds_halves_away_from_zero(self, cents, rate, vat):
        assert Money(cents).vat_of(Decimal(rate)) == Money(vat)

    @given(MONEY, RATES)
    def test_is_exact_to_half_a_cent_and_the_same_taken_back(self, net, rate):
        vat = net.vat_of(rate)
        exact = Decimal(net.cents) * rate / 100
        assert abs(vat.cents - exact) <= Decimal("0.5")
        assert vat.amount == (exact / 100).quantize(CENT, ROUND_HALF_UP)
        assert (-net).vat_of(rate) == -vat

    @given(MONEY, RATES)
    def test_taken_out_and_put_on_again_is_the_same_price(self, gross, rate):
        net = gross.net_of(rate)
        assert abs((net + net.vat_of(rate) - gross).cents) <= 1
        assert (-gross).net_of(rate) == -net

    @given(MONEY)
    def test_of_nothing_is_nothing(self, money):
        assert money.vat_of(Decimal(0)) == Money(0)
        assert money.net_of(Decimal(0)) == money

    @given(MONEY)
    def test_times_a_half_and_a_half_differ_by_at_most_a_cent(self, money):
        half = money.times(Decimal("0.5"))
        assert abs((half + half - money).cents) <= 1


class TestSplit:
    @given(MONEY, WEIGHTS)
    def test_loses_no_cent_and_gives_nobody_a_cent_too_many(self, money, weights):
        parts = money.split(weights)
        assert total(parts) == money
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part.cents * sum(weights) - money.cents * weight) < sum(weights)

    @given(MONEY, WEIGHTS)
    def test_taken_back_is_the_same_split(self, money, weights):
        assert [-part for part in money.split(weights)] == (-money).split(weights)

    @pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
    def test_needs_somebody_to_split_over(self, weights):
        with pytest.raises(ValueError, match="over"):
            Money(100).split(weights)
