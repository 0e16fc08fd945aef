"""Who pays which VAT, how a bill adds up, and until when it is kept."""

from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import eu_vat_rates_data
import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.rules import (
    RATES,
    Category,
    Kind,
    Line,
    NotSoldThere,
    Place,
    kept_until,
    number_of,
    pieces_of,
    place_of_vat,
    rounding_of,
    series_of,
    standard_rate,
    totals,
)
from prifora.kernel.money import Money, total

DAYS = st.dates(date(2016, 1, 1), date(2060, 12, 31))
COUNTRIES = st.sampled_from(sorted(RATES))
LINES = st.lists(
    st.builds(
        Line,
        description=st.just("x"),
        quantity=st.integers(1, 500),
        unit_net=st.builds(Money, st.integers(0, 10**7)),
        vat_rate=st.sampled_from([Decimal(0), Decimal("5.5"), Decimal(17), Decimal(20), Decimal(21)]),
        kind=st.sampled_from(Kind),
    ),
    min_size=1,
    max_size=12,
)


class TestStandardRate:
    @pytest.mark.parametrize("country", sorted(RATES))
    def test_of_today_is_that_of_the_commission_s_database(self, country):
        """When this fails after an update, a rate changed: add it with its first day."""
        known = Decimal(str(eu_vat_rates_data.get_standard_rate(country)))
        assert RATES[country][-1][1] == known

    @pytest.mark.parametrize(
        ("country", "on", "rate"),
        [
            ("NL", date(2016, 2, 29), 21),
            ("DE", date(2020, 6, 30), 19),
            ("DE", date(2020, 7, 1), 16),
            ("DE", date(2020, 12, 31), 16),
            ("DE", date(2021, 1, 1), 19),
            ("LU", date(2022, 12, 31), 17),
            ("LU", date(2023, 12, 31), 16),
            ("LU", date(2024, 2, 29), 17),
            ("FR", date(2028, 2, 29), 20),
        ],
    )
    def test_changes_on_its_day(self, country, on, rate):
        assert standard_rate(country, on) == rate

    @given(COUNTRIES, DAYS)
    def test_is_there_for_every_day(self, country, on):
        assert 15 <= standard_rate(country, on) <= 27

    @pytest.mark.parametrize(("country", "on"), [("US", date(2026, 1, 1)), ("FR", date(2013, 12, 31))])
    def test_is_not_guessed(self, country, on):
        with pytest.raises(NotSoldThere):
            standard_rate(country, on)

    def test_periods_follow_on_each_other(self):
        for periods in RATES.values():
            assert [since for since, _rate in periods] == sorted({since for since, _rate in periods})


class TestPlaceOfVat:
    @given(COUNTRIES, COUNTRIES, st.booleans(), st.booleans())
    def test_is_with_us_at_home_and_with_the_buyer_abroad(self, seller, buyer, business, one_stop):
        place = place_of_vat(seller=seller, buyer=buyer, is_business=business, one_stop=one_stop)
        abroad = seller != buyer
        assert place.country == (buyer if abroad and (business or one_stop) else seller)
        assert place.is_reverse == (abroad and business)
        assert place.one_stop == (abroad and one_stop and not business)

    @pytest.mark.parametrize("country", ["US", "GB", "CH", "", "nl"])
    def test_is_nowhere_where_we_do_not_sell(self, country):
        with pytest.raises(NotSoldThere):
            place_of_vat(seller="NL", buyer=country, is_business=False, one_stop=True)

    @pytest.mark.parametrize(
        ("kind", "category"),
        [
            (Kind.GOODS, Category.WITHIN_EU),
            (Kind.DELIVERY, Category.WITHIN_EU),
            (Kind.SERVICE, Category.REVERSE),
        ],
    )
    def test_says_why_a_business_abroad_pays_none(self, kind, category):
        place = Place("DE", is_reverse=True)
        assert place.category_of(kind) is category
        assert place.rate(date(2026, 1, 1)) == 0
        assert Place("DE").category_of(kind) is Category.STANDARD


