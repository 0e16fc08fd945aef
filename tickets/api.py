"""Asking Customer Support over HTTP; a Home Station asks for its user."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from prifora.kernel import clock
from prifora.kernel.access import Kind
from prifora.kernel.api import Endpoint, items, parse
from prifora.kernel.fields import StrictChar
from prifora.kernel.limits import Limit, enforce
from tickets import access, services
from tickets.access import Permission
from tickets.services import TEXT_MAX

EVERYBODY = (Kind.PERSON, Kind.STATION)
LISTED_MAX = 200
FEEDBACK_MAX = 2000


class SaidIn(serializers.Serializer):
    """What I ask, or say about it. `id` is new; the same again with the same `id` changes nothing."""

    id = serializers.UUIDField()
    text = StrictChar(max_length=TEXT_MAX)


class FeedbackIn(serializers.Serializer):
    """What could be better. `id` is new and random; the same again changes nothing."""

    id = serializers.UUIDField()
    text = StrictChar(max_length=FEEDBACK_MAX)


class TicketOut(serializers.Serializer):
    """A question of mine. While it is `open`, `due_on` is the last day for the answer.

    `settled_at`: since when it is answered or closed; `begins`: its first words.
    """

    id = serializers.UUIDField(source="ticket.id")
    how = serializers.ChoiceField(source="ticket.how", choices=["app", "station"])
    status = serializers.ChoiceField(source="ticket.status", choices=["open", "answered", "closed"])
    asked_at = serializers.DateTimeField(source="ticket.created_at")
    due_on = serializers.DateField(source="ticket.due_on")
    is_late = serializers.BooleanField()
    settled_at = serializers.DateTimeField(source="ticket.settled_at", allow_null=True)
    begins = serializers.CharField()


class SaidOut(serializers.Serializer):
    """A message about a question."""

    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    by = serializers.ChoiceField(choices=["person", "staff"])
    text = serializers.CharField()


TicketsOut = inline_serializer("Tickets", {"items": TicketOut(many=True)})


class ThreadOut(serializers.Serializer):
    """A question of mine, and what was said about it, oldest first."""

    ticket = TicketOut()
    messages = SaidOut(many=True)


class Tickets(Endpoint):
    """GET and POST /me/tickets."""

    permission = {"get": Permission.READ, "post": Permission.ASK}
    kinds = EVERYBODY

    @extend_schema(responses=TicketsOut, operation_id="listTickets")
    def get(self, _request: Request) -> Response:
        """See what I asked Customer Support, newest first, and how far it is."""
        mine = access.my_tickets(self.actor)[:LISTED_MAX]
        return items(TicketOut, services.begun(mine, clock.now()))

    @extend_schema(request=SaidIn, responses={201: ThreadOut}, operation_id="startTicket")
    def post(self, request: Request) -> Response:
        """Ask Customer Support something. A person answers within two working days."""
        body = parse(SaidIn, request)
        me = access.may_ask(self.actor)
        enforce(Limit.TICKET_START, str(me))
        how = "station" if self.actor.kind is Kind.STATION else "app"
        started = services.start_ticket(
            ticket_id=body["id"], account_id=me, text=body["text"], how=how, now=clock.now()
        )
        return Response(_thread(started), status=status.HTTP_201_CREATED)


class Ticket(Endpoint):
    """GET /me/tickets/<id>."""

    permission = Permission.READ
    kinds = EVERYBODY

    @extend_schema(responses=ThreadOut, operation_id="readTicket")
    def get(self, _request: Request, ticket_id: UUID) -> Response:
        """Read one question of mine and the answers."""
        return Response(_thread(access.my_ticket(self.actor, ticket_id, Permission.READ)))


class TicketMessages(Endpoint):
    """POST /me/tickets/<id>/messages."""

    permission = Permission.WRITE
    kinds = EVERYBODY

    @extend_schema(request=SaidIn, responses={201: ThreadOut}, operation_id="addToTicket")
    def post(self, request: Request, ticket_id: UUID) -> Response:
        """Add something to a question of mine; one that was answered or closed waits for an answer again."""
        body = parse(SaidIn, request)
        mine = access.my_ticket(self.actor, ticket_id, Permission.WRITE)
        enforce(Limit.TICKET_WRITE, str(mine.account_id))
        added = services.add_message(
            ticket_id=mine.pk, message_id=body["id"], text=body["text"], now=clock.now()
        )
        return Response(_thread(added), status=status.HTTP_201_CREATED)


class TicketEnd(Endpoint):
    """POST /me/tickets/<id>/close."""

    permission = Permission.WRITE
    kinds = EVERYBODY

    @extend_schema(request=None, responses=ThreadOut, operation_id="closeTicket")
    def post(self, _request: Request, ticket_id: UUID) -> Response:
        """Say that my question is done."""
        mine = access.my_ticket(self.actor, ticket_id, Permission.WRITE)
        return Response(_thread(services.close_ticket(ticket_id=mine.pk, now=clock.now())))


class Feedback(Endpoint):
    """POST /me/feedback."""

    permission = Permission.TELL
    kinds = (Kind.PERSON,)

    @extend_schema(request=FeedbackIn, responses={204: None}, operation_id="giveFeedback")
    def post(self, request: Request) -> Response:
        """Say what could be better, without a name: it is kept apart from who I am."""
        body = parse(FeedbackIn, request)
        enforce(Limit.FEEDBACK, str(access.may_tell(self.actor)))
        services.give_feedback(feedback_id=body["id"], text=body["text"], now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _thread(ticket: Any) -> dict[str, Any]:
    (told,) = services.begun([ticket], clock.now())
    return ThreadOut({"ticket": told, "messages": services.messages_of(ticket)}).data
