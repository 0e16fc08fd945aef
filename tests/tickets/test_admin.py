"""What Customer Support can do with a question in the admin site, and when."""

from uuid import uuid4

import pytest

from prifora.kernel import clock
from prifora.kernel.desk import acts_for, told_beside
from prifora.kernel.policy import Role
from tickets import services
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(alice):
    return services.start_ticket(
        ticket_id=uuid4(), account_id=alice.pk, text="How?", how="app", now=clock.now()
    )


@pytest.mark.parametrize("role", Role)
def test_is_for_support_only(ticket, role):
    names = [act.name for act in acts_for(ticket, role)]
    texts = [one.text for one in told_beside(ticket, role)]
    assert (names, texts) == ((["answer", "close"], ["How?"]) if role is Role.SUPPORT else ([], []))


def test_ends_when_it_is_closed(ticket):
    services.close_ticket(ticket_id=ticket.pk, now=clock.now())
    assert not acts_for(Ticket.objects.get(), Role.SUPPORT)
