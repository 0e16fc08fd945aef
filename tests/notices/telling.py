"""Letters of these tests, and short ways to tell them."""

import pytest
from django.core import mail

from notices import rules
from notices.rules import Letter, Topic
from notices.services import tell
from prifora.kernel import clock

PLAIN = Letter(kind="test.plain", topic=Topic.SERVICE, title="Plain", text="Nothing goes by mail.")
MAILED = Letter(
    kind="test.mailed",
    topic=Topic.PRIVACY,
    title="Due %(due_on)s",
    text="Answer by %(due_on)s.",
    by_mail=True,
)
URGENT = Letter(
    kind="test.urgent", topic=Topic.SERVICE, title="Urgent", text="At once.", by_mail=True, urgent=True
)
SAID = Letter(
    kind="test.said",
    topic=Topic.PRIVACY,
    title="From %(due_on)s",
    text="Read it.",
    mail="It begins on %(due_on)s.",
    path="/privacy/%(language)s/%(number)s",
    by_mail=True,
)
FACTS = {"due_on": "2027-03-01", "number": 2}


@pytest.fixture(autouse=True)
def declared(monkeypatch):
    """The letters of these tests, and nobody else's afterwards."""
    monkeypatch.setattr(rules, "_letters", dict(rules._letters))
    rules.declare(PLAIN, MAILED, URGENT, SAID)
    mail.outbox.clear()


def told(*people, letter=PLAIN, once="once", now=None):
    return tell(
        account_ids=[one.pk for one in people],
        kind=letter.kind,
        facts=FACTS,
        once=once,
        now=now or clock.now(),
    )


def give_address(account, address="anna@example.org", language="en"):
    account.profile["email"], account.profile["language"] = address, language
    account.save(update_fields=["sealed"])
