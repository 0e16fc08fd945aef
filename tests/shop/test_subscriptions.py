"""Continuing subscriptions: told of, charged once a term, tried again, ended; nothing else happens."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from payments.models import Mandate, Payment
from prifora.kernel import clock
from shop import services
from shop.models import Attempt, Charge, DueCode, Subscription
from tests.shop import buying

pytestmark = pytest.mark.django_db


def hour(now):
    """What the hourly task does."""
    services.tell_of_terms(now=now)
    services.charge_terms(now=now)
    services.end_terms(now=now)
    services.forget_mandates(now=now)


def newest():
    return Attempt.objects.filter(by_hand=False).latest("created_at")


class TestRenewal:
    def test_terms_begin_on_the_31st_or_the_last_day(self, at, monthly):
        days = []
        for day in (date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30), date(2027, 5, 31)):
            now = at(day)
            hour(now)
            hour(now)
            days.append(Charge.objects.latest("first_day").first_day)
            buying.say_paid(newest())
        assert days == [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30), date(2027, 5, 31)]
        assert Charge.objects.count() == Payment.objects.filter(is_charge=True).count() == 4

    @pytest.mark.obligation("PRI-68", partial=True)
    def test_it_is_told_before_and_billed_after(self, at, monthly, letters):
        letters()
        hour(at(date(2027, 2, 20)))
        assert letters() == []
        hour(at(date(2027, 2, 21)))
        hour(at(date(2027, 2, 22)))
        (notice,) = letters()
        assert notice.subject == "Je abonnement gaat door vanaf 28 februari 2027"
        assert "9,95" in notice.body
        hour(at(date(2027, 2, 28)))
        buying.say_paid(newest())
        (renewed,) = letters()
        assert [name for name, _file, _kind in renewed.attachments] == ["prifora-factuur.pdf"]
        assert DueCode.objects.filter(taken_at=None).count() == 2

    def test_a_webhook_told_three_times_is_one_term(self, at, monthly):
        hour(at(date(2027, 2, 28)))
        for _again in range(3):
            buying.say_paid(newest())
        assert Subscription.objects.get().paid_until == date(2027, 3, 31)


class TestFailure:
    def test_is_told_tried_again_and_ends_after_its_grace(self, at, monthly, letters):
        letters()
        tried, subjects = [], []
        for days in range(33):
            now = at(date(2027, 2, 28) + timedelta(days=days))
            before = Attempt.objects.filter(by_hand=False).count()
            hour(now)
            if Attempt.objects.filter(by_hand=False).count() > before:
                tried.append(days)
                services.payment_ended(reference=newest().pk, now=now)
            subjects += [one.subject for one in letters()]
        assert tried == [0, 3, 10, 20]
        assert Subscription.objects.get().state == "ended"
        assert subjects.count("We konden je abonnement niet afschrijven") == 4
        assert subjects[-1] == "Je abonnement is gestopt"

    def test_paid_by_hand_it_runs_again(self, at, monthly):
        now = at(date(2027, 2, 28))
        hour(now)
        services.payment_ended(reference=newest().pk, now=now)
        assert Subscription.objects.get().state == "overdue"
        services.ask_term(order=monthly.order, charge_id=Charge.objects.get().pk, now=now)
        buying.say_paid(Attempt.objects.get(by_hand=True, charge__isnull=False))
        assert Subscription.objects.get().state == "running"

    def test_a_mandate_that_is_gone_is_a_failure_too(self, at, monthly):
        Mandate.objects.update(is_valid=False)
        hour(at(date(2027, 2, 28)))
        assert Subscription.objects.get().state == "overdue"

    def test_a_chargeback_stops_further_charges(self, at, monthly):
        attempt = Attempt.objects.get()
        amount = services.next_total(monthly)
        services.payment_taken_back(reference=attempt.pk, amount=amount, now=at(date(2027, 2, 2)))
        hour(at(date(2027, 2, 28)))
        assert not Charge.objects.exists()


class TestCancel:
    def test_stops_the_next_charge_and_keeps_what_is_paid(self, at, monthly, letters):
        now = at(date(2027, 2, 10))
        services.cancel(subscription_id=monthly.pk, now=now)
        monthly.refresh_from_db()
        assert (monthly.state, monthly.paid_until) == ("ending", date(2027, 2, 28))
        hour(at(date(2027, 3, 1)))
        assert not Charge.objects.exists()
        monthly.refresh_from_db()
        assert (monthly.state, monthly.mandate) == ("ended", None)
        assert Mandate.objects.get().due_at is not None
        with pytest.raises(services.NotRunning):
            services.cancel(subscription_id=monthly.pk, now=now)

    def test_while_overdue_nothing_is_asked_any_more(self, at, monthly):
        now = at(date(2027, 2, 28))
        hour(now)
        services.payment_ended(reference=newest().pk, now=now)
        services.cancel(subscription_id=monthly.pk, now=now)
        hour(at(date(2027, 3, 3)))
        assert Attempt.objects.filter(by_hand=False).count() == 1


class TestChangePlan:
    def test_the_next_term_is_of_the_other(self, at, monthly, products):
        services.change_plan(
            subscription_id=monthly.pk, product=products["family-year"], now=at(date(2027, 2, 1))
        )
        hour(at(date(2027, 2, 28)))
        assert Charge.objects.get().total_cents == 9900
        buying.say_paid(newest())
        monthly.refresh_from_db()
        assert (monthly.product, monthly.next_product) == (products["family-year"], None)
        assert monthly.paid_until == date(2028, 2, 29)

    def test_and_back_changes_nothing(self, at, monthly, products):
        now = at(date(2027, 2, 1))
        services.change_plan(subscription_id=monthly.pk, product=products["family-year"], now=now)
        services.change_plan(subscription_id=monthly.pk, product=products["family-month"], now=now)
        monthly.refresh_from_db()
        assert monthly.next_product is None


def test_a_charge_that_nobody_knows_changes_nothing(monthly):
    services.payment_ended(reference=uuid4(), now=clock.now())
    assert Subscription.objects.get().state == "running"
