"""Coming back: asking, approving, stopping, and the new session."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from rest_framework.test import APIClient

from accounts.services import change_profile
from prifora.kernel import clock
from prifora.kernel.limits import Limit, enforce
from privacy.models import Sweep
from privacy.services import delete_ended_rows
from recovery.models import Approval, Recovery
from recovery.rules import LASTS, USED_LASTS
from tests.cast import b64, raw, slot, vault_change
from tests.contacts.asking import said
from tests.race import at_once
from tests.recovery.asking import (
    MADE_UP,
    REQUESTS,
    Asker,
    approval,
    approve,
    heard,
    veto,
)
from tests.stations.screens import P256

REFUSED = (400, "relatives_refused")
STATEMENT = (400, "statement_refused")
ABSENT = (404, "absent")
DAY = timedelta(days=1)


def log_of(client) -> list[tuple[str, str]]:
    return [(one["what"], one["who"]) for one in client.get("/api/v1/me/log").json()["items"]]


def later(**span):
    return time_machine.travel(clock.now() + timedelta(**span), tick=False)


class TestAsk:
    def test_reaches_the_persons_devices_and_the_relatives_and_nobody_else(
        self, as_, alice, bob, carol, dora, charlie, chosen, told
    ):
        asker = Asker()
        news = told(asker.ask)
        people = {alice.pk, bob.pk, carol.pk, dora.pk}
        assert ("recovery.changed", {"account_id": str(alice.pk)}, people) in news
        body = asker.request()
        for someone in (alice, bob):
            [seen] = heard(as_(someone))
            row = Recovery.objects.get()
            assert seen == {
                "id": body["id"],
                "account_id": str(alice.pk),
                "first_name": "Alice",
                "mine": someone is alice,
                "name": body["name"],
                "requested_at": seen["requested_at"],
                "wait_until": seen["wait_until"],
                "box_key": body["box_key"],
                "auth_key": body["auth_key"],
                "proof": body["proof"],
                "approvals": 0,
                "needed": 2,
                "approved_by_me": False,
                "state": "waiting",
            }
            assert row.wait_until - row.created_at == DAY
        assert heard(as_(charlie)) == []
        assert ("recovery_asked", "somebody") in log_of(as_(alice))

    def test_is_told_to_the_person_without_content(
        self, alice, chosen, mailoutbox, django_capture_on_commit_callbacks
    ):
        change_profile(account=alice.account, changes={"language": "en"})
        alice.account.profile["email"] = "alice@example.org"
        alice.account.save(update_fields=["sealed"])
        with django_capture_on_commit_callbacks(execute=True):
            Asker().ask()
        [mail] = mailoutbox
        assert mail.to == ["alice@example.org"]
        assert "Firefox" not in mail.body

    @pytest.mark.parametrize("login", ["alice", " ALICE ", "+31655555555", "06 55555555"])
    def test_finds_the_person_by_any_name_they_sign_in_by(self, alice, chosen, login):
        alice.account.phone = "+31655555555"
        alice.account.save(update_fields=["phone"])
        assert Asker().ask(login=login).status_code == 201
        assert Recovery.objects.get().account_id == alice.pk

    def test_ends_the_oldest_of_three(self, as_, alice, bob, chosen):
        askers = [Asker(), Asker(), Asker()]
        for number, asker in enumerate(askers):
            with later(minutes=number):
                assert asker.ask().status_code == 201
            if number == 0:
                approve(as_(bob), asker, bob)
        with later(minutes=5):
            assert {one["id"] for one in heard(as_(alice))} == {str(one.id) for one in askers[1:]}
            assert askers[0].poll().json()["state"] == "ended"
            assert bytes(Approval.objects.get().box) == b""

    def test_is_over_after_its_time(self, as_, alice, bob, asker):
        approve(as_(bob), asker, bob)
        with later(days=LASTS.days):
            assert heard(as_(alice)) == []
            assert said(approve(as_(bob), asker, bob)) == ABSENT
            assert asker.poll().json()["state"] == "ended"


class TestApprove:
    def test_brings_the_person_back_when_enough_did_and_the_wait_is_over(self, as_, alice, bob, carol, asker):
        totp.TOTP.activate(alice.account, totp.generate_totp_secret())
        boxes = {}
        for one in (bob, carol):
            boxes[str(one.pk)] = approval(asker.id, one)
            assert approve(as_(one), asker, one, **boxes[str(one.pk)]).status_code == 204
        assert asker.poll().json()["state"] == "waiting"
        assert heard(as_(bob))[0]["approved_by_me"]
        with later(hours=24):
            assert heard(as_(alice))[0]["state"] == "ready"
            answer = asker.poll().json()
            assert (answer["state"], answer["account_id"]) == ("ready", str(alice.pk))
            shares = {one["account_id"]: one for one in answer["shares"]}
            assert set(shares) == set(boxes)
            for one in (bob, carol):
                mine = shares[str(one.pk)]
                assert mine["box"] == boxes[str(one.pk)]["box"]
                assert mine["signature"] == boxes[str(one.pk)]["signature"]
                assert mine["aik"] == b64(raw(one.identity))
            assert asker.http.get("/api/v1/me").json()["id"] == str(alice.pk)
            assert asker.http.get("/api/v1/vault").status_code == 200
            assert ("recovered_by_relatives", "you") in log_of(asker.http)
            assert not Authenticator.objects.filter(user=alice.account).exists()
            assert heard(as_(alice)) == []

    def test_gives_a_session_that_may_set_a_password_for_a_quarter_of_an_hour(
        self, as_, alice, bob, carol, asker
    ):
        for one in (bob, carol):
            approve(as_(one), asker, one)
        new = {"password": "n" * 42 + "A", "kdf_salt": b64(b"s" * 16)}
        with later(hours=24):
            asker.poll()
        vault = vault_change(alice, new_key=True, slots=[slot(), slot("relatives")])
        with later(hours=24, minutes=16):
            assert asker.http.post("/api/v1/me/password", {**new, "vault": vault}).status_code == 400
        with later(hours=24, minutes=14):
            assert asker.http.post("/api/v1/me/password", {**new, "vault": vault}).status_code == 204

    def test_counts_a_relative_once(self, as_, bob, asker):
        first = approval(asker.id, bob)
        assert approve(as_(bob), asker, bob, **first).status_code == 204
        assert approve(as_(bob), asker, bob).status_code == 204
        row = Approval.objects.get()
        assert b64(bytes(row.box)) == first["box"]
        with later(days=2):
            assert asker.poll().json()["approvals"] == 1
            assert asker.poll().json()["state"] == "waiting"

    def test_is_not_enough_before_the_wait_is_over(self, as_, bob, carol, asker):
        for one in (bob, carol):
            approve(as_(one), asker, one)
        with later(hours=23, minutes=59):
            answer = asker.poll().json()
        assert (answer["state"], answer["approvals"]) == ("waiting", 2)
        assert "shares" not in answer
        assert asker.http.get("/api/v1/me").status_code == 401

    def test_must_be_signed_by_the_relative_for_this_request(self, as_, bob, carol, chosen, asker):
        other = Asker()
        other.ask()
        wrong = [
            approval(asker.id, bob, signer=carol),
            approval(other.id, bob),
            {**approval(asker.id, bob), "box": approval(asker.id, bob)["box"]},
        ]
        for body in wrong:
            assert said(as_(bob).post(f"{REQUESTS}/{asker.id}/approve", body)) == STATEMENT
        assert not Approval.objects.exists()

    def test_is_not_the_persons_own_to_give(self, as_, alice, asker):
        assert said(approve(as_(alice), asker, alice)) == ABSENT

    def test_tells_the_person_and_the_relatives(self, as_, alice, bob, carol, dora, asker, told):
        news = told(lambda: approve(as_(bob), asker, bob))
        people = {alice.pk, bob.pk, carol.pk, dora.pk}
        assert ("recovery.changed", {"account_id": str(alice.pk)}, people) in news

    def test_works_from_a_home_station(self, as_, bob, asker):
        assert approve(as_(bob, kind="station"), asker, bob).status_code == 204


class TestVeto:
    @pytest.mark.parametrize("who", ["alice", "carol"])
    def test_ends_it_even_after_enough_approvals(self, as_, alice, bob, carol, dora, asker, who, told):
        for one in (bob, dora):
            approve(as_(one), asker, one)
        by = {"alice": alice, "carol": carol}[who]
        news = told(lambda: veto(as_(by), asker))
        assert any(name == "recovery.changed" for name, _ids, _people in news)
        with later(days=3):
            answer = asker.poll().json()
            assert answer["state"] == "vetoed"
            assert "shares" not in answer
            assert asker.http.get("/api/v1/me").status_code == 401
        assert {bytes(one.box) for one in Approval.objects.all()} == {b""}
        assert ("recovery_vetoed", "you" if who == "alice" else "relative") in log_of(as_(alice))

    def test_happens_once_and_nothing_after_it(self, as_, bob, carol, asker):
        assert veto(as_(bob), asker).status_code == 204
        assert said(veto(as_(carol), asker)) == ABSENT
        assert said(approve(as_(carol), asker, carol)) == ABSENT
        assert heard(as_(bob)) == []

    def test_is_shown_to_who_asks_even_before_anybody_approved(self, as_, alice, asker):
        veto(as_(alice), asker)
        assert asker.poll().json()["state"] == "vetoed"

    def test_comes_too_late_when_the_person_is_back(self, as_, alice, bob, carol, asker):
        for one in (bob, carol):
            approve(as_(one), asker, one)
        with later(hours=24):
            assert asker.poll().json()["state"] == "ready"
            assert said(veto(as_(bob), asker)) == ABSENT


class TestPoll:
    @pytest.fixture
    def ready(self, as_, bob, carol, asker):
        for one in (bob, carol):
            approve(as_(one), asker, one)
        with later(hours=24):
            yield asker

    @pytest.mark.parametrize("key", [P256, None], ids=["P-256", "Ed25519"])
    def test_is_signed_by_either_kind_of_key(self, as_, bob, chosen, key):
        asker = Asker(key=key()) if key else Asker()
        asker.ask()
        approve(as_(bob), asker, bob)
        assert asker.poll().json()["approvals"] == 1

    def test_with_a_foreign_signature_gets_what_is_made_up(self, ready):
        stranger = Asker(id=ready.id, at=ready.at)
        for question in (
            stranger.question(),
            ready.question(said=f"prifora recovery poll|{uuid4()}|{ready.at + 1}"),
            ready.question(said=f"prifora pairing poll|{ready.id}|{ready.at + 1}"),
            {**ready.question(), "at": ready.at + 50},
        ):
            reply = stranger.poll(question)
            assert (reply.status_code, reply.json()) == (200, MADE_UP)
        assert stranger.http.get("/api/v1/me").status_code == 401
        assert ready.poll().json()["state"] == "ready"

    def test_that_was_heard_before_gets_what_is_made_up(self, ready):
        overheard = ready.question()
        assert ready.poll(overheard).json()["state"] == "ready"
        thief = APIClient()
        assert ready.poll(overheard, http=thief).json() == MADE_UP
        older = ready.question(at=overheard["at"] - 1)
        assert ready.poll(older, http=thief).json() == MADE_UP
        assert thief.get("/api/v1/me").status_code == 401

    def test_may_ask_again_for_a_quarter_of_an_hour_when_the_answer_was_lost(self, ready):
        first = ready.poll().json()
        again = ready.poll().json()
        assert again["shares"] == first["shares"]
        with later(minutes=USED_LASTS.seconds // 60):
            ended = ready.poll().json()
        assert ended["state"] == "ended"
        assert "shares" not in ended

    def test_ends_every_other_request_when_it_brings_the_person_back(self, as_, alice, ready):
        other = Asker()
        other.ask()
        ready.poll()
        assert heard(as_(alice)) == []
        assert not Recovery.objects.filter(pk=other.id, outcome="").exists()

    def test_is_limited(self, asker):
        for _ in range(Limit.RECOVERY_POLL.value.number):
            enforce(Limit.RECOVERY_POLL, str(asker.id))
        assert said(asker.poll()) == (429, "throttled")


@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def test_two_approvals_of_one_relative_are_one(self, as_, bob, asker):
        clients = [as_(bob), as_(bob)]
        answers = at_once(*(lambda one=one: approve(one, asker, bob).status_code for one in clients))
        assert answers == [204, 204]
        assert Approval.objects.count() == 1

    def test_three_who_ask_leave_two(self, as_, alice, chosen):
        askers = [Asker(), Asker(), Asker()]
        answers = at_once(*(lambda one=one: one.ask().status_code for one in askers))
        assert answers == [201, 201, 201]
        assert len(heard(as_(alice))) == 2

    def test_one_question_asked_twice_signs_one_browser_in(self, as_, bob, carol, asker):
        for one in (bob, carol):
            approve(as_(one), asker, one)
        Recovery.objects.update(wait_until=clock.now())
        question, browsers = asker.question(), [APIClient(), APIClient()]
        answers = at_once(*(lambda one=one: asker.poll(question, http=one).json() for one in browsers))
        assert sorted(one["state"] for one in answers) == ["ready", "waiting"]
        assert sorted(one.get("/api/v1/me").status_code for one in browsers) == [200, 401]

    def test_a_veto_and_coming_back_never_both_happen(self, as_, alice, bob, carol, asker):
        for one in (bob, carol):
            approve(as_(one), asker, one)
        Recovery.objects.update(wait_until=clock.now())
        mine = as_(alice)
        stopped, answer = at_once(lambda: veto(mine, asker).status_code, lambda: asker.poll().json()["state"])
        assert (stopped, answer) in [(204, "vetoed"), (404, "ready")]


def test_what_ended_is_swept_after_thirty_days(asker, as_, alice, bob):
    approve(as_(bob), asker, bob)
    veto(as_(alice), asker)
    ended = Recovery.objects.get().ends_at
    for days, left in ((30, 1), (31, 0)):
        Sweep.objects.all().delete()
        delete_ended_rows(now=ended + timedelta(days=days))
        assert (Recovery.objects.count(), Approval.objects.count()) == (left, left)
