"""Restriction: data are only stored, by everything that runs by itself and by staff, until after the person was told."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import LogLine
from chat.models import ArchiveRecord
from notices.models import Notice
from notices.rules import Letter, Topic, declare
from notices.services import SENT_FOR, send_mail, tell
from prifora.kernel import clock
from prifora.kernel.gates import restricted_people
from prifora.kernel.policy import Role
from privacy import services
from privacy.models import Restriction
from privacy.services import TOLD_BEFORE
from tests import mls
from tests.privacy.taking import exported
from tests.support import desk

PATH = "/api/v1/me/restriction"
SERVICE = Letter(
    kind="test.service", topic=Topic.SERVICE, title="Works again", text="It works.", by_mail=True
)

pytestmark = pytest.mark.django_db


def kinds(someone):
    return set(Notice.objects.filter(account_id=someone.pk).values_list("kind", flat=True))


def with_address(someone):
    someone.account.profile["emails"] = {"x": f"{someone.account.username}@home.example"}
    someone.account.save(update_fields=["sealed"])
    return someone


def code(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


class TestRestriction:
    def test_is_off_until_somebody_asks(self, as_, alice):
        assert as_(alice).get(PATH).json() == {
            "restricted": False,
            "cause": None,
            "since": None,
            "ends_at": None,
        }

    @pytest.mark.obligation("PRI-103", "PRE-51", partial=True)
    @pytest.mark.parametrize("cause", ["incorrect", "unlawful", "claims", "objection"])
    def test_begins_at_once_and_is_told(self, as_, alice, cause):
        answer = as_(alice).put(PATH, {"cause": cause})
        assert (answer.status_code, answer.json()["restricted"], answer.json()["cause"]) == (200, True, cause)
        assert restricted_people() == {alice.pk}
        assert kinds(alice) == {"privacy.restricted"}
        assert LogLine.objects.filter(account_id=alice.pk, what="restricted").exists()

    def test_wants_a_cause(self, as_, alice):
        assert code(as_(alice).put(PATH, {"cause": "because"})) == (400, "invalid_choice")
        assert not Restriction.objects.exists()

    @pytest.mark.obligation("PRI-103", partial=True)
    def test_leaves_the_person_everything_they_do_themselves_and_deletes_nothing(
        self, as_, alice, bob, family
    ):
        talk = mls.conversation_of(alice, bob, family)
        talk.send(bob, archived=True)
        before = services.rows_about(alice.pk)
        client = as_(alice)
        client.put(PATH, {"cause": "claims"})
        assert client.get("/api/v1/me").status_code == 200
        assert client.patch("/api/v1/me", {"notes": "mine"}).json()["notes"] == "mine"
        assert exported(client)["account_id"] == str(alice.pk)
        assert ArchiveRecord.objects.exists()
        after = services.rows_about(alice.pk)
        assert all(after[name] >= number for name, number in before.items())

    @pytest.mark.obligation("PRI-103", partial=True)
    def test_is_told_to_end_before_it_ends(self, as_, alice):
        client = as_(alice)
        client.put(PATH, {"cause": "incorrect"})
        answer = client.delete(PATH)
        assert (answer.status_code, answer.json()["restricted"]) == (200, True)
        assert "privacy.restriction_ends" in kinds(alice)
        restriction = Restriction.objects.get()
        assert services.end_restrictions(now=restriction.ends_at - timedelta(seconds=1)) == 0
        assert restricted_people() == {alice.pk}
        assert "privacy.restriction_ended" not in kinds(alice)
        assert services.end_restrictions(now=restriction.ends_at) == 1
        assert restricted_people() == set()
        assert "privacy.restriction_ended" in kinds(alice)
        assert client.get(PATH).json()["restricted"] is False
        told = Notice.objects.get(kind="privacy.restriction_ends")
        assert restriction.ends_at - told.created_at == TOLD_BEFORE

    def test_goes_on_when_somebody_changes_their_mind(self, as_, alice):
        client = as_(alice)
        client.put(PATH, {"cause": "incorrect"})
        client.delete(PATH)
        assert client.put(PATH, {"cause": "claims"}).json()["ends_at"] is None
        assert services.end_restrictions(now=timezone.now() + timedelta(days=30)) == 0
        assert restricted_people() == {alice.pk}

    def test_that_is_not_there_does_not_end(self, as_, alice):
        assert code(as_(alice).delete(PATH)) == (409, "not_restricted")


class TestWhatRunsByItself:
    @pytest.fixture
    def restricted(self, alice):
        services.restrict(account_id=with_address(alice).pk, cause="claims", now=clock.now())
        return alice

    @pytest.mark.obligation("PRI-103", partial=True)
    def test_sends_only_the_mail_that_the_law_asks(self, restricted, bob):
        declare(SERVICE)
        with_address(bob)
        now = clock.now()
        tell(account_ids=[restricted.pk, bob.pk], kind=SERVICE.kind, once="service", now=now)
        send_mail(now=now)
        assert sorted(one.to[0] for one in mail.outbox) == ["alice@home.example", "bob@home.example"]
        assert ["Works again" in one.body for one in mail.outbox if one.to == ["alice@home.example"]] == [
            False
        ]
        send_mail(now=now + SENT_FOR + timedelta(days=1))
        assert len(mail.outbox) == 2

    def test_sends_the_rest_once_it_has_ended(self, restricted):
        declare(SERVICE)
        now = clock.now()
        tell(account_ids=[restricted.pk], kind=SERVICE.kind, once="service", now=now)
        send_mail(now=now)
        Restriction.objects.all().delete()
        mail.outbox.clear()
        send_mail(now=now)
        assert ["Works again" in one.body for one in mail.outbox] == [True]

    def test_ends_no_rows_about_them(self, restricted, bob):
        old = timezone.now() - timedelta(days=400)
        for someone in (restricted, bob):
            LogLine.objects.create(account=someone.account, what="old", created_at=old)
        services.delete_ended_rows(now=timezone.now())
        assert list(LogLine.objects.filter(what="old").values_list("account_id", flat=True)) == [
            restricted.pk
        ]


class TestStaff:
    @pytest.mark.obligation("PRI-103", partial=True)
    @pytest.mark.parametrize(
        ("role", "sees"), [(Role.SUPPORT, False), (Role.SYSTEM, False), (Role.PRIVACY, True)]
    )
    def test_see_nothing_of_them_but_those_for_privacy(self, alice, role, sees):
        services.restrict(account_id=alice.pk, cause="claims", now=clock.now())
        page = desk.look(desk.staff(role), alice.account)
        assert page.status_code == (200 if sees else 403)
