"""The sign-in API as a browser speaks it, and the codes a person reads on their phone and in their mail."""

import re

from django.conf import settings
from django.core import mail
from django.test import Client, TestCase

from tests.cast import PASSWORD, b64

BASE = "/_allauth/browser/v1"
SALT = b64(b"0123456789abcdef")
NEW_PASSWORD = b64(b"n" * 32)
WRONG_PASSWORD = b64(b"w" * 32)


class Browser:
    """One browser with its cookies. What the server does after the commit is done when an answer is here."""

    def __init__(self, *, language="en", **options):
        self.http = Client(headers={"Accept-Language": language}, **options)

    def __call__(self, method, path, body=None):
        """Call the sign-in API; return the status and the answer."""
        answer = self.send(method, BASE + path, body)
        return answer.status_code, answer.json()

    def api(self, method, path, body=None):
        """Call our own API; return the response."""
        return self.send(method, f"/api/v1/{path}", body)

    def send(self, method, path, body=None, **headers):
        kwargs = {} if body is None else {"data": body, "content_type": "application/json"}
        with TestCase.captureOnCommitCallbacks(execute=True):
            return getattr(self.http, method)(path, headers=headers or None, **kwargs)

    def is_in(self):
        return self.http.get("/api/v1/me").status_code == 200


def form(**changes):
    """Return a sign-up form with exactly the mandatory fields of a Home Station user; None leaves one out."""
    body = {
        "kind": "user",
        "phone": "+31612345678",
        "username": "anna.v",
        "first_name": "Annabel",
        "last_name": "Verbruggen",
        "email": "annabel@verbruggen.example",
        "password": PASSWORD,
        "kdf_salt": SALT,
        "language": "fr",
        **changes,
    }
    return {key: value for key, value in body.items() if value is not None}


def pending(answer):
    """Return which steps the server waits for."""
    return [flow["id"] for flow in answer["data"]["flows"] if flow.get("is_pending")]


def texts():
    """Return every text message that was sent, oldest first."""
    files = sorted((settings.DATA_DIR / "sms").glob("*.txt"), key=lambda file: file.stat().st_mtime_ns)
    return [file.read_text() for file in files]


def text_code():
    return re.search(r"\b([A-Z0-9-]{6,12})\.", texts()[-1]).group(1)


def mail_code():
    return re.findall(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", mail.outbox[-1].body, re.M)[-1]


def finish_sign_up(browser, status, answer):
    """Type in the codes that are asked until the person is in; return the last answer."""
    for _ in range(3):
        if status == 200:
            break
        if "verify_phone" in pending(answer):
            status, answer = browser("post", "/auth/phone/verify", {"code": text_code()})
        elif "verify_email" in pending(answer):
            status, answer = browser("post", "/auth/email/verify", {"key": mail_code()})
    return answer


def signed_up(browser, **changes):
    """Sign up and prove phone and mail; return the last answer."""
    return finish_sign_up(browser, *browser("post", "/auth/signup", form(**changes)))


def signed_in(browser, password=PASSWORD, **login):
    """Sign in; return the status and the answer."""
    return browser("post", "/auth/login", {**(login or {"username": "anna.v"}), "password": password})
