"""Everybody reads and changes their own questions, nobody else's."""

from uuid import uuid4

import pytest

from prifora.kernel import clock
from prifora.kernel.access import Actor
from prifora.kernel.errors import Absent
from tickets import access, services
from tickets.access import Permission

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(alice):
    return services.start_ticket(
        ticket_id=uuid4(), account_id=alice.pk, text="How?", how="app", now=clock.now()
    )


@pytest.mark.parametrize("permission", [Permission.READ, Permission.WRITE])
def test_a_question_is_for_who_asked_it(alice, bob, ticket, permission):
    actor = Actor(alice.pk)
    assert access.my_ticket(actor, ticket.pk, permission) == ticket
    actor.require(permission)
    for someone, asked in ((bob, ticket.pk), (alice, uuid4())):
        with pytest.raises(Absent):
            access.my_ticket(Actor(someone.pk), asked, permission)


def test_a_list_has_one_s_own_questions(alice, bob, ticket):
    assert list(access.my_tickets(Actor(alice.pk))) == [ticket]
    assert list(access.my_tickets(Actor(bob.pk))) == []


def test_everybody_asks_for_themselves(bob):
    actor = Actor(bob.pk)
    assert access.may_ask(actor) == bob.pk
    actor.require(Permission.ASK)
