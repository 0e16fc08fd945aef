"""Requests through years: reminders, lateness, more time, answers and refusals, with the clock injected."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.utils.translation import override
from structlog.testing import capture_logs

from notices.models import Notice
from notices.rules import letter_of
from notices.services import send_mail
from prifora.kernel.terms import ZONE, end_of
from privacy import services
from privacy.authorities import AUTHORITIES
from privacy.models import Request
from privacy.rights import GROUNDS, Reason, Right
from tests import cast

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
FILED = [
    datetime(2027, 1, 31, 23, 59, tzinfo=ZONE),
    datetime(2028, 1, 31, 0, 0, tzinfo=ZONE),
    datetime(2028, 2, 29, 12, 0, tzinfo=ZONE),
    datetime(2027, 2, 28, 2, 30, tzinfo=ZONE),
    datetime(2027, 3, 27, 23, 30, tzinfo=ZONE),
    datetime(2027, 10, 30, 23, 30, tzinfo=ZONE),
    datetime(2027, 12, 31, 23, 30, tzinfo=ZONE),
    datetime(2032, 2, 29, 22, 59, tzinfo=UTC),
]


def ask(someone, now, right=Right.ACCESS):
    return services.file_request(account=someone.account, right=right, text="Please.", how="app", now=now)


def noon(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=ZONE) + timedelta(hours=12)


def letter(someone, kind, language="nl"):
    notice = Notice.objects.get(account_id=someone.pk, kind=kind)
    with override(language):
        return letter_of(kind).filled(notice.facts)


def shown(request, someone, now):
    return services.told(Request.objects.get(pk=request.pk), account=someone.account, now=now)


class TestWatchRequests:
    @pytest.mark.obligation("PRE-43", partial=True)
    @pytest.mark.parametrize("filed", FILED, ids=str)
    def test_reminds_on_days_20_and_27_and_alarms_the_day_after_the_last(self, alice, filed):
        request = ask(alice, filed)
        begin = filed.astimezone(ZONE).date()
        happened = {}
        for number in range(96):
            with capture_logs() as log:
                noted = services.watch_requests(now=noon(begin + timedelta(days=number)))
            happened |= {what: [*happened.get(what, []), number] for what, count in noted.items() if count}
            assert [line["event"] for line in log] == (["request_late"] if noted["late"] else [])
        last = (request.due_on - begin).days
        assert happened == {"reminded": [20, 27], "late": [last + 1]}

    @pytest.mark.parametrize("filed", FILED, ids=str)
    def test_is_late_from_the_first_moment_of_the_next_local_day(self, alice, filed):
        request = ask(alice, filed)
        over = end_of(request.due_on)
        assert services.watch_requests(now=over - SECOND)["late"] == 0
        assert services.watch_requests(now=over)["late"] == 1
        request.refresh_from_db()
        assert request.late_at == over
        assert "LATE" in str(request)

    def test_says_nothing_of_what_is_closed(self, alice):
        request = ask(alice, FILED[0])
        services.answer(request_id=request.pk, text="Here it is.", now=FILED[0])
        later = FILED[0] + timedelta(days=90)
        assert set(services.watch_requests(now=later).values()) == {0}

    def test_twice_is_once(self, alice):
        ask(alice, FILED[0])
        later = FILED[0] + timedelta(days=90)
        assert services.watch_requests(now=later) == {"reminded": 1, "late": 1, "unheard": 0}
        assert set(services.watch_requests(now=later).values()) == {0}

    @pytest.mark.obligation("PRE-29", partial=True)
    @pytest.mark.obligation("PRE-55")
    def test_alarms_when_nobody_acknowledged_a_complaint_in_ten_working_days(self, alice):
        filed = datetime(2027, 3, 1, 10, tzinfo=ZONE)
        request = ask(alice, filed, Right.COMPLAINT)
        assert letter(alice, "privacy.complaint_received")[0]
        over = end_of(date(2027, 3, 15))
        assert services.watch_requests(now=over - SECOND)["unheard"] == 0
        with capture_logs() as log:
            assert services.watch_requests(now=over)["unheard"] == 1
        assert [line["event"] for line in log] == ["request_unheard"]
        request.refresh_from_db()
        assert "NOT ACKNOWLEDGED IN TIME" in str(request)

    def test_does_not_alarm_when_somebody_did(self, alice):
        filed = datetime(2027, 3, 1, 10, tzinfo=ZONE)
        request = ask(alice, filed, Right.COMPLAINT)
        services.acknowledge(request_id=request.pk, now=filed + timedelta(days=3))
        assert "1 april 2027" in letter(alice, "privacy.request_acknowledged")[1]
        assert services.watch_requests(now=filed + timedelta(days=20))["unheard"] == 0


class TestExtend:
    @pytest.mark.parametrize(("months", "due"), [(1, date(2028, 3, 31)), (2, date(2028, 4, 30))])
    def test_takes_more_time_once_and_tells_why_and_until_when(self, alice, months, due):
        filed = FILED[1]
        request = ask(alice, filed)
        services.watch_requests(now=filed + timedelta(days=21))
        services.extend(
            request_id=request.pk, months=months, text="Much to look for.", now=noon(date(2028, 2, 29))
        )
        told = shown(request, alice, filed)
        assert (told.request.due_on, told.request.reminded) == (due, 0)
        assert told.lines[-1].text == "Much to look for."
        assert "Autoriteit Persoonsgegevens" in told.remedy
        assert (
            f"{due.day} {('maart' if months == 1 else 'april')} 2028"
            in letter(alice, "privacy.request_extended")[1]
        )
        with pytest.raises(services.Extended):
            services.extend(request_id=request.pk, months=1, text="More.", now=noon(date(2028, 2, 29)))
        assert services.watch_requests(now=end_of(due) - SECOND) == {"reminded": 1, "late": 0, "unheard": 0}
        assert services.watch_requests(now=end_of(due))["late"] == 1

    def test_is_too_late_after_the_first_month(self, alice):
        request = ask(alice, FILED[1])
        with pytest.raises(services.ExtendedTooLate):
            services.extend(request_id=request.pk, months=1, text="Later.", now=noon(date(2028, 3, 1)))
        assert Request.objects.get().due_on == date(2028, 2, 29)
        assert len(services.lines_of(request)) == 1

    @pytest.mark.parametrize("months", [0, 3])
    def test_is_never_more_than_two_months(self, alice, months):
        request = ask(alice, FILED[1])
        with pytest.raises(ValueError, match=str(months)):
            services.extend(request_id=request.pk, months=months, text="x", now=FILED[1])


class TestAnswer:
    @pytest.mark.obligation("PRE-29", partial=True)
    @pytest.mark.obligation("PRI-108", "PRI-109", partial=True)
    @pytest.mark.parametrize("right", [Right.ACCESS, Right.COMPLAINT])
    def test_closes_it_and_says_where_else_one_can_go(self, alice, right):
        request = ask(alice, FILED[0], right)
        services.answer(request_id=request.pk, text="It is done.", now=FILED[0] + timedelta(days=5))
        told = shown(request, alice, FILED[0])
        assert (told.request.outcome, told.lines[-1].by, told.lines[-1].text) == (
            "answered",
            "staff",
            "It is done.",
        )
        assert "Autoriteit Persoonsgegevens" in letter(alice, "privacy.request_answered")[1]
        with pytest.raises(services.RequestClosed):
            services.answer(request_id=request.pk, text="Again.", now=FILED[0])

    def test_goes_into_the_message_center_and_by_mail_without_its_words(self, alice):
        alice.account.profile["emails"] = {"x": "alice@home.example"}
        alice.account.save(update_fields=["sealed"])
        request = ask(alice, FILED[0])
        services.answer(request_id=request.pk, text="Secret words.", now=FILED[0])
        send_mail(now=FILED[0])
        assert len(mail.outbox) == 3
        assert all("Secret words" not in f"{one.subject}{one.body}" for one in mail.outbox)


class TestRefuse:
    @pytest.mark.obligation("PRE-01", partial=True)
    @pytest.mark.obligation("PRE-47")
    @pytest.mark.obligation("PRI-109", "PRE-56", "PER-02", partial=True)
    @pytest.mark.parametrize("language", ["nl", "fr", "en"])
    @pytest.mark.parametrize(
        ("number", "country"), [("+31612345678", "NL"), ("+32470123456", "BE"), ("+33612345678", "FR")]
    )
    def test_carries_reason_article_authority_and_court(self, language, number, country):
        someone = cast.person("somebody")
        someone.account.phone = number
        someone.account.save(update_fields=["phone"])
        request = ask(someone, FILED[0])
        services.refuse(request_id=request.pk, reason=Reason.LAW, text="For seven years.", now=FILED[0])
        authority = AUTHORITIES[country]
        court = {"nl": "rechter", "fr": "juge", "en": "court"}[language]
        with override(language):
            told = shown(request, someone, FILED[0])
            reason = str(GROUNDS[Reason.LAW].words)
        assert (told.refusal.text, told.refusal.article) == (reason, "GDPR art. 17(3)(b)")
        assert told.lines[-1].text == "For seven years."
        for text in (told.remedy, letter(someone, "privacy.request_refused", language)[1]):
            assert authority.name in text
            assert court in text
        assert reason in letter(someone, "privacy.request_refused", language)[1]


class TestWriteToPerson:
    def test_is_told_each_time_and_leaves_it_open(self, alice):
        request = ask(alice, FILED[0])
        for second in range(2):
            services.write_to_person(request_id=request.pk, text="Which?", now=FILED[0] + second * SECOND)
        assert Notice.objects.filter(kind="privacy.request_written").count() == 2
        assert Request.objects.get().closed_at is None
        assert Request.objects.get().acknowledged_at == FILED[0]