class TestTotals:
    @given(LINES)
    def test_are_what_en_16931_says(self, lines):
        """BR-CO-10, -13, -14, -15 and -17, reckoned anew with fractions and with Decimal."""
        summed = totals(lines, Place("NL"))
        assert summed.net == total(line.unit_net * line.quantity for line in lines)
        assert summed.net == total(group.net for group in summed.groups)
        assert summed.vat == total(group.vat for group in summed.groups)
        assert summed.gross == summed.net + summed.vat
        for group in summed.groups:
            of = [line for line in lines if line.vat_rate == group.rate]
            assert group.net.cents == sum(line.unit_net.cents * line.quantity for line in of)
            exact = Fraction(group.net.cents) * Fraction(group.rate) / 100
            assert abs(Fraction(group.vat.cents) - exact) <= Fraction(1, 2)
            assert group.vat.amount == (group.net.amount * group.rate / 100).quantize(
                Decimal("0.01"), ROUND_HALF_UP
            )

    @given(LINES, st.randoms())
    def test_do_not_depend_on_the_order(self, lines, random):
        other = list(lines)
        random.shuffle(other)
        first, second = totals(lines, Place("NL")), totals(other, Place("NL"))
        assert (first.net, first.vat) == (second.net, second.vat)

    def test_round_once_for_each_percentage_and_not_for_each_line(self):
        two_cents = Line(
            description="x", quantity=1, unit_net=Money(2), vat_rate=Decimal(21), kind=Kind.GOODS
        )
        assert totals([two_cents], Place("NL")).vat == Money(0)
        assert totals([two_cents] * 2, Place("NL")).vat == Money(1)


class TestRounding:
    @given(st.integers(1, 10**7), st.integers(1, 200), st.sampled_from([16, 17, 19, 20, 21]))
    def test_makes_every_price_with_vat_come_out(self, price, quantity, rate):
        """Whatever people were told a thing costs, its bill asks exactly that."""
        told = Money(price)
        line = Line(
            description="x",
            quantity=quantity,
            unit_net=told.net_of(Decimal(rate)),
            vat_rate=Decimal(rate),
            kind=Kind.GOODS,
        )
        paid, summed = told * quantity, totals([line], Place("NL"))
        assert summed.gross + rounding_of(summed.gross, paid, pieces_of([line])) == paid

    @pytest.mark.parametrize(
        ("paid", "pieces", "rounding"), [(101, 1, 1), (99, 1, -1), (102, 1, 0), (102, 2, 2), (0, 200, 0)]
    )
    def test_is_a_cent_for_each_piece_and_never_a_debt(self, paid, pieces, rounding):
        assert rounding_of(Money(100), Money(paid), pieces) == Money(rounding)


class TestKeptUntil:
    @given(DAYS, st.booleans())
    def test_is_the_first_of_january_our_time_seven_or_ten_years_after_the_year(self, on, one_stop):
        end = kept_until(on.year, one_stop=one_stop).astimezone(ZoneInfo("Europe/Amsterdam"))
        assert (end.month, end.day, end.hour, end.minute) == (1, 1, 0, 0)
        assert end.year == on.year + 1 + (10 if one_stop else 7)

    @pytest.mark.parametrize(
        ("year", "one_stop", "end"),
        [
            (2026, False, datetime(2033, 12, 31, 23, tzinfo=UTC)),
            (2026, True, datetime(2036, 12, 31, 23, tzinfo=UTC)),
            (2028, False, datetime(2035, 12, 31, 23, tzinfo=UTC)),
        ],
    )
    def test_is_this_moment(self, year, one_stop, end):
        assert kept_until(year, one_stop=one_stop) == end

    @given(DAYS)
    def test_is_never_before_the_law_s_term(self, on):
        assert kept_until(on.year, one_stop=False).date() - on >= timedelta(days=7 * 365)


class TestNumbers:
    def test_have_a_series_for_each_year_and_kind(self):
        assert number_of(series_of(2026, is_credit=False), 1) == "2026-000001"
        assert number_of(series_of(2028, is_credit=True), 1234567) == "C2028-1234567"
