"""Who may ask and read what: everybody their own questions, nobody else's."""

from uuid import UUID

from django.db.models import QuerySet

from prifora.kernel import access
from prifora.kernel.access import Actor
from prifora.kernel.errors import Absent
from tickets.models import Ticket


class Permission(access.Permission):
    """What tickets lets people and Home Stations do."""

    READ = "tickets:ticket:read"
    ASK = "tickets:ticket:start"
    WRITE = "tickets:ticket:change"
    TELL = "tickets:feedback:give"


def my_tickets(actor: Actor) -> QuerySet[Ticket]:
    """Return what the actor asked, newest first."""
    actor.grant(Permission.READ)
    return Ticket.objects.filter(account_id=actor.id).order_by("-created_at", "-id")


def may_ask(actor: Actor) -> UUID:
    """Return for whom the actor may ask something: for themselves."""
    actor.grant(Permission.ASK)
    return actor.id


def may_tell(actor: Actor) -> UUID:
    """Return who says what could be better: for a limit only, it is not kept."""
    actor.grant(Permission.TELL)
    return actor.id


def my_ticket(actor: Actor, ticket_id: UUID, permission: Permission) -> Ticket:
    """Return a question of the actor; raise Absent for any other."""
    ticket = Ticket.objects.filter(pk=ticket_id, account_id=actor.id).first()
    if ticket is None:
        raise Absent
    actor.grant(permission)
    return ticket
