"""What an app tells of its use, over HTTP. The answer is the same whether it is listened to or not."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from figures import access, services
from figures.access import Permission
from figures.rules import TOLD, Metric
from prifora.kernel import clock
from prifora.kernel.access import Kind
from prifora.kernel.api import Endpoint, parse


class UseIn(serializers.Serializer):
    """What was used."""

    what = serializers.ChoiceField(choices=[one.value for one in TOLD])


class Uses(Endpoint):
    """POST /me/uses."""

    permission = Permission.TELL
    kinds = (Kind.PERSON, Kind.STATION)

    @extend_schema(request=UseIn, responses={204: None}, operation_id="tellUse")
    def post(self, request: Request) -> Response:
        """Tell that I used something today. Nothing is stored unless I agreed to be counted in this."""
        body = parse(UseIn, request)
        access.may_tell(self.actor)
        services.tell_use(account_id=self.actor.id, metric=Metric(body["what"]), now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
