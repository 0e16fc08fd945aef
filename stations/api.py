"""Home Stations over HTTP: what relatives do with them."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from prifora.kernel import clock
from prifora.kernel.access import Kind
from prifora.kernel.api import Endpoint, items, parse
from prifora.kernel.errors import StatementRefused
from prifora.kernel.fields import Base64Field, StrictChar
from prifora.kernel.limits import Limit, enforce, refuse_if_spent
from stations import access, services
from stations.access import Permission
from stations.rules import hidden_mac, is_online

EVERYBODY = (Kind.PERSON, Kind.STATION)


class FindIn(serializers.Serializer):
    """What the client derived from the code on the screen."""

    lookup = Base64Field(exactly=16)


class FoundOut(serializers.Serializer):
    """The device that waits under a code."""

    id = serializers.UUIDField()
    proof = Base64Field()
    box_key = Base64Field()
    auth_key = Base64Field()
    aik = Base64Field(allow_null=True)
    model = serializers.CharField()
    requested_at = serializers.DateTimeField()


class PairedIn(serializers.Serializer):
    """The relative's statement: these keys were made on the device I pair, for its user."""

    kind = serializers.ChoiceField(choices=["paired"])
    by = serializers.UUIDField()
    by_aik = Base64Field(exactly=32)
    aik = Base64Field(exactly=32)
    by_signature = Base64Field(exactly=64)


class StationIn(serializers.Serializer):
    """The relative's answer to a waiting device."""

    pairing_id = serializers.UUIDField()
    name = StrictChar(max_length=60)
    box = Base64Field(at_least=48, at_most=4096)
    proof = Base64Field(exactly=32)
    admission = PairedIn(required=False)


class NameIn(serializers.Serializer):
    """A name."""

    name = StrictChar(max_length=60)


class StationOut(serializers.Serializer):
    """A Home Station of one of my families."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    model = serializers.CharField()
    mac_address = serializers.CharField(allow_null=True)
    network = serializers.CharField()
    online = serializers.BooleanField()
    last_seen_at = serializers.DateTimeField(allow_null=True)
    paired_at = serializers.DateTimeField()
    wipe = serializers.CharField()


StationsOut = inline_serializer("Stations", {"items": StationOut(many=True)})


class FindPairing(Endpoint):
    """POST /pairings/find."""

    permission = Permission.PAIR

    @extend_schema(request=FindIn, responses=FoundOut, operation_id="findPairing")
    def post(self, request: Request) -> Response:
        """Find the device that shows this code; five wrong codes in a quarter of an hour are the limit."""
        body = parse(FindIn, request)
        access.may_pair(self.actor)
        refuse_if_spent(Limit.PAIRING_WRONG_CODE, str(self.actor.id))
        pairing = access.waiting_pairing(body["lookup"], clock.now())
        if pairing is None:
            enforce(Limit.PAIRING_WRONG_CODE, str(self.actor.id))
            raise services.PairingUnknown
        shape = {
            "id": pairing.pk,
            "proof": bytes(pairing.proof),
            "box_key": bytes(pairing.box_key),
            "auth_key": bytes(pairing.auth_key),
            "aik": bytes(pairing.aik) if pairing.aik else None,
            "model": services.waiting_card(pairing).get("model", ""),
            "requested_at": pairing.created_at,
        }
        return Response(FoundOut(shape).data)


class Stations(Endpoint):
    """GET and POST /families/<id>/stations."""

    permission = {"get": Permission.READ, "post": Permission.PAIR}
    kinds = EVERYBODY

    @extend_schema(responses=StationsOut, operation_id="listStations")
    def get(self, _request: Request, family_id: UUID) -> Response:
        """List the Home Stations of a family of mine."""
        rows = [station_shape(one) for one in access.stations_in(self.actor, family_id)]
        return items(StationOut, rows)

    @extend_schema(request=StationIn, responses={201: StationOut}, operation_id="pairStation")
    def post(self, request: Request, family_id: UUID) -> Response:
        """Make the waiting device the Home Station of this family."""
        self.actor.only(Kind.PERSON)
        body = parse(StationIn, request)
        access.may_pair_in(self.actor, family_id)
        station = services.approve_pairing(
            family_id=family_id,
            pairing_id=body["pairing_id"],
            name=body["name"],
            box=body["box"],
            box_proof=body["proof"],
            admission=self._own(body.get("admission")),
            now=clock.now(),
        )
        return Response(StationOut(station_shape(station)).data, status=status.HTTP_201_CREATED)

    def _own(self, admission: dict[str, Any] | None) -> dict[str, Any] | None:
        """Return what I state about the keys; nobody states it in another's name."""
        if admission is None:
            return None
        if admission["by"] != self.actor.id:
            raise StatementRefused
        return {name: admission[name] for name in ("by", "by_aik", "aik", "by_signature")}


class StationPage(Endpoint):
    """PATCH and DELETE /families/<id>/stations/<id>."""

    permission = Permission.MANAGE

    @extend_schema(request=NameIn, responses=StationOut, operation_id="renameStation")
    def patch(self, request: Request, family_id: UUID, station_id: UUID) -> Response:
        """Give a Home Station another name."""
        body = parse(NameIn, request)
        station = access.managed(self.actor, family_id, station_id, Permission.MANAGE)
        return Response(StationOut(station_shape(services.rename(station=station, name=body["name"]))).data)

    @extend_schema(responses={204: None}, operation_id="unpairStation")
    def delete(self, _request: Request, family_id: UUID, station_id: UUID) -> Response:
        """Take a Home Station out of the family; it forgets everything."""
        station = access.managed(self.actor, family_id, station_id, Permission.MANAGE)
        services.unpair(station=station, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class WipeStation(Endpoint):
    """POST /families/<id>/stations/<id>/wipe."""

    permission = Permission.MANAGE

    @extend_schema(request=None, responses={204: None}, operation_id="wipeStation")
    def post(self, _request: Request, family_id: UUID, station_id: UUID) -> Response:
        """Have a Home Station forget everything, wherever it is."""
        services.ask_wipe(station=access.managed(self.actor, family_id, station_id, Permission.MANAGE))
        return Response(status=status.HTTP_204_NO_CONTENT)


def station_shape(station: Any) -> dict[str, Any]:
    """Return a Home Station as its family sees it; of the MAC address only the end."""
    card = services.card_of(station)
    return {
        "id": station.pk,
        "name": card.get("name", ""),
        "model": card.get("model", ""),
        "mac_address": hidden_mac(card.get("mac_address")),
        "network": station.network,
        "online": is_online(station.last_seen_at, clock.now()),
        "last_seen_at": station.last_seen_at,
        "paired_at": station.created_at,
        "wipe": station.wipe,
    }
