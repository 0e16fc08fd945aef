"""Answers to people without an account, and when all that is kept of them ends."""

from datetime import timedelta

import pytest

from prifora.kernel import clock
from prifora.kernel.claims import AGAIN_AFTER
from prifora.kernel.keystore import store
from privacy.services import delete_ended_rows
from prospects import access, services
from prospects.models import KEPT, Line, Prospect
from prospects.tasks import send_mails
from tests.prospects.writing import prospect, wrote

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


class TestTheTerm:
    @pytest.mark.obligation("PER-14", "PRI-125")
    def test_counts_from_the_last_contact_to_the_day_and_takes_the_key_along(
        self, django_capture_on_commit_callbacks
    ):
        row, now = prospect(), clock.now()
        with django_capture_on_commit_callbacks(execute=True):
            delete_ended_rows(now=row.contacted_at)
            services.forget_ended(row.contacted_at + KEPT - DAY)
        assert Prospect.objects.get().pk == row.pk
        Prospect.objects.update(contacted_at=now - KEPT - DAY)
        with django_capture_on_commit_callbacks(execute=True):
            delete_ended_rows(now=now)
        assert (Prospect.objects.count(), Line.objects.count()) == (0, 0)
        assert store().read(str(row.pk)) is None

    @pytest.mark.obligation("PER-14", "PRI-125")
    @pytest.mark.parametrize("who", ["person", "staff"])
    def test_begins_anew_with_a_new_contact_of_either(self, who):
        row, now = prospect(), clock.now()
        Prospect.objects.update(contacted_at=now - KEPT - DAY)
        if who == "staff":
            services.answer_prospect(prospect_id=row.pk, text="It is free.", now=now)
        else:
            wrote(text="Hello?")
        services.forget_ended(now)
        delete_ended_rows(now=now)
        assert Prospect.objects.get().contacted_at >= now

    @pytest.mark.obligation("PER-14")
    def test_is_over_for_whoever_was_last_in_contact_three_years_and_a_day_ago(self):
        prospect()
        now = clock.now()
        Prospect.objects.update(contacted_at=now - timedelta(days=3 * 365 + 1))
        delete_ended_rows(now=now)
        assert not Prospect.objects.exists()

    def test_does_not_begin_anew_when_they_want_no_more_mail(self):
        row = prospect()
        services.stop_mail(prospect_id=row.pk, now=clock.now() + DAY)
        assert Prospect.objects.get().contacted_at == row.contacted_at


class TestAnAnswer:
    def test_goes_by_mail_with_the_words_and_settles_it(self, mailoutbox):
        row = prospect()
        send_mails()
        services.answer_prospect(prospect_id=row.pk, text="It is free.", now=clock.now())
        assert send_mails() == 1
        assert "It is free." in mailoutbox[-1].body
        assert Prospect.objects.get().settled_at
        assert [one.by for one in access.lines_of(row)] == ["person", "staff"]

    def test_is_tried_again_when_the_mail_cannot_go(self, settings, mailoutbox):
        backend = settings.EMAIL_BACKEND
        prospect()
        settings.EMAIL_BACKEND = "nowhere.Backend"
        assert send_mails() == 0
        settings.EMAIL_BACKEND = backend
        assert services.send_mails(now=clock.now() + AGAIN_AFTER) == 1

    def test_goes_to_nobody_who_wants_no_more_mail(self):
        row = prospect()
        services.stop_mail(prospect_id=row.pk, now=clock.now())
        with pytest.raises(services.NoMoreMail):
            services.answer_prospect(prospect_id=row.pk, text="But still!", now=clock.now())
        assert Line.objects.count() == 1

    def test_is_not_given_to_a_flood(self, monkeypatch):
        monkeypatch.setattr(services, "LINES_MAX", 1)
        prospect()
        assert wrote(text="More.").status_code == 409
        assert Line.objects.count() == 1


def test_who_waits_is_told_to_staff_with_the_first_day():
    assert not services.remind_of_prospects(clock.now()).late
    row = prospect()
    later = clock.now() + 10 * DAY
    assert "1 people" in services.remind_of_prospects(clock.now()).words
    assert services.remind_of_prospects(later).late
    assert services.is_late(row, later)
    services.settle_prospect(prospect_id=row.pk, now=later)
    assert not services.remind_of_prospects(later).late
