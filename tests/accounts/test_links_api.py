"""Letting a new browser in: only who shows the code gets in, once, and only who knows the code lets it."""

import os
from datetime import timedelta

import pytest

from accounts import services
from accounts.models import LINK_LASTS, Link
from prifora.kernel import clock
from prifora.kernel.limits import Limit, enforce
from tests import cast
from tests.accounts import raw
from tests.accounts.asking import NOTHING, NewBrowser, codes, logged, refusal
from tests.cast import b64
from tests.hostile import refuses_every_body
from tests.race import at_once
from tests.stations.screens import P256, Ed25519

LINKS, FIND = "/api/v1/links", "/api/v1/links/find"


@pytest.fixture
def browser(db):
    """A new browser that waits under a code."""
    waiting = NewBrowser()
    assert waiting.wait().status_code == 201
    return waiting


@pytest.fixture
def oma(db):
    """A managed account with keys on its Home Station."""
    someone = cast.person("oma", kind="user")
    someone.account.is_managed = True
    someone.account.save(update_fields=["is_managed"])
    return someone


class TestStartLink:
    def test_says_how_long_the_code_lasts(self, db, time_machine):
        time_machine.move_to("2026-06-01T12:00:00Z", tick=False)
        browser = NewBrowser()
        answer = browser.wait()
        assert answer.status_code == 201
        assert answer.json() == {"id": str(browser.link_id), "expires_at": "2026-06-01T12:10:00Z"}

    def test_again_after_a_lost_answer_waits_as_before(self, browser):
        assert browser.wait().status_code == 201
        assert Link.objects.count() == 1

    def test_refuses_a_code_or_an_id_that_is_taken(self, browser):
        assert refusal(NewBrowser(lookup=browser.lookup).wait()) == (409, "conflict")
        assert refusal(NewBrowser(link_id=browser.link_id).wait()) == (409, "conflict")
        assert refusal(browser.wait(auth_key=b64(P256().public))) == (409, "conflict")
        assert browser.poll().json() == {"state": "waiting"}

    def test_takes_a_code_that_expired(self, browser, time_machine):
        time_machine.move_to(clock.now() + LINK_LASTS + timedelta(seconds=1))
        assert NewBrowser(lookup=browser.lookup).wait().status_code == 201

    @pytest.mark.parametrize("size", [0, 31, 33, 64, 66])
    def test_takes_keys_of_two_kinds_only(self, db, size):
        answer = NewBrowser().wait(auth_key=b64(bytes(size)))
        assert (answer.status_code, codes(answer)) == (400, [("length", "auth_key")])

    def test_keeps_neither_code_nor_name_in_the_clear(self, browser):
        assert not raw.found(["Firefox, Linux", b64(browser.lookup), browser.lookup.hex()])

    def test_is_limited(self, db):
        for _ in range(Limit.LINK_START.value.number):
            assert NewBrowser().wait().status_code == 201
        assert NewBrowser().wait().status_code == 429

    def test_takes_nothing_malformed(self, db, anyone):
        refuses_every_body(anyone, "post", LINKS)


