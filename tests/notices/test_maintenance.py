"""Everybody hears that the server will be away, whatever they agreed to; nobody twice."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from notices import services
from notices.models import Notice
from prifora.kernel import clock
from prifora.kernel.terms import day_of
from tests.notices.telling import give_address

pytestmark = pytest.mark.django_db


def announce(on, begins="02:00", ends="04:00"):
    said = StringIO()
    call_command("announce_maintenance", f"--on={on}", f"--from={begins}", f"--to={ends}", stdout=said)
    return said.getvalue()


@pytest.fixture
def tomorrow():
    return day_of(clock.now()) + timedelta(days=1)


@pytest.mark.obligation("PRI-15", partial=True)
def test_everybody_gets_a_letter_and_who_has_an_address_a_mail(alice, bob, charlie, as_, tomorrow):
    give_address(alice.account, "alice@example.org")
    mail.outbox.clear()
    assert announce(tomorrow) == "3 people were told.\n"
    services.send_mail(now=clock.now())
    assert [one.to for one in mail.outbox] == [["alice@example.org"]]
    [letter] = as_(charlie).get("/api/v1/notices").json()["items"]
    assert letter["topic"] == "maintenance"
    assert "02:00" in letter["text"]
    assert "04:00" in letter["text"]


def test_nobody_is_told_twice_and_who_comes_later_is_told(alice, bob, tomorrow, dora):
    announce(tomorrow)
    assert announce(tomorrow) == "0 people were told.\n"
    assert Notice.objects.count() == 3
    assert announce(tomorrow, ends="05:00") == "3 people were told.\n"


@pytest.mark.parametrize(("days", "begins", "ends"), [(-1, "02:00", "04:00"), (1, "04:00", "02:00")])
def test_a_day_that_is_over_and_times_in_the_wrong_order_are_refused(alice, days, begins, ends):
    on = day_of(clock.now()) + timedelta(days=days)
    with pytest.raises(CommandError):
        announce(on, begins, ends)
    assert not Notice.objects.exists()
