"""Where a person is signed in: nothing kept lets anybody in, and ending it ends it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.utils import timezone

from accounts.models import Session
from accounts.sessions import (
    RECOVERED_LASTS,
    SessionStore,
    is_recovered,
    mark_recovered,
    row_key,
    unmark_recovered,
)
from tests.accounts import raw
from tests.accounts.browser import Browser, signed_in, signed_up


@pytest.fixture
def anna(db):
    browser = Browser()
    signed_up(browser)
    return browser


def cookie(browser):
    return browser.http.cookies[settings.SESSION_COOKIE_NAME].value


def signed_out_shape(response):
    assert response.status_code == 401
    assert response.json()["type"] == "client_error"
    assert [one["code"] for one in response.json()["errors"]] == ["not_authenticated"]


class TestCookie:
    @pytest.mark.obligation("PER-28")
    def test_its_value_is_not_in_the_database(self, anna):
        assert not raw.found([cookie(anna)])
        assert Session.objects.filter(session_key=row_key(cookie(anna))).exists()

    @pytest.mark.obligation("PER-28")
    def test_is_closed_to_scripts_and_to_other_sites(self, anna):
        morsel = anna.http.cookies[settings.SESSION_COOKIE_NAME]
        assert morsel["httponly"]
        assert morsel["samesite"] == "Lax"

    @pytest.mark.obligation("PER-28")
    @pytest.mark.obligation("PER-26", partial=True)
    def test_changes_at_sign_in_so_that_a_planted_one_is_worth_nothing(self, anna):
        victim = Browser()
        victim("post", "/auth/login", {"username": "nobody", "password": "x"})
        planted = cookie(victim)
        assert signed_in(victim)[0] == 200
        assert cookie(victim) != planted
        attacker = Browser()
        attacker.http.cookies[settings.SESSION_COOKIE_NAME] = planted
        assert not attacker.is_in()

    def test_of_an_invented_value_opens_nothing(self, anna):
        stranger = Browser()
        stranger.http.cookies[settings.SESSION_COOKIE_NAME] = row_key(cookie(anna))
        signed_out_shape(stranger.api("get", "me"))


class TestSessionStore:
    def test_an_expired_session_is_signed_out(self, anna):
        Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
        signed_out_shape(anna.api("get", "me"))

    @pytest.mark.obligation("PER-29", partial=True)
    @pytest.mark.obligation("PER-16")
    def test_lasts_ninety_days_and_no_longer(self, anna, time_machine):
        start = timezone.now()
        time_machine.move_to(start + timedelta(days=89))
        assert anna.is_in()
        time_machine.move_to(start + timedelta(days=91))
        assert not anna.is_in()

    def test_keeps_its_content_sealed(self, anna):
        row = Session.objects.get(session_key=row_key(cookie(anna)))
        assert b"_auth_user" not in bytes(row.session_data)
        assert SessionStore(cookie(anna))["_auth_user_id"] == str(row.account_id)

    def test_content_that_was_changed_signs_out(self, anna):
        row = Session.objects.get(session_key=row_key(cookie(anna)))
        spoilt = bytes(row.session_data)[:-1] + bytes([row.session_data[-1] ^ 1])
        Session.objects.filter(pk=row.pk).update(session_data=spoilt)
        signed_out_shape(anna.api("get", "me"))

    def test_content_moved_to_another_row_does_not_open(self, anna):
        stranger = Browser()
        signed_up(
            stranger, username="mallory", phone="+31687654321", email="m@x.example", first_name="Mallory"
        )
        stolen = Session.objects.get(session_key=row_key(cookie(anna))).session_data
        Session.objects.filter(session_key=row_key(cookie(stranger))).update(session_data=stolen)
        signed_out_shape(stranger.api("get", "me"))

    def test_clears_what_is_expired_and_only_that(self, anna):
        other = Browser()
        signed_in(other)
        Session.objects.filter(session_key=row_key(cookie(other))).update(
            expire_date=timezone.now() - timedelta(days=1)
        )
        SessionStore.clear_expired()
        assert anna.is_in()
        assert not Session.objects.filter(session_key=row_key(cookie(other))).exists()

    def test_a_session_that_is_gone_is_not_written_back(self, anna):
        store = SessionStore(cookie(anna))
        store["x"] = 1
        Session.objects.all().delete()
        with pytest.raises(UpdateError):
            store.save()
        assert not Session.objects.exists()


class TestMySessions:
    def test_are_listed_with_the_present_one_marked(self, anna):
        other = Browser()
        signed_in(other)
        listed = anna.api("get", "me/sessions").json()["items"]
        assert len(listed) == 2
        assert [one["this"] for one in listed] == [False, True]
        assert {tuple(sorted(one)) for one in listed} == {
            ("client", "created_at", "device_id", "id", "last_seen_on", "this")
        }

    def test_can_be_ended_one_by_one(self, anna):
        other = Browser()
        signed_in(other)
        listed = anna.api("get", "me/sessions").json()["items"]
        theirs = next(one["id"] for one in listed if not one["this"])
        assert anna.api("delete", f"me/sessions/{theirs}").status_code == 204
        assert anna.is_in()
        signed_out_shape(other.api("get", "me"))
        assert anna.api("delete", f"me/sessions/{theirs}").status_code == 404

    def test_of_somebody_else_are_absent(self, anna):
        stranger = Browser()
        signed_up(stranger, username="mallory", phone="+31687654321", email="m@x.example")
        mine = anna.api("get", "me/sessions").json()["items"][0]["id"]
        refused = stranger.api("delete", f"me/sessions/{mine}")
        nothing = stranger.api("delete", "me/sessions/00000000-0000-4000-8000-000000000000")
        assert (refused.status_code, refused.json()) == (404, nothing.json())
        assert anna.is_in()

    @pytest.mark.obligation("PER-27", partial=True)
    def test_signing_out_ends_the_present_one(self, anna):
        stolen = cookie(anna)
        anna("delete", "/auth/session")
        assert not anna.is_in()
        thief = Browser()
        thief.http.cookies[settings.SESSION_COOKIE_NAME] = stolen
        assert not thief.is_in()


class TestMarkRecovered:
    def test_lasts_a_quarter_of_an_hour_or_until_it_is_used(self, db):
        session, begun = SessionStore(), timezone.now()
        assert not is_recovered(session, begun)
        mark_recovered(session, begun)
        assert is_recovered(session, begun + RECOVERED_LASTS - timedelta(seconds=1))
        assert not is_recovered(session, begun + RECOVERED_LASTS)
        unmark_recovered(session)
        assert not is_recovered(session, begun)

    def test_is_not_there_after_signing_in_with_a_password(self, anna):
        assert not is_recovered(SessionStore(cookie(anna)), timezone.now())
