"""What an app tells of its use: one answer for everybody, stored only for who agreed, and never under a name."""

from datetime import timedelta

import pytest
import time_machine

from accounts import services as accounts
from figures import services
from figures.models import Figure, Mark
from figures.rules import COUNTED, TOLD, Metric
from figures.services import close_periods
from figures.services.counting import count_accounts
from prifora.kernel import keystore
from prifora.kernel.erasure import Leaving
from prifora.kernel.terms import day_of
from privacy.models import Consent
from privacy.purposes import Choice
from privacy.rights import Cause
from privacy.services import restrict
from tests import cast, unlinkable
from tests.figures.people import DAY, MONDAY, at
from tests.figures.stored import everything
from tests.privacy.test_consents_api import say
from tests.race import at_once

PATH = "/api/v1/me/uses"
SLIDES = {"what": "slideshow"}
NOON, CLOSING = at(MONDAY), at(MONDAY + DAY, 0.5)


@pytest.fixture
def monday():
    """It is Monday noon."""
    with time_machine.travel(NOON, tick=False):
        yield


def told(client, what="slideshow"):
    answer = client.post(PATH, {"what": what})
    assert (answer.status_code, answer.content) == (204, b"")


def counted(metric=Metric.SLIDESHOW):
    return count_accounts(COUNTED[metric], MONDAY)


@pytest.mark.django_db
class TestUses:
    @pytest.mark.obligation("PRI-50")
    def test_stores_nothing_until_somebody_agreed_and_nothing_after_they_took_it_back(self, monday, as_):
        client = as_(cast.person("new"))
        client.get("/api/v1/me/consents")
        assert not Consent.objects.exists()
        before = everything()
        for what in TOLD:
            told(client, what)
        assert everything() == before
        say(client, Choice.USE_COUNTS)
        given = Consent.objects.get()
        assert given.account_id
        assert (given.created_at, given.version, given.how) == (NOON, 2, "app")
        assert len(bytes(given.text_hash)) == 32
        told(client)
        assert counted() == 1
        say(client, Choice.USE_COUNTS, given=False)
        before = everything()
        for what in TOLD:
            told(client, what)
        assert everything() == before

    @pytest.mark.parametrize("choice", [Choice.NEWS_LETTERS, Choice.NEWS_MAIL])
    def test_is_not_opened_by_another_consent(self, monday, as_, alice, choice):
        client = as_(alice)
        say(client, choice)
        told(client)
        assert not Mark.objects.exists()

    def test_is_not_listened_to_while_data_are_only_stored(self, monday, as_, alice):
        client = as_(alice)
        say(client, Choice.USE_COUNTS)
        restrict(account_id=alice.pk, cause=Cause.OBJECTION, now=NOON)
        told(client)
        assert not Mark.objects.exists()

    def test_counts_each_person_once_a_day_for_each_thing(self, monday, as_, alice, bob):
        for someone in (alice, bob):
            client = as_(someone)
            say(client, Choice.USE_COUNTS)
            for what in ("slideshow", "slideshow", "read_aloud", "slideshow"):
                told(client, what)
        assert [counted(metric) for metric in TOLD] == [2, 2]
        assert Mark.objects.count() == 4

    def test_is_for_home_stations_too(self, monday, as_, alice):
        client = as_(alice, kind="station")
        say(client, Choice.USE_COUNTS)
        told(client)
        assert counted() == 1

    def test_is_not_there_for_who_is_signed_out(self, anyone):
        assert anyone.post(PATH, SLIDES).status_code == 401

    @pytest.mark.parametrize("body", [{}, {"what": "people"}, {"what": 1}, {"what": None}, ["slideshow"]])
    def test_takes_nothing_else(self, as_, alice, body):
        assert as_(alice).post(PATH, body).status_code == 400

    def test_counts_children_only_with_a_parent(self, monday, as_, alice):
        client = as_(alice)
        say(client, Choice.USE_COUNTS)
        accounts.change_profile(account=alice.account, changes={"date_of_birth": "2016-01-01"})
        told(client)
        assert not Mark.objects.exists()


