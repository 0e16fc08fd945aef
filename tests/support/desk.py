"""Members of staff who sign in the way they really do: by the web app's sign-in, with an app with codes."""

import time
from urllib.parse import urlencode

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth as totp
from django.test import Client

from accounts.models import Account
from prifora.kernel import clock
from prifora.kernel.policy import Role
from support import access, services
from support.models import Grant
from tests import cast

SIGN_IN = "/_allauth/browser/v1/auth"
REASON = "She called us about her Home Station."


def give_second_factor(account):
    """Set up an app with codes; return its secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(account, secret)
    return secret


def code_of(secret):
    """Return what the app with codes shows now."""
    counter = int(time.time()) // totp.app_settings.TOTP_PERIOD
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def sign_in(username, secret=None):
    """Return a browser that is signed in, with the second factor where there is one."""
    browser = Client(headers={"accept-language": "en"})
    kind = {"content_type": "application/json"}
    answer = browser.post(f"{SIGN_IN}/login", {"username": username, "password": cast.PASSWORD}, **kind)
    if secret:
        answer = browser.post(f"{SIGN_IN}/2fa/authenticate", {"code": code_of(secret)}, **kind)
    assert answer.status_code == 200, answer.content
    return browser


def staff(role: Role, name=None):
    """Return a browser of a new member of staff in `role`; the account is its `.account`."""
    account = cast.account(name or f"staff-{role.value}")
    EmailAddress.objects.create(user=account, email=f"{account.username}@prifora.example", verified=True)
    secret = give_second_factor(account)
    services.give_role(account_id=account.pk, role=role)
    browser = sign_in(account.username, secret)
    browser.account = account
    return browser


def path_of(model, row=None, tail="change/"):
    """Return the admin site's path of a table, or of one row."""
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    return f"{base}{row.pk}/{tail}" if row else base


def ask(browser, row, reason=REASON, minutes=60):
    """Ask a colleague to open a row and whatever else the role may see of its person; return the answer."""
    form = {
        "reason": reason,
        "minutes": minutes,
        "tables": access.tables_for(access.role_of(browser.account.pk)),
    }
    path, kind = path_of(type(row), row), "application/x-www-form-urlencoded"
    return browser.post(path, urlencode(form, doseq=True), content_type=kind)


def colleague(role=Role.PRIVACY, name="colleague"):
    """Return the id of one more member of staff; the same one every time it is asked for in a test."""
    account = Account.objects.filter(username=name).first()
    if account is None:
        account = cast.account(name)
        give_second_factor(account)
        services.give_role(account_id=account.pk, role=role)
    return account.pk


def say_yes():
    """Have a colleague say yes to whatever waits."""
    for grant in Grant.objects.filter(approved_at=None, ended_at=None):
        services.approve_grant(grant_id=grant.pk, staff_id=colleague(), now=clock.now())


def look(browser, row, reason=REASON):
    """Ask for a row, have a colleague open it, and look; return the page, or the refusal to ask."""
    asked = ask(browser, row, reason)
    if asked.status_code != 302:
        return asked
    say_yes()
    return browser.get(path_of(type(row), row))


def granted(browser, row, reason=REASON):
    """Return a grant that is open, by which the browser's member of staff may look at the person of a row."""
    ask(browser, row, reason)
    say_yes()
    return Grant.objects.get()
