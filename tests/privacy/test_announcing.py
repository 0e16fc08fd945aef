"""A new version of the policy: everybody is told in time, whatever dies in between, or it does not begin."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core import mail
from django.db import transaction

from accounts.access import PARTS
from accounts.models import Account
from notices import services as notices
from notices.models import Notice
from prifora.kernel.terms import is_working_day, working_days_after
from privacy import access, services
from privacy.models import Announcement
from privacy.rules import policy_may_begin
from privacy.services import BeginsOtherwise, BeginsTooSoon, announcing
from tests import cast
from tests.notices.telling import give_address
from tests.privacy.telling import crowd
from tests.server import running

pytestmark = pytest.mark.django_db
TODAY = date(2026, 12, 1)
BEGINS = working_days_after(TODAY, 30)


class Killed(BaseException):
    """The process dies here."""


def noon(day):
    return datetime.combine(day, time(12), tzinfo=UTC)


def announce(*, number=2, begins_on=BEGINS, day=TODAY):
    parts = 1
    while services.tell_part(number=number, begins_on=begins_on, now=noon(day)):
        parts += 1
    return parts


def told():
    return set(Notice.objects.filter(kind="privacy.policy").values_list("account_id", flat=True))


class TestTellPart:
    @pytest.mark.obligation("PRI-119")
    def test_tells_everybody_when_it_begins_and_where_to_read_it(self, alice, bob, as_):
        give_address(alice.account)
        assert announce() == PARTS
        assert told() == {alice.pk, bob.pk}
        only = as_(alice).get("/api/v1/notices", headers={"Accept-Language": "en"}).json()["items"][0]
        assert only["title"] == f"Our privacy policy changes on {BEGINS.day} {BEGINS:%B %Y}"
        assert only["path"] == "/privacy/en/2#different"
        assert (only["topic"], only["read_at"]) == ("privacy", None)
        notices.send_mail(now=noon(TODAY))
        sent = next(one for one in mail.outbox if one.to == ["anna@example.org"])
        assert f"{BEGINS.day} {BEGINS:%B %Y}" in sent.body
        assert "privacy policy changes" in sent.body
        assert "/privacy/en/2#different" in sent.body

    @pytest.mark.obligation("PRI-119", partial=True)
    def test_misses_none_of_a_thousand_though_it_is_killed_again_and_again(self, monkeypatch):
        crowd(1000)
        tell, calls = announcing.tell, [0]

        def dies(**given):
            calls[0] += 1
            if calls[0] % 23 == 0:
                raise Killed
            number = tell(**given)
            if calls[0] % 31 == 0:
                raise Killed
            return number

        monkeypatch.setattr(announcing, "tell", dies)
        killed = 0
        while True:
            try:
                with transaction.atomic():
                    if not services.tell_part(number=2, begins_on=BEGINS, now=noon(TODAY)):
                        break
            except Killed:
                killed += 1
        assert killed > 10
        assert told() == set(Account.objects.values_list("pk", flat=True))
        assert Notice.objects.count() == 1000
        row = access.announcements()[2]
        assert (row.told, row.told_on, row.part) == (1000, TODAY, PARTS)
        assert row.done_at

    @pytest.mark.server
    @pytest.mark.obligation("PRI-119", partial=True)
    def test_misses_none_of_a_thousand_though_each_process_is_killed(self, tmp_path):
        with running(tmp_path) as server:
            server.stop()
            done = server.call(
                "tests.privacy.telling:killed_again_and_again",
                people=1000,
                begins_on=BEGINS.isoformat(),
                now=noon(TODAY).isoformat(),
            )
        assert done.pop("killed") > 10
        assert done == {"letters": 1000, "missed": 0, "counted": 1000, "is_done": True}

    def test_is_done_once(self, alice):
        announce()
        assert announce() == 1
        assert Notice.objects.count() == 1

    def test_tells_those_who_sign_up_after_their_part_nothing(self, alice):
        announce()
        cast.account("late")
        assert announce() == 1
        assert told() == {alice.pk}

    def test_leaves_unfinished_sign_ups_alone(self, alice, bob):
        Account.objects.filter(pk=bob.pk).update(phone_verified=False)
        announce()
        assert told() == {alice.pk}

    def test_tells_the_managed_the_closed_and_the_suspended_too(self, alice, bob):
        Account.objects.filter(pk=alice.pk).update(phone_verified=False, is_managed=True)
        Account.objects.filter(pk=bob.pk).update(is_active=False)
        announce()
        assert told() == {alice.pk, bob.pk}


class TestInTime:
    @pytest.mark.obligation("PER-47", partial=True)
    def test_refuses_twenty_nine_working_days(self, alice):
        with pytest.raises(BeginsTooSoon):
            announce(begins_on=working_days_after(TODAY, 29))
        assert not Notice.objects.exists()
        assert not Announcement.objects.exists()

    @pytest.mark.obligation("PER-47", partial=True)
    def test_refuses_to_go_on_when_a_crash_took_too_long(self):
        crowd(50)
        for _ in range(100):
            services.tell_part(number=2, begins_on=BEGINS, now=noon(TODAY))
        some = told()
        assert 0 < len(some) < 50
        later = working_days_after(TODAY, 1)
        with pytest.raises(BeginsTooSoon):
            announce(day=later)
        assert told() == some
        assert access.announcements()[2].done_at is None

    def test_goes_on_another_day_when_there_is_time_enough(self):
        crowd(50)
        begins = working_days_after(TODAY, 33)
        for _ in range(100):
            services.tell_part(number=2, begins_on=begins, now=noon(TODAY))
        later = working_days_after(TODAY, 3)
        announce(begins_on=begins, day=later)
        assert len(told()) == 50
        assert access.announcements()[2].told_on == later

    def test_counts_the_day_where_people_live(self, alice):
        late_evening = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)  # already the second in Amsterdam
        with pytest.raises(BeginsTooSoon):
            while services.tell_part(number=2, begins_on=BEGINS, now=late_evening):
                pass

    def test_refuses_another_day_than_people_were_told(self, alice):
        services.tell_part(number=2, begins_on=BEGINS, now=noon(TODAY))
        with pytest.raises(BeginsOtherwise):
            services.tell_part(number=2, begins_on=BEGINS + timedelta(days=1), now=noon(TODAY))

    @pytest.mark.parametrize(
        ("told_on", "thirtieth"),
        [
            # 25, 26, 27 December and 1 January are nobody's working days, nor are weekends.
            (date(2026, 12, 1), date(2027, 1, 14)),
            # Easter Monday, King's Day (NL), Ascension Day; Labour Day and Victory Day are Saturdays.
            (date(2027, 3, 26), date(2027, 5, 12)),
            # A month's end: 31 January to mid-March, nothing free in between.
            (date(2028, 1, 31), date(2028, 3, 13)),
            # Bastille Day (FR), Belgium's own day, Assumption on a Sunday.
            (date(2027, 7, 1), date(2027, 8, 16)),
        ],
    )
    def test_counts_no_holiday_of_any_of_the_three_countries(self, told_on, thirtieth):
        days = [told_on + timedelta(days=n) for n in range(1, (thirtieth - told_on).days + 1)]
        assert sum(is_working_day(day) for day in days) == 30
        assert is_working_day(thirtieth)
        assert policy_may_begin(begins_on=thirtieth, told_on=told_on)
        assert not policy_may_begin(begins_on=thirtieth - timedelta(days=1), told_on=told_on)


class TestBeginWith:
    def test_a_new_server_begins_with_the_newest_version(self):
        assert services.begin_with(number=4, now=noon(TODAY))
        assert list(access.announcements()) == [4]
        assert not services.begin_with(number=5, now=noon(TODAY))

    def test_a_server_with_people_began_with_the_first(self, alice):
        services.begin_with(number=4, now=noon(TODAY))
        assert list(access.announcements()) == [1]
        assert not Notice.objects.exists()

    def test_names_nobody(self, alice):
        announce()
        row = Announcement.objects.values().get()
        assert str(alice.pk) not in str(row)
