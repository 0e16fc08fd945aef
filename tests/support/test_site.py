"""Who gets into the admin site, for how long, and what everybody else learns of it."""

from ipaddress import ip_network

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import Session
from accounts.services import close_account
from prifora.kernel import clock
from prifora.kernel.policy import Role
from support import services
from support.site import STAFF_SESSION
from tests import cast
from tests.support import desk

SOMEBODY = "31452d14-0aae-4477-b34b-58df60717bbb"
DOORS = [
    "/admin/",
    "/admin/accounts/",
    "/admin/accounts/account/",
    "/admin/support/stafflook/",
    "/admin/nothing/here/",
    "/admin/password_change/",
    "/admin/jsi18n/",
    f"/admin/accounts/account/{SOMEBODY}/change/",
]
SECOND = STAFF_SESSION / 1800


def turned_away(browser, path):
    """Return whether a browser ends at the app's sign-in, having seen nothing."""
    answer = browser.get(path, follow=False)
    if answer.status_code != 302 or not answer.headers["Location"].startswith("/admin/login/"):
        return False
    last = browser.get(answer.headers["Location"])
    return last.status_code == 302 and last.headers["Location"] == "/sign-in" and not last.content


@pytest.mark.django_db
class TestStaffSite:
    @pytest.mark.parametrize("role", Role)
    def test_lets_staff_in_who_signed_in_with_a_second_factor(self, role):
        assert desk.staff(role).get("/admin/").status_code == 200

    @pytest.mark.parametrize("path", DOORS)
    def test_tells_nobody_else_anything(self, alice, path):
        desk.give_second_factor(alice.account)
        signed_in_only = cast.client_of(alice)
        assert turned_away(Client(), path)
        assert turned_away(signed_in_only, path)

    def test_turns_away_who_has_a_second_factor_but_no_role(self, alice):
        browser = desk.sign_in("alice", desk.give_second_factor(alice.account))
        assert browser.get("/api/v1/me").status_code == 200
        assert all(turned_away(browser, path) for path in DOORS)

    @pytest.mark.obligation("PRI-92", partial=True)
    @pytest.mark.parametrize("path", DOORS)
    def test_turns_away_staff_who_signed_in_by_password_alone(self, path):
        account = desk.staff(Role.SUPPORT).account
        Authenticator.objects.filter(user=account).delete()
        assert turned_away(desk.sign_in(account.username), path)

    def test_does_not_take_an_older_session_for_one_with_a_second_factor(self, alice):
        browser = desk.sign_in("alice")
        desk.give_second_factor(alice.account)
        services.give_role(account_id=alice.pk, role=Role.SUPPORT)
        assert turned_away(browser, "/admin/")

    def test_is_closed_to_a_home_station(self, alice):
        desk.give_second_factor(alice.account)
        services.give_role(account_id=alice.pk, role=Role.SUPPORT)
        assert turned_away(cast.client_of(alice, kind="station"), "/admin/")

    @pytest.mark.parametrize(
        ("networks", "address", "is_in"),
        [
            (["10.1.0.0/16"], "10.1.2.3", True),
            (["10.1.0.0/16"], "10.2.0.1", False),
            (["10.1.0.0/16", "2001:db8::/32"], "2001:db8::7", True),
            (["10.1.0.0/16"], "2001:db8::7", False),
            (["10.1.0.0/16"], "", False),
            ([], "203.0.113.9", True),
        ],
    )
    def test_opens_from_the_networks_that_are_set_only(self, settings, networks, address, is_in):
        browser = desk.staff(Role.PRIVACY)
        settings.STAFF_NETWORKS = [ip_network(one) for one in networks]
        for path in ("/admin/", "/admin/desk/", "/admin/authorities/"):
            assert (browser.get(path, REMOTE_ADDR=address).status_code == 200) == is_in

    def test_ends_after_half_an_hour_at_most(self):
        browser = desk.staff(Role.SUPPORT)
        begun = clock.now()
        with time_machine.travel(begun + STAFF_SESSION - 30 * SECOND, tick=False):
            assert browser.get("/admin/").status_code == 200
        with time_machine.travel(begun + STAFF_SESSION + SECOND, tick=False):
            assert turned_away(browser, "/admin/")

    def test_is_not_opened_by_a_clock_that_goes_back(self):
        browser = desk.staff(Role.SUPPORT)
        with time_machine.travel(clock.now() - 2 * STAFF_SESSION, tick=False):
            assert turned_away(browser, "/admin/")

    def test_puts_out_at_once_who_loses_the_role(self):
        browser = desk.staff(Role.SUPPORT)
        assert browser.get("/admin/").status_code == 200
        services.take_role(account_id=browser.account.pk)
        assert all(turned_away(browser, path) for path in DOORS)

    def test_puts_out_at_once_who_takes_the_second_factor_off(self):
        browser = desk.staff(Role.SUPPORT)
        Authenticator.objects.filter(user=browser.account).delete()
        assert turned_away(browser, "/admin/")

    def test_puts_out_at_once_whose_account_is_closed(self):
        browser = desk.staff(Role.SUPPORT)
        close_account(account=browser.account)
        assert turned_away(browser, "/admin/")

    def test_has_no_sign_in_of_its_own(self):
        account = desk.staff(Role.SUPPORT).account
        browser = Client()
        answer = browser.post("/admin/login/", {"username": account.username, "password": cast.PASSWORD})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in")
        assert turned_away(browser, "/admin/")

    def test_sends_staff_who_are_in_on_from_the_sign_in(self):
        answer = desk.staff(Role.SUPPORT).get("/admin/login/?next=https://elsewhere.example/")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")

    @pytest.mark.parametrize("path", ["/admin/password_change/", "/admin/password_change/done/"])
    def test_changes_no_password(self, path):
        browser = desk.staff(Role.SYSTEM)
        before = browser.account.password
        new = {"old_password": cast.PASSWORD, "new_password1": "A" * 43, "new_password2": "A" * 43}
        assert browser.get(path).status_code == 404
        assert browser.post(path, new).status_code == 404
        browser.account.refresh_from_db()
        assert browser.account.password == before

    def test_lists_nothing_for_forms(self, alice):
        query = {"app_label": "accounts", "model_name": "device", "field_name": "account", "term": ""}
        assert desk.staff(Role.SUPPORT).get("/admin/autocomplete/", query).status_code == 404

    def test_signs_out_for_good(self):
        browser = desk.staff(Role.SUPPORT)
        assert browser.post("/admin/logout/").status_code == 200
        assert turned_away(browser, "/admin/")
        assert not Session.objects.filter(account=browser.account).exists()

    def test_lets_its_forms_say_where_they_come_from_and_takes_no_others(self, alice):
        browser, path = desk.staff(Role.SUPPORT), desk.path_of(type(alice.account), alice.account)
        page = browser.get(path)
        assert page.headers["Referrer-Policy"] == "same-origin"
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = browser.cookies
        asked = {"reason": desk.REASON, "minutes": 5, "tables": ["accounts.Account"]}
        form = {**asked, "csrfmiddlewaretoken": page.cookies["csrftoken"].value}
        assert strict.post(path, form, headers={"origin": "https://elsewhere.example"}).status_code == 403
        assert strict.post(path, asked).status_code == 403
        assert strict.post(path, form, headers={"origin": "http://testserver"}).status_code == 302

    def test_is_kept_out_of_every_cache_and_frame(self):
        answer = desk.staff(Role.SUPPORT).get("/admin/")
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["X-Frame-Options"] == "DENY"