@pytest.mark.django_db
class TestMarks:
    @pytest.fixture
    def marked(self, monday, as_, alice, bob):
        """Alice and Bob agreed, and told of everything there is."""
        for someone in (alice, bob):
            client = as_(someone)
            say(client, Choice.USE_COUNTS)
            for what in TOLD:
                told(client, what)

    @pytest.mark.obligation("PRI-49", "PRE-05", partial=True)
    def test_lead_to_nobody_and_not_to_each_other(self, marked):
        assert {mark.created_at for mark in Mark.objects.all()} == {at(MONDAY, 0)}
        assert len({bytes(mark.digest) for mark in Mark.objects.all()}) == 4
        assert unlinkable.shared_values(["figures"], unlinkable.FAMILIES) == {}

    @pytest.mark.obligation("PRI-49", partial=True)
    def test_are_gone_with_their_key_once_the_day_is_counted(self, marked):
        before = set(keystore.store().people())
        close_periods(CLOSING)
        assert not Mark.objects.exists()
        assert Figure.objects.filter(metric__in=TOLD, begins_on=MONDAY).count() == 2
        assert len(before - set(keystore.store().people())) == 1

    def test_stay_until_the_day_is_over(self, marked):
        for hour in (13, 23.99, 24.05):
            close_periods(at(MONDAY, hour))
            assert Mark.objects.count() == 4
        assert not Figure.objects.filter(metric__in=TOLD, begins_on=MONDAY).exists()

    def test_that_come_after_the_count_go_uncounted(self, marked, alice):
        close_periods(CLOSING)
        made = sorted(Figure.objects.values_list("metric", "begins_on", "value"))
        services.tell_use(account_id=alice.pk, metric=Metric.SLIDESHOW, now=NOON)
        assert Mark.objects.count() == 1
        keys = set(keystore.store().people())
        close_periods(CLOSING + timedelta(hours=1))
        assert not Mark.objects.exists()
        assert len(keys - set(keystore.store().people())) == 1
        assert sorted(Figure.objects.values_list("metric", "begins_on", "value")) == made

    def test_of_a_day_too_long_ago_go_uncounted_too(self, marked):
        close_periods(at(MONDAY + 10 * DAY))
        assert not Mark.objects.exists()
        assert not Figure.objects.filter(metric__in=TOLD, begins_on=MONDAY).exists()

    def test_of_another_day_look_otherwise(self, marked, as_, alice):
        with time_machine.travel(at(MONDAY + DAY), tick=False):
            told(as_(alice))
        assert len({bytes(mark.digest) for mark in Mark.objects.filter(metric=Metric.SLIDESHOW)}) == 3

    def test_are_taken_back_when_somebody_is_erased(self, marked, alice):
        for _time in range(2):
            services.forget_uses(Leaving(account_id=alice.pk, withdraw=False, now=NOON))
            assert [counted(metric) for metric in TOLD] == [1, 1]

    @pytest.mark.obligation("PRI-50", partial=True)
    def test_are_taken_back_with_the_agreement(self, marked, as_, alice):
        say(as_(alice), Choice.USE_COUNTS, given=False)
        assert [counted(metric) for metric in TOLD] == [1, 1]

    def test_stay_when_something_else_is_taken_back(self, marked, as_, alice):
        for given in (True, False):
            say(as_(alice), Choice.NEWS_MAIL, given=given)
        assert [counted(metric) for metric in TOLD] == [2, 2]

    def test_name_the_day_of_the_people(self, marked):
        assert {mark.day for mark in Mark.objects.all()} == {day_of(NOON)}


@pytest.mark.django_db(transaction=True)
def test_somebody_who_tells_from_two_devices_at_once_is_counted_once(monday, agreed, as_, alice):
    clients = [as_(alice) for _device in range(4)]
    at_once(*(lambda client=client: told(client) for client in clients))
    assert counted() == 1
