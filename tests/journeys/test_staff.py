"""A member of staff helps somebody: says why, a colleague says yes, and the person gets a letter and sees the look."""

import time

import pytest
from allauth.mfa.totp.internal.auth import hotp_value
from playwright.sync_api import expect

from tests import cast

SIGN_IN = "/_allauth/browser/v1/auth"
REASON = "She called about her Home Station."
PEOPLE = """
from allauth.account.models import EmailAddress
from django.db import transaction
from prifora.kernel.policy import Role
from support import services
from tests import cast
from tests.support import desk
riet, dora, pia = cast.account("riet", kind="user"), cast.account("dora"), cast.account("pia")
with transaction.atomic():
    EmailAddress.objects.create(user=riet, email="riet@mail.example", verified=True)
    EmailAddress.objects.create(user=dora, email="dora@prifora.example", verified=True)
    EmailAddress.objects.create(user=pia, email="pia@prifora.example", verified=True)

secret, other = desk.give_second_factor(dora), desk.give_second_factor(pia)
services.give_role(account_id=dora.pk, role=Role.SUPPORT)
services.give_role(account_id=pia.pk, role=Role.PRIVACY)
print("made", riet.pk, secret, other)
"""


@pytest.fixture
def made(server):
    """Riet's account, and the secrets of the second factors of Dora, in support, and Pia, a privacy officer."""
    line = next(
        line for line in server.manage("shell", "-c", PEOPLE).splitlines() if line.startswith("made ")
    )
    return line.split()[1:]


def post(page, path, body):
    token = page.request.get("/api/v1/csrf").json()["token"]
    origin = page.evaluate("location.origin")
    return page.request.post(path, data=body, headers={"X-CSRFToken": token, "Origin": origin})


def sign_in(page, username, secret=None):
    answer = post(page, f"{SIGN_IN}/login", {"username": username, "password": cast.PASSWORD})
    if secret:
        code = f"{hotp_value(secret, int(time.time()) // 30):06d}"
        answer = post(page, f"{SIGN_IN}/2fa/authenticate", {"code": code})
    assert answer.status == 200, answer.text()


@pytest.mark.browser
@pytest.mark.server
class TestStaff:
    @pytest.mark.obligation("PRI-82")
    @pytest.mark.obligation("PRI-81", partial=True)
    def test_look_when_a_colleague_says_yes_and_the_person_sees_it(self, made, browse, shot):
        riet, secret, other = made
        dora = browse("dora", path="/sign-in")
        dora.goto("/admin/")
        expect(dora).to_have_url("/sign-in")
        sign_in(dora, "dora", secret)
        dora.goto("/admin/")
        dora.get_by_role("link", name="Accounts").last.click()
        dora.get_by_role("link", name=riet).click()
        expect(dora.get_by_text("riet@mail.example")).to_have_count(0)
        shot(dora, "staff-reason")
        dora.get_by_label("Waarom kijk je naar deze persoon?").fill(REASON)
        dora.get_by_role("button", name="Vraag een collega").click()
        expect(dora.get_by_text("Nog niemand zei ja")).to_be_visible()

        pia = browse("pia", path="/sign-in")
        sign_in(pia, "pia", other)
        pia.goto("/admin/")
        pia.get_by_role("link", name="Wat wacht en wat open is").click()
        expect(pia.get_by_text(REASON)).to_be_visible()
        shot(pia, "staff-desk")
        pia.get_by_role("button", name="Ja, open het").click()
        expect(pia.get_by_text("Het staat open.")).to_be_visible()

        dora.reload()
        expect(dora.get_by_text("riet@mail.example")).to_be_visible()
        shot(dora, "staff-row")
        dora.get_by_role("button", name="Uitloggen").click()
        dora.goto("/admin/")
        expect(dora).to_have_url("/sign-in")

        person = browse("riet")
        sign_in(person, "riet")
        (look,) = person.request.get("/api/v1/me/looks").json()["items"]
        assert (look["role"], look["table"], look["reason"]) == ("support", "accounts.Account", REASON)
        (letter,) = person.request.get("/api/v1/notices").json()["items"]
        assert letter["kind"] == "staff_access"
