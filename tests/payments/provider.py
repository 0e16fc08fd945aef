"""The stand-in of the payment provider, in a process of its own: buyers at its pages, and the bank's desk."""

import json
import random
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from tests.server import ROOT, free_port
from tools.stand_in.pages import is_account, is_card

CARD, IBAN = "4111111111111111", "NL91ABNA0417164300"
CLEARING = "0.3"
"""Seconds until charges and refunds are done."""


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_more):
        return None


OPENER = urllib.request.build_opener(NoRedirect)


def ask(url, form=None, body=None, headers=None):
    """Return status, headers and text of an answer; a redirect is an answer."""
    sent = body if form is None else urllib.parse.urlencode(form).encode()
    try:
        reply = OPENER.open(urllib.request.Request(url, sent, headers or {}), timeout=30)
    except urllib.error.HTTPError as refused:
        reply = refused
    with reply:
        return reply.status, reply.headers, reply.read().decode()


def until(happened, seconds=20):
    """Wait until something is so; return it."""
    end = time.monotonic() + seconds
    while not (found := happened()):
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)
    return found


class Provider:
    """One stand-in."""

    def __init__(self, *options: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "tools.stand_in", "--port", str(self.port), "--clearing", CLEARING]
        self.process = subprocess.Popen([*command, *options], cwd=ROOT)
        until(self._answers)

    def _answers(self):
        try:
            return ask(f"{self.url}/")[0] == 200
        except OSError:
            assert self.process.poll() is None
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait(10)

    def pay(self, page, *, method="ideal", act="pay", card=CARD, iban=IBAN, name="A. de Vries"):
        """Do what a buyer does at a page of the provider; return where they are sent."""
        assert page.startswith(self.url)
        form = {"act": act, "card": card, "iban": iban, "name": name}
        status, headers, text = ask(f"{page}/{method}", form)
        assert status == 303, text
        return headers["Location"]

    def desk(self, thing, act):
        """Do what a bank does."""
        status, _headers, text = ask(f"{self.url}/desk/{thing}/{act}", {})
        assert status == 303, text

    def mood(self, *, hooks=None, api=None):
        """Have the provider behave: hooks doubled, late or lost; errors, answers lost, slow. None: as usual."""
        body = json.dumps({"hooks": hooks or {}, "api": api or {}}).encode()
        assert ask(f"{self.url}/desk/mood", body=body)[0] == 204

    @property
    def asked(self):
        """Return what was asked of the API so far."""
        return json.loads(ask(f"{self.url}/desk/asked")[2])[0]

    @property
    def told(self):
        """Return how many webhooks somebody took."""
        return json.loads(ask(f"{self.url}/desk/asked")[2])[1]

    def get(self, path):
        """Ask the API as a shop does."""
        status, _headers, text = ask(f"{self.url}/v2/{path}", headers={"Authorization": "Bearer test_key"})
        assert status == 200, text
        return json.loads(text)

    def refunds(self, payment):
        return self.get(f"payments/{payment}/refunds")["_embedded"]["refunds"]

    def payments(self, customer):
        return self.get(f"customers/{customer}/payments")["_embedded"]["payments"]


def id_in(page):
    """Return the id of our payment in the address of one of its pages."""
    return re.search(r"/shop/payments/([0-9a-f-]{36})/", page)[1]


def a_card() -> str:
    """Return a number that no test has used before and that a card could have."""
    digits = f"4{random.randrange(10**14):014}"
    return next(digits + last for last in "0123456789" if is_card(digits + last))


def an_account() -> str:
    """Return a number that no test has used before and that an account could have."""
    number = f"ABNA{random.randrange(10**10):010}"
    return next(f"NL{check:02}{number}" for check in range(2, 99) if is_account(f"NL{check:02}{number}"))
