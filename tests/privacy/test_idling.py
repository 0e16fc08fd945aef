"""Accounts that nobody uses: warned twice, closed, erased; never early, never while anybody of them is here."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import mail

from accounts.models import Account
from accounts.services import announce_sign_in, note_use
from contacts.models import Bond
from notices import services as notices
from privacy import services
from privacy.models import Closure, Idle, Sweep
from stations.models import Station
from tests import cast
from tests.accounts.browser import texts
from tests.cast import PASSWORD
from tests.notices.telling import give_address
from tests.privacy.idleness import last_here, letters, look, noon
from tests.rows import row_of

pytestmark = pytest.mark.django_db
USED = date(2026, 3, 10)
WARNED, AGAIN, ENDS = date(2028, 1, 10), date(2028, 2, 9), date(2028, 3, 10)
DAY = timedelta(days=1)


@pytest.fixture
def gone(charlie):
    """Somebody without a family who was last here on USED."""
    last_here(charlie, USED)
    return charlie


def closed(someone):
    return Closure.objects.filter(account_ref=someone.pk).first()


class TestCloseIdle:
    @pytest.mark.parametrize(
        ("day", "done"),
        [(WARNED - DAY, {}), (WARNED, {"warned": 1})],
    )
    def test_warns_sixty_days_before_and_not_earlier(self, gone, day, done):
        assert look(day) == done

    @pytest.mark.obligation("PER-12", partial=True)
    def test_warns_twice_then_closes_then_the_eraser_comes(self, gone):
        did = {}
        day = WARNED - 2 * DAY
        while Account.objects.filter(pk=gone.pk).exists():
            assert day < ENDS + 40 * DAY
            if done := look(day):
                did[day] = done
            services.erase_due(now=noon(day))
            if day == WARNED:
                assert letters(gone) == [("privacy.idle", ENDS.isoformat())]
            day += DAY
        assert did == {WARNED: {"warned": 1}, AGAIN: {"warned_again": 1}, ENDS: {"closed": 1}}
        assert day - DAY == ENDS + timedelta(days=30)
        assert not Idle.objects.exists()

    def test_does_each_once_however_often_it_looks(self, gone):
        for day in (WARNED, AGAIN, ENDS):
            for _ in range(3):
                look(day)
        assert letters(gone) == [
            ("privacy.idle", ENDS.isoformat()),
            ("privacy.idle_again", ENDS.isoformat()),
            ("privacy.idle_closed", (ENDS + timedelta(days=30)).isoformat()),
        ]
        assert not closed(gone).withdraw

    def test_writes_by_mail_or_by_text_message(self, gone, bob):
        give_address(gone.account)
        last_here(bob, USED)
        before = len(texts())
        look(WARNED)
        notices.send_mail(now=noon(WARNED))
        assert [one.to for one in mail.outbox if "10 March 2028" in one.body] == [["anna@example.org"]]
        assert "10 maart 2028" in texts()[before:][0]

    @pytest.mark.parametrize(
        ("used", "ends"),
        [
            (date(2024, 2, 29), date(2026, 2, 28)),
            (date(2026, 2, 28), date(2028, 2, 28)),
            (date(2026, 2, 27), date(2028, 2, 27)),
            (date(2025, 12, 31), date(2027, 12, 31)),
            (date(2026, 10, 25), date(2028, 10, 25)),
        ],
    )
    def test_counts_calendar_months_through_leap_years_and_summer_time(self, charlie, used, ends):
        last_here(charlie, used)
        first = ends - timedelta(days=60)
        assert look(first - DAY) == {}
        assert look(first) == {"warned": 1}
        assert look(ends - timedelta(days=30) - DAY) == {}
        assert look(ends - timedelta(days=30)) == {"warned_again": 1}
        assert look(ends - DAY) == {}
        assert look(ends) == {"closed": 1}

    def test_begins_with_the_first_warning_when_the_server_slept_for_years(self, gone):
        late = ENDS + timedelta(days=1000)
        assert look(late) == {"warned": 1}
        assert look(late + timedelta(days=29)) == {}
        assert look(late + timedelta(days=30)) == {"warned_again": 1}
        assert look(late + timedelta(days=59)) == {}
        assert look(late + timedelta(days=60)) == {"closed": 1}

    def test_gives_thirty_days_after_a_second_warning_that_came_late(self, gone):
        look(WARNED)
        late = ENDS + timedelta(days=100)
        assert look(late) == {"warned_again": 1}
        assert letters(gone)[-1] == ("privacy.idle_again", (late + timedelta(days=30)).isoformat())
        assert look(late + timedelta(days=29)) == {}
        assert look(late + timedelta(days=30)) == {"closed": 1}

    def test_leaves_the_suspended_and_who_closes_already_alone(self, gone, dora):
        Account.objects.filter(pk=gone.pk).update(is_active=False)
        last_here(dora, USED)
        services.close_at_once(account_id=dora.pk, withdraw=False, now=noon(WARNED) + timedelta(days=90))
        assert look(WARNED) == {}

    def test_one_that_fails_keeps_no_other(self, gone, dora, monkeypatch):
        last_here(dora, USED)
        from privacy.services import idling

        write, failing = idling._write, [gone.pk]

        def sometimes(account_id, *args):
            if account_id in failing:
                raise OSError("disk")
            write(account_id, *args)

        monkeypatch.setattr(idling, "_write", sometimes)
        with pytest.raises(ExceptionGroup):
            look(WARNED)
        assert set(Idle.objects.values_list("account_id", flat=True)) == {dora.pk}
        failing.clear()
        assert look(WARNED) == {"warned": 1}


class TestWhoCounts:
    def test_a_family_that_is_in_use_keeps_everybody_in_it(self, alice, bob, family):
        last_here(alice, USED)
        last_here(bob, WARNED - timedelta(days=100))
        assert look(WARNED) == {}

    def test_a_family_that_nobody_uses_ends_with_all_of_them(self, alice, bob, family):
        last_here(alice, USED)
        last_here(bob, USED - timedelta(days=5))
        assert look(WARNED) == {"warned": 2}
        assert {ends for _kind, ends in letters(bob)} == {ENDS.isoformat()}

    def test_who_was_removed_from_a_family_counts_alone(self, alice, bob, family):
        last_here(alice, WARNED - DAY)
        last_here(bob, USED)
        Bond.objects.filter(account_id=bob.pk).update(ended_at=noon(USED))
        assert look(WARNED) == {"warned": 1}

    def test_one_who_comes_back_keeps_the_others_even_when_they_are_closing(self, alice, bob, family):
        for someone in (alice, bob):
            last_here(someone, USED)
        for day in (WARNED, AGAIN, ENDS):
            look(day)
        assert closed(alice)
        assert closed(bob)
        note_use(account=Account.objects.get(pk=bob.pk), today=ENDS + DAY)
        assert not closed(bob)
        assert look(ENDS + 2 * DAY) == {"kept": 1}
        assert not Closure.objects.exists()
        assert not Idle.objects.exists()

    def test_a_home_station_that_is_online_keeps_its_user(self, gone):
        station = row_of(Station, about=gone.account)
        Station.objects.filter(pk=station.pk).update(last_seen_at=noon(WARNED) - DAY, unpaired_at=None)
        assert look(WARNED) == {}
        Station.objects.update(unpaired_at=noon(WARNED))
        assert look(WARNED) == {"warned": 1}


class TestEndIdling:
    @pytest.mark.parametrize("days", [[WARNED], [WARNED, AGAIN], [WARNED, AGAIN, ENDS]])
    @pytest.mark.parametrize("kind", ["person", "station"])
    def test_any_use_ends_warnings_and_closing(self, as_, gone, days, kind):
        for day in days:
            look(day)
        with time_machine.travel(noon(days[-1] + DAY), tick=False):
            assert as_(gone, kind=kind).get("/api/v1/me").status_code == 200
        assert not Idle.objects.exists()
        assert not Closure.objects.exists()
        assert look(days[-1] + 2 * DAY) == {}

    def test_signing_in_ends_the_closing_and_counts_as_use(self, as_, gone):
        for day in (WARNED, AGAIN, ENDS):
            look(day)
        with time_machine.travel(noon(ENDS) + 3 * DAY, tick=False):
            announce_sign_in(account_id=gone.pk)
            assert as_(gone).get("/api/v1/me").status_code == 200
        assert not Closure.objects.exists()
        assert not Idle.objects.exists()
        assert Account.objects.get(pk=gone.pk).used_on == ENDS + 3 * DAY

    def test_use_undoes_no_closing_that_the_person_asked_for(self, as_, charlie):
        as_(charlie).post("/api/v1/me/closing", {"password": PASSWORD, "shared": "leave"}, format="json")
        last_here(charlie, USED)
        note_use(account=Account.objects.get(pk=charlie.pk), today=WARNED)
        assert closed(charlie)

    def test_comes_too_late_when_the_eraser_has_begun(self, gone):
        for day in (WARNED, AGAIN, ENDS):
            look(day)
        Closure.objects.update(done="write down")
        note_use(account=Account.objects.get(pk=gone.pk), today=ENDS + 31 * DAY)
        assert Closure.objects.exists()
        assert look(ENDS + 31 * DAY) == {}


class TestClock:
    @pytest.mark.obligation("PER-12", partial=True)
    def test_one_that_jumped_warns_and_closes_nobody(self, gone):
        now = datetime(2026, 4, 1, 12, tzinfo=UTC)
        services.delete_ended_rows(now=now)
        for years in (2, 3, 10):
            assert services.close_idle(now=now + timedelta(days=365 * years)) == {}
        assert not Idle.objects.exists()

    def test_one_that_jumps_on_the_last_day_erases_nobody(self, gone):
        for day in (WARNED, AGAIN, ENDS):
            look(day)
        far = noon(ENDS) + timedelta(days=400)
        services.delete_ended_rows(now=far)
        assert services.erase_due(now=far) == 0
        assert Account.objects.filter(pk=gone.pk).exists()

    def test_one_that_is_wrong_for_good_gives_everybody_sixty_days_first(self, gone, dora):
        last_here(dora, date(2026, 4, 1))
        far = date(2031, 4, 1)
        assert look(far) == {"warned": 2}
        note_use(account=Account.objects.get(pk=dora.pk), today=far + timedelta(days=20))
        assert look(far + timedelta(days=30)) == {"warned_again": 1}
        assert look(far + timedelta(days=59)) == {}
        assert not Closure.objects.exists()

    def test_without_any_sweep_nothing_happens(self, gone):
        Sweep.objects.all().delete()
        assert services.close_idle(now=noon(ENDS)) == {}


class TestManyPeople:
    def test_only_those_who_are_due_are_touched(self, db):
        people = [cast.account(f"one{n}") for n in range(5)]
        for n, account in enumerate(people):
            Account.objects.filter(pk=account.pk).update(used_on=USED + n * DAY)
        assert look(WARNED + 2 * DAY) == {"warned": 3}
        assert look(WARNED + 3 * DAY) == {"warned": 1}
