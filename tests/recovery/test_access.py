"""Who may help whom to come back, and that everybody else finds nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from rest_framework.test import APIClient

from accounts.services import close_account
from contacts.services import leave, remove
from prifora.kernel import clock
from prifora.kernel.limits import Limit
from recovery import access
from recovery.models import Recovery
from recovery.urls import urlpatterns
from tests import cast
from tests.contacts.asking import grandmother, make, said
from tests.recovery.asking import (
    END,
    HELD,
    MADE_UP,
    RELATIVES,
    REQUESTS,
    Asker,
    approve,
    choose,
    heard,
    veto,
)
from tests.stations.screens import P256

REFUSED = (400, "relatives_refused")
STATEMENT = (400, "statement_refused")
ABSENT = (404, "absent")
DAY = timedelta(days=1)


def later(**span):
    return time_machine.travel(clock.now() + timedelta(**span), tick=False)


class TestAStranger:
    """Who asks about somebody else learns nothing, not even whether there is anybody."""

    def answers(self, login):
        """Everything that a stranger can find out about a name."""
        asker = Asker(id=uuid4())
        with time_machine.travel(1_790_000_000, tick=False):
            begun = asker.ask(login=login)
            replies = [begun, asker.poll(), asker.poll(asker.question(signer=P256())), asker.ask(login=login)]
            more = [Asker(), Asker(), Asker()]
            for one in more:
                one.ask(login=login)
            replies += [asker.poll(), Asker(id=asker.id).poll()]
        texts = [reply.content.decode().replace(str(asker.id), "id") for reply in replies]
        return [reply.status_code for reply in replies], texts

    @pytest.mark.parametrize(
        "other", ["nobody.at.all", "bob", "charlie", "closed", "oma.riet", "+31600000009"]
    )
    def test_sees_the_same_for_every_name(self, as_, bob, charlie, chosen, other):
        if other == "closed":
            close_account(account=cast.person("closed").account)
        if other == "oma.riet":
            make(as_(bob), bob, user=grandmother())
        known = self.answers("alice")
        assert Recovery.objects.exists()
        stored = Recovery.objects.count()
        assert self.answers(other) == known
        assert Recovery.objects.count() == stored

    def test_is_told_what_is_made_up_until_a_relative_answered(self, as_, bob, asker):
        assert asker.poll().json() == MADE_UP
        approve(as_(bob), asker, bob)
        answer = asker.poll().json()
        assert (answer["state"], answer["approvals"], answer["needed"]) == ("waiting", 1, 2)
        assert answer["wait_until"]

    def test_sees_the_same_headers_too(self, chosen):
        replies = []
        with time_machine.travel(1_790_000_000, tick=False):
            for login in ("alice", "nobody.at.all"):
                reply = Asker(id=uuid4()).ask(login=login)
                replies.append((reply.status_code, dict(reply.headers), len(reply.content)))
        assert replies[0] == replies[1]

    def test_is_stopped_by_address_and_by_name(self, chosen):
        for _ in range(Limit.RECOVERY_START.value.number):
            Asker().ask(login="nobody.at.all")
        assert said(Asker().ask()) == (429, "throttled")
        other = APIClient(REMOTE_ADDR="192.0.2.9")
        assert said(Asker(http=other).ask(login="nobody.at.all")) == (429, "throttled")
        assert Asker(http=other).ask().status_code == 201

    def test_cannot_take_an_id_that_is_asked_with(self, asker):
        second = Asker(id=asker.id)
        assert second.ask().status_code == 201
        row = Recovery.objects.get()
        assert bytes(row.auth_key) == asker.key.public

    def test_must_say_a_name(self, as_, alice, anyone, chosen):
        for client in (anyone, as_(alice)):
            reply = client.post(REQUESTS, Asker().request(login=None))
            assert said(reply) == (400, "required")

    def test_neither_approves_nor_vetoes(self, as_, charlie, asker):
        assert said(approve(as_(charlie), asker, charlie)) == ABSENT
        assert said(veto(as_(charlie), asker)) == ABSENT
        assert heard(as_(charlie)) == []


class TestWhoLeft:
    @pytest.mark.parametrize("end", [leave, remove])
    def test_neither_hears_nor_approves_nor_vetoes_any_more(self, as_, alice, bob, home, asker, end):
        end(family_id=home.pk, account_id=bob.pk, now=clock.now())
        assert heard(as_(bob)) == []
        assert as_(bob).get(HELD).json() == {"items": []}
        assert said(approve(as_(bob), asker, bob)) == ABSENT
        assert said(veto(as_(bob), asker)) == ABSENT
        assert [one["first_name"] for one in as_(alice).get(RELATIVES).json()["relatives"]].count("Bob") == 0

    def test_is_not_counted_though_they_approved_before(self, as_, bob, carol, dora, home, asker):
        for one in (bob, carol):
            approve(as_(one), asker, one)
        leave(family_id=home.pk, account_id=bob.pk, now=clock.now())
        with later(hours=24):
            answer = asker.poll().json()
            assert (answer["state"], answer["approvals"]) == ("waiting", 1)
            approve(as_(dora), asker, dora)
            answer = asker.poll().json()
            assert answer["state"] == "ready"
            assert {one["account_id"] for one in answer["shares"]} == {str(carol.pk), str(dora.pk)}

    def test_is_not_counted_when_their_account_is_closed(self, as_, bob, carol, asker):
        for one in (bob, carol):
            approve(as_(one), asker, one)
        close_account(account=carol.account)
        with later(hours=24):
            assert asker.poll().json()["state"] == "waiting"


class TestAClosedAccount:
    def test_brings_nobody_back(self, as_, alice, bob, carol, asker):
        for one in (bob, carol):
            approve(as_(one), asker, one)
        close_account(account=alice.account)
        with later(hours=24):
            assert asker.poll().json() == MADE_UP
            assert heard(as_(bob)) == []
            assert as_(bob).get(HELD).json() == {"items": []}
            assert said(veto(as_(bob), asker)) == ABSENT
        assert asker.http.get("/api/v1/me").status_code == 401


class TestAHomeStationThatLostItsKeys:
    def test_asks_without_a_name_and_keeps_its_own_session(self, as_, alice, bob, home):
        choose(as_(alice, kind="station"), alice, bob, threshold=1, wait_hours=0)
        station = Asker(http=as_(alice, device=False, kind="station"))
        assert station.ask(login=None).status_code == 201
        before = station.http.cookies["session"].value
        approve(as_(bob), station, bob)
        answer = station.poll().json()
        assert (answer["state"], len(answer["shares"])) == ("ready", 1)
        assert station.http.cookies["session"].value == before
        assert station.http.get("/api/v1/vault").status_code == 200

    def test_asks_for_its_own_user_whatever_name_it_says(self, as_, alice, bob, carol, dora, home):
        choose(as_(alice), alice, bob, carol)
        station = Asker(http=as_(dora, device=False, kind="station"))
        assert station.ask(login="alice").status_code == 201
        assert not Recovery.objects.exists()

    def test_says_a_name_when_it_has_its_keys(self, as_, alice, chosen):
        station = Asker(http=as_(alice, kind="station"))
        assert said(station.ask(login=None)) == (400, "required")

    def test_is_the_only_one_that_may_ask_for_a_managed_account(self, as_, alice, bob, carol, chosen):
        alice.account.is_managed = True
        alice.account.save(update_fields=["is_managed"])
        assert Asker().ask().status_code == 201
        assert not Recovery.objects.exists()
        assert Asker(http=as_(alice, device=False, kind="station")).ask(login=None).status_code == 201
        assert Recovery.objects.get().by_station


WITH_DEVICE = [
    ("put", RELATIVES),
    ("post", END),
    ("get", HELD),
    ("get", REQUESTS),
    ("post", "{r}/approve"),
    ("post", "{r}/veto"),
]
"""Every call that is for signed-in devices; my own relatives are shown without one as well."""


def ask(client, call, asker):
    method, path = call
    return getattr(client, method)(path.format(r=f"{REQUESTS}/{asker.id}"))


class TestEveryCall:
    def test_is_tried_here(self):
        listed = {path.replace("{r}", REQUESTS + "/<uuid:request_id>") for _method, path in WITH_DEVICE}
        public = {REQUESTS + "/<uuid:request_id>/poll"}
        assert {"/api/v1/" + str(one.pattern) for one in urlpatterns} == listed | public

    def test_turns_the_signed_out_away(self, anyone, asker):
        for call in (*WITH_DEVICE, ("get", RELATIVES)):
            assert said(ask(anyone, call, asker)) == (401, "not_authenticated"), call

    def test_needs_a_device(self, as_, alice, asker):
        client = as_(alice, device=False)
        for call in WITH_DEVICE:
            assert said(ask(client, call, asker)) == (403, "device_needed"), call
        assert client.get(RELATIVES).status_code == 200

    def test_is_absent_for_a_request_that_never_was(self, as_, bob, charlie, chosen, asker):
        for someone in (bob, charlie):
            assert said(veto(as_(someone), Asker())) == ABSENT
            assert said(approve(as_(someone), Asker(), someone)) == ABSENT


class TestCounting:
    def test_is_who_keeps_a_share_and_is_in_a_family_with_them(self, alice, bob, carol, dora, home, chosen):
        assert access.counting(alice.pk) == {bob.pk, carol.pk, dora.pk}
        leave(family_id=home.pk, account_id=bob.pk, now=clock.now())
        assert access.counting(alice.pk) == {carol.pk, dora.pk}
        assert access.counting(bob.pk) == set()

    def test_goes_on_while_they_share_another_family(self, alice, bob, home, chosen):
        cast.family_of(bob, alice)
        leave(family_id=home.pk, account_id=bob.pk, now=clock.now())
        assert bob.pk in access.counting(alice.pk)
