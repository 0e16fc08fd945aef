"""Families are told of their plan in time, each thing once, and everybody when it stops for everybody."""

import pytest
from django.core import mail

from notices.models import Notice
from notices.services import send_mail
from plans import services
from tests.plans.conftest import BEGAN, at, days_later

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(paid):
    """Paid for a year after the trial: until 2027-12-30."""
    paid(365)
    return days_later(395)


def letters_of(account):
    rows = Notice.objects.filter(account_id=account.pk).order_by("created_at")
    return [(row.kind, row.facts["ended_on"]) for row in rows]


def day_by_day(first, last):
    """Run the task a few times on each day; return the days on which something was told."""
    found = []
    for number in range((last - first).days + 1):
        day = days_later(number, first)
        if sum(services.tell_due(now=at(day, hour)) for hour in (1, 9, 17)):
            found.append(day)
    return found


class TestTellDue:
    def test_tells_30_7_and_1_days_before_at_the_end_and_when_it_becomes_read_only(self, year, alice, bob):
        days = day_by_day(days_later(-40, year), days_later(40, year))
        assert [(day - year).days for day in days] == [-30, -7, -1, 1, 31]
        soon, until = ("plan.soon", "2027-12-30"), "2027-12-30"
        assert letters_of(alice) == [soon, soon, soon, ("plan.grace", until), ("plan.read_only", until)]
        assert letters_of(bob) == [("plan.read_only", until)]

    def test_of_a_trial_of_30_days_warns_a_week_and_a_day_before(self, plan, alice):
        assert [(day - BEGAN).days for day in day_by_day(BEGAN, days_later(70))] == [23, 29, 31, 61]

    def test_tells_what_it_missed_in_one_letter(self, year, alice):
        assert services.tell_due(now=at(days_later(-3, year))) == 1
        assert services.tell_due(now=at(days_later(100, year))) == 2, "read-only, to Alice and Bob"
        assert [kind for kind, _on in letters_of(alice)] == ["plan.soon", "plan.read_only"]

    def test_says_nothing_more_once_a_code_is_entered(self, year, paid, alice):
        services.tell_due(now=at(days_later(-30, year)))
        paid(365, on=days_later(-20, year))
        assert day_by_day(days_later(-19, year), days_later(40, year)) == []

    def test_tells_of_the_next_end_anew(self, year, paid, alice):
        services.tell_due(now=at(days_later(-7, year)))
        paid(365, on=days_later(-1, year))
        assert services.tell_due(now=at(days_later(-7, days_later(366, year)))) == 1

    def test_mails_that_it_is_there(self, year, alice):
        alice.account.profile["emails"] = {"x": "alice@home.example"}
        alice.account.save(update_fields=["sealed"])
        services.tell_due(now=at(days_later(-7, year)))
        send_mail(now=at(days_later(-7, year)))
        [one] = mail.outbox
        assert one.to == ["alice@home.example"]
        assert "30 december 2027" in one.body

    def test_tells_devices_when_something_stops(self, year, told, family, alice, bob):
        heard = told(lambda: services.tell_due(now=at(days_later(1, year))))
        assert ("plan.changed", {"family_id": str(family.pk)}, {alice.pk, bob.pk}) in heard

    def test_says_nothing_where_plans_are_not_used(self, year, used):
        used.PLANS_USED = False
        assert day_by_day(days_later(-40, year), days_later(40, year)) == []
