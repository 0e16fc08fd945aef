"""Single lines of a log over HTTP: what the server holds of one, and taking one back."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from chat import access, services
from chat.access import Permission
from chat.shapes import EntryOut, entry_shape
from prifora.kernel.access import Kind
from prifora.kernel.api import Endpoint
from prifora.kernel.errors import Absent

SEQ_MAX = 2**53
SEQ = OpenApiParameter(
    "seq", {"type": "integer", "minimum": 1, "maximum": SEQ_MAX}, OpenApiParameter.PATH, required=True
)


class EntryPage(Endpoint):
    """GET and DELETE /conversations/<id>/entries/<seq>."""

    permission = {"get": Permission.READ, "delete": Permission.ERASE}
    kinds = (Kind.PERSON, Kind.STATION)

    @extend_schema(parameters=[SEQ], responses=EntryOut, operation_id="showEntry")
    def get(self, _request: Request, conversation_id: UUID, seq: int) -> Response:
        """Show exactly what the server holds of one line."""
        found, line, record = access.entry(self.actor, conversation_id, _in_range(seq))
        return Response(EntryOut(entry_shape(found, line, record)).data)

    @extend_schema(parameters=[SEQ], responses={204: None}, operation_id="eraseMessage")
    def delete(self, _request: Request, conversation_id: UUID, seq: int) -> Response:
        """Take back a message of mine: its body and its archive record go, its number stays."""
        found = access.conversation(self.actor, conversation_id, Permission.ERASE)
        services.erase_message(conversation=found, account_id=self.actor.id, seq=_in_range(seq))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _in_range(seq: int) -> int:
    """Return a number that a log can have; no line has another."""
    if seq > SEQ_MAX:
        raise Absent
    return seq