class TestFindLink:
    def test_shows_who_waits_under_the_code(self, browser, alice, as_):
        found = as_(alice).post(FIND, {"lookup": b64(browser.lookup)}).json()
        said = browser.request()
        assert {name: found[name] for name in ("id", "proof", "box_key", "auth_key", "name")} == {
            name: said[name] for name in ("id", "proof", "box_key", "auth_key", "name")
        }
        assert found["requested_at"]

    def test_knows_no_wrong_used_or_expired_code(self, browser, alice, bob, as_, time_machine):
        client = as_(alice)
        wrong = client.post(FIND, {"lookup": b64(os.urandom(16))})
        assert refusal(wrong) == (404, "link_unknown")
        browser.approved_by(as_(bob))
        used = client.post(FIND, {"lookup": b64(browser.lookup)})
        late = NewBrowser()
        late.wait()
        time_machine.move_to(clock.now() + LINK_LASTS)
        expired = client.post(FIND, {"lookup": b64(late.lookup)})
        assert wrong.json() == used.json() == expired.json()

    def test_stops_guessing_after_five(self, browser, alice, bob, as_):
        client = as_(alice)
        for _ in range(5):
            assert client.post(FIND, {"lookup": b64(os.urandom(16))}).status_code == 404
        assert client.post(FIND, {"lookup": b64(browser.lookup)}).status_code == 429
        assert as_(bob).post(FIND, {"lookup": b64(browser.lookup)}).status_code == 200

    def test_needs_a_device_of_a_person(self, browser, alice, as_, anyone):
        body = {"lookup": b64(browser.lookup)}
        assert refusal(as_(alice, device=False).post(FIND, body)) == (403, "device_needed")
        assert refusal(as_(alice, kind="station").post(FIND, body)) == (404, "absent")
        assert anyone.post(FIND, body).status_code == 401

    def test_is_for_the_station_of_a_managed_account_too(self, browser, oma, as_):
        assert as_(oma, kind="station").post(FIND, {"lookup": b64(browser.lookup)}).status_code == 200


class TestApproveLink:
    def test_lets_the_browser_in_at_its_next_question(self, browser, alice, as_):
        assert browser.poll().json() == {"state": "waiting"}
        assert browser.approved_by(as_(alice)).status_code == 204
        assert not browser.is_in()
        answer = browser.poll()
        assert answer.json() == {"state": "approved", "box": b64(b"x" * 160), "proof": b64(b"o" * 32)}
        assert browser.http.get("/api/v1/me").json()["id"] == str(alice.pk)
        assert browser.http.get("/api/v1/vault").status_code == 200
        assert browser.http.post("/api/v1/me/devices", cast.device_body(alice)).status_code == 201

    def test_gives_a_session_without_a_device(self, browser, alice, as_):
        browser.approved_by(as_(alice))
        browser.poll()
        assert refusal(browser.http.get("/api/v1/conversations")) == (403, "device_needed")
        assert logged(as_(alice))[0] == "device_linked"

    def test_gives_no_right_to_set_a_password(self, browser, alice, as_):
        browser.approved_by(as_(alice))
        browser.poll()
        change = {"password": "n" * 42 + "A", "kdf_salt": b64(bytes(16)), "vault": cast.vault_change(alice)}
        answer = browser.http.post("/api/v1/me/password", change)
        assert (answer.status_code, codes(answer)) == (400, [("wrong_password", "current_password")])

    def test_again_changes_nothing_and_by_another_is_absent(self, browser, alice, bob, as_):
        assert [browser.approved_by(as_(alice)).status_code for _ in range(2)] == [204, 204]
        assert refusal(browser.approved_by(as_(alice), box=b64(b"y" * 160))) == (404, "absent")
        assert refusal(browser.approved_by(as_(bob))) == (404, "absent")
        browser.poll()
        assert browser.http.get("/api/v1/me").json()["id"] == str(alice.pk)

    def test_of_an_expired_link_is_absent_like_nothing(self, browser, alice, as_, time_machine):
        time_machine.move_to(clock.now() + LINK_LASTS)
        late = browser.approved_by(as_(alice))
        body = {"box": b64(b"x" * 160), "proof": b64(b"o" * 32)}
        nothing = as_(alice).post(f"{LINKS}/{NOTHING}/approve", body)
        assert (late.status_code, late.json()) == (404, nothing.json())
        assert browser.poll().json() == {"state": "expired"}

    def test_needs_a_device_of_a_person(self, browser, alice, as_, anyone):
        assert refusal(browser.approved_by(as_(alice, device=False))) == (403, "device_needed")
        assert refusal(browser.approved_by(as_(alice, kind="station"))) == (404, "absent")
        assert browser.approved_by(anyone).status_code == 401
        assert browser.poll().json() == {"state": "waiting"}

    def test_by_the_station_of_a_managed_account_lets_a_person_in(self, browser, oma, as_):
        assert browser.approved_by(as_(oma, kind="station")).status_code == 204
        browser.poll()
        assert browser.http.get("/api/v1/me").json()["id"] == str(oma.pk)
        assert browser.http.get("/api/v1/me/log").status_code == 200


