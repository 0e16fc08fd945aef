"""What the sign-in API tells about the signed-in person."""

import pytest

from tests.accounts.browser import Browser, signed_up


@pytest.mark.django_db
class TestHeadlessAdapter:
    def test_tells_an_id_and_a_kind_and_nothing_personal(self):
        browser = Browser()
        signed_up(browser)
        status, answer = browser("get", "/auth/session")
        assert status == 200
        user = answer["data"]["user"]
        assert user == {
            "id": browser.api("get", "me").json()["id"],
            "display": "",
            "has_usable_password": True,
            "kind": "user",
        }

    def test_tells_the_signed_out_how_to_come_in(self):
        status, answer = Browser()("get", "/auth/session")
        assert status == 401
        assert {"login", "signup"} <= {flow["id"] for flow in answer["data"]["flows"]}
        assert "user" not in answer["data"]

    def test_offers_browsers_only_and_no_token_for_apps(self):
        assert Browser().send("get", "/_allauth/app/v1/auth/session").status_code == 404
