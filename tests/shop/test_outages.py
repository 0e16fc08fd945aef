"""Subscriptions that ran during an outage go on longer: once each, whatever stops in between, and all are told."""

from datetime import date

import pytest

from books.models import Posting
from shop import services, tasks
from shop.models import Attempt, Charge, Outage, OutageCredit, Post, Subscription
from tests.shop import buying
from tests.shop.test_subscriptions import hour, newest

pytestmark = pytest.mark.django_db


def outage(now, days=3, began=date(2027, 2, 9), ended=date(2027, 2, 10)):
    return services.note_outage(days=days, began_on=began, ended_on=ended, now=now)


def credited(now):
    """Have all of it carried out; return how many got days each time."""
    return [services.credit_outages(now=now) for _ in range(3)]


class TestCreditOutages:
    def test_lets_a_subscription_go_on_longer_once_and_says_so(self, at, monthly, letters):
        letters()
        now = at(date(2027, 2, 10))
        outage(now)
        before = Posting.objects.count()
        assert credited(now) == [1, 0, 0]
        monthly.refresh_from_db()
        assert (monthly.credit_days, monthly.paid_until) == (3, date(2027, 3, 3))
        (letter,) = letters()
        assert letter.subject == "Je abonnement loopt langer door"
        for said in ("9 februari 2027", "10 februari 2027", "3 maart 2027"):
            assert said in letter.body
        assert Posting.objects.count() == before

    def test_the_next_charge_is_later_and_all_after_it(self, at, monthly):
        outage(at(date(2027, 2, 10)))
        services.credit_outages(now=at(date(2027, 2, 10)))
        hour(at(date(2027, 2, 28)))
        assert not Charge.objects.exists()
        hour(at(date(2027, 3, 3)))
        charge = Charge.objects.get()
        assert (charge.first_day, charge.last_day) == (date(2027, 3, 3), date(2027, 4, 2))
        buying.say_paid(newest())
        monthly.refresh_from_db()
        assert monthly.paid_until == date(2027, 4, 3)

    def test_is_told_anew_when_the_next_term_begins(self, at, monthly):
        hour(at(date(2027, 2, 22)))
        now = at(date(2027, 2, 23))
        outage(now, days=10)
        services.credit_outages(now=now)
        hour(now)
        assert Post.objects.filter(kind="renewal_notice").count() == 1
        hour(at(date(2027, 3, 4)))
        told = Post.objects.filter(kind="renewal_notice").values_list("facts__begins_on", flat=True)
        assert set(told) == {"2027-02-28", "2027-03-10"}

    def test_a_term_that_is_being_charged_is_taken_as_the_later_one(self, at, monthly):
        now = at(date(2027, 2, 28))
        hour(now)
        outage(now)
        services.credit_outages(now=now)
        buying.say_paid(newest())
        monthly.refresh_from_db()
        charge = Charge.objects.get()
        assert (charge.state, charge.first_day) == ("paid", date(2027, 3, 3))
        assert (monthly.state, monthly.paid_until) == ("running", date(2027, 4, 3))

    def test_a_term_that_failed_is_tried_and_ends_later(self, at, monthly):
        now = at(date(2027, 2, 28))
        hour(now)
        services.payment_ended(reference=newest().pk, now=now)
        outage(now)
        services.credit_outages(now=now)
        hour(at(date(2027, 3, 5)))
        assert Attempt.objects.filter(by_hand=False).count() == 1
        hour(at(date(2027, 3, 6)))
        assert Attempt.objects.filter(by_hand=False).count() == 2

    def test_a_cancelled_one_ends_later(self, at, monthly):
        services.cancel(subscription_id=monthly.pk, now=at(date(2027, 2, 5)))
        outage(at(date(2027, 2, 10)))
        services.credit_outages(now=at(date(2027, 2, 10)))
        hour(at(date(2027, 3, 2)))
        assert Subscription.objects.get().state == "ending"
        hour(at(date(2027, 3, 3)))
        assert Subscription.objects.get().state == "ended"

    def test_is_not_for_what_had_ended_or_began_later(self, at, monthly, products):
        now = at(date(2027, 2, 11))
        later = buying.pay(buying.placed({"family-year": 1})).subscriptions.get()
        Subscription.objects.filter(pk=monthly.pk).update(state="ended")
        outage(now)
        assert credited(now) == [0, 0, 0]
        later.refresh_from_db()
        assert (later.credit_days, OutageCredit.objects.count()) == (0, 0)

    def test_goes_on_where_it_was_stopped(self, at, monthly, products, monkeypatch):
        monkeypatch.setattr("shop.services.crediting.AT_ONCE", 1)
        buying.pay(buying.placed({"family-month": 1, "family-year": 1}))
        now = at(date(2027, 2, 10))
        outage(now)
        done = []
        while Outage.objects.filter(done_at=None).exists():
            done.append(services.credit_outages(now=now))
        assert done == [1, 1, 1, 0]
        assert set(Subscription.objects.values_list("credit_days", flat=True)) == {3}

    def test_two_outages_add_up(self, at, monthly):
        now = at(date(2027, 2, 10))
        outage(now)
        outage(now, days=2)
        assert credited(now) == [2, 0, 0]
        assert Subscription.objects.get().credit_days == 5

    def test_is_done_by_the_task_of_every_minute(self, at, monthly):
        outage(at(date(2027, 2, 10)))
        tasks.go_on()
        assert Subscription.objects.get().credit_days == 3
