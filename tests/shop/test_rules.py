"""Days, prices and whitelists."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prifora.kernel.money import Money, total
from prifora.kernel.terms import is_working_day
from shop import rules

DAYS = st.dates(date(2026, 1, 1), date(2040, 12, 31))
CENTS = st.lists(st.integers(0, 10**7), min_size=1, max_size=8)
RATES = st.sampled_from([0, 17, 19, 20, 21])


@given(CENTS, RATES)
def test_the_shares_of_lines_add_up_to_the_price(cents, rate):
    price = rules.price_of([Money(one) for one in cents], rate)
    assert total(price.lines) == price.total
    assert price.net == Money(sum(cents))
    assert abs(price.vat.cents - sum(cents) * rate / 100) <= 0.5


@given(DAYS)
def test_the_last_day_to_withdraw_is_a_working_day_14_days_on_or_more(day):
    last = rules.last_day_to_withdraw(day)
    assert is_working_day(last)
    assert timedelta(days=14) <= last - day <= timedelta(days=20)


def test_over_christmas_the_term_lasts_longer():
    assert rules.last_day_to_withdraw(date(2026, 12, 11)) == date(2026, 12, 28)


def test_an_order_can_be_given_back_until_14_days_after_it_came():
    ordered = date(2026, 3, 2)
    assert rules.may_withdraw(ordered_on=ordered, delivered_on=None, ships=True, today=date(2026, 9, 1))
    came = {"ordered_on": ordered, "delivered_on": date(2026, 3, 10), "ships": True}
    assert rules.may_withdraw(**came, today=date(2026, 3, 24))
    assert not rules.may_withdraw(**came, today=date(2026, 3, 25))
    assert not rules.may_withdraw(ordered_on=ordered, delivered_on=None, ships=False, today=date(2026, 3, 17))


@given(DAYS, st.booleans())
def test_books_end_with_a_year(day, one_stop_shop):
    end = rules.books_end(day, one_stop_shop=one_stop_shop)
    years = 10 if one_stop_shop else 7
    assert (end.month, end.day, end.year) == (1, 1, day.year + years + 1)


@given(DAYS, st.sampled_from([1, 12]))
def test_a_notice_comes_before_the_term(day, months):
    assert timedelta(days=7) <= day - rules.notice_day(day, months) <= timedelta(days=30)


def test_only_what_is_listed_is_ever_told():
    told = rules.only_allowed(rules.To.CARRIER, {"name", "city"})
    assert told == ["city", "name"]
    for field in ("email", "price", "family", "holder"):
        with pytest.raises(rules.NotWhitelisted):
            rules.only_allowed(rules.To.CARRIER, {"name", field})
    assert not rules.MAY_GET[rules.To.LOGISTIC] & {"email", "company", "holder", "vat_id"}