class TestPollLink:
    @pytest.mark.parametrize("kind", [P256, Ed25519])
    def test_takes_both_kinds_of_keys(self, db, kind):
        browser = NewBrowser(key=kind())
        browser.wait()
        assert browser.poll().json() == {"state": "waiting"}

    def test_by_another_key_gets_nothing_before_or_after_the_approval(self, browser, alice, as_, anyone):
        assert refusal(browser.poll(key=P256(), http=anyone)) == (403, "signature_refused")
        browser.approved_by(as_(alice))
        for thief in (P256(), Ed25519()):
            assert refusal(browser.poll(key=thief, http=anyone)) == (403, "signature_refused")
        assert anyone.get("/api/v1/me").status_code == 401
        assert browser.poll().json()["state"] == "approved"

    def test_of_a_link_that_is_not_there_looks_like_a_wrong_key(self, browser, anyone):
        wrong = browser.poll(key=P256())
        nothing = NewBrowser().poll(http=anyone)
        assert (wrong.status_code, wrong.json()) == (nothing.status_code, nothing.json())

    def test_replayed_signs_nobody_else_in(self, browser, alice, as_, anyone):
        browser.approved_by(as_(alice))
        assert browser.poll().json()["state"] == "approved"
        assert browser.poll(http=anyone).json() == {"state": "expired"}
        assert anyone.get("/api/v1/me").status_code == 401
        assert browser.poll().json()["state"] == "approved"
        assert logged(as_(alice)).count("device_linked") == 1

    def test_signs_in_nobody_whose_account_is_closed(self, browser, alice, as_):
        browser.approved_by(as_(alice))
        services.close_account(account=alice.account)
        assert browser.poll().json() == {"state": "expired"}
        assert not browser.is_in()

    def test_signs_in_nobody_after_the_time(self, browser, alice, as_, time_machine):
        browser.approved_by(as_(alice))
        time_machine.move_to(clock.now() + LINK_LASTS)
        assert browser.poll().json() == {"state": "expired"}
        assert not browser.is_in()

    def test_ends_the_session_of_whoever_used_the_browser_before(self, browser, alice, bob, as_):
        before = as_(bob)
        browser.http = before
        browser.approved_by(as_(alice))
        browser.poll()
        assert browser.http.get("/api/v1/me").json()["id"] == str(alice.pk)
        assert refusal(browser.http.get("/api/v1/conversations")) == (403, "device_needed")

    def test_is_limited(self, browser):
        for _ in range(Limit.LINK_POLL.value.number):
            enforce(Limit.LINK_POLL, str(browser.link_id))
        assert browser.poll().status_code == 429


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_polls_begin_one_session(self, alice, as_):
        browser, other = NewBrowser(), NewBrowser()
        browser.wait()
        browser.approved_by(as_(alice))
        answers = at_once(lambda: browser.poll().json(), lambda: browser.poll(http=other.http).json())
        assert sorted(one["state"] for one in answers) == ["approved", "expired"]
        assert [browser.is_in(), other.is_in()].count(True) == 1

    def test_two_people_cannot_both_let_it_in(self, alice, bob, as_):
        browser, clients = NewBrowser(), [as_(alice), as_(bob)]
        browser.wait()
        answers = at_once(*(lambda one=one: browser.approved_by(one).status_code for one in clients))
        assert sorted(answers) == [204, 404]
        browser.poll()
        winner = (alice, bob)[answers.index(204)]
        assert browser.http.get("/api/v1/me").json()["id"] == str(winner.pk)
