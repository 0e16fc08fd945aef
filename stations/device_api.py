"""Home Stations over HTTP: what the device itself says."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from prifora.kernel import clock
from prifora.kernel.access import Kind
from prifora.kernel.api import Endpoint, Public, address_of, parse
from prifora.kernel.fields import AuthKeyField, Base64Field, StrictChar
from prifora.kernel.limits import Limit, enforce
from prifora.kernel.problems import ProblemOut
from prifora.kernel.shapes import PollIn, PollOut
from stations import access, services
from stations.access import Permission

NETWORKS = ("ethernet", "wifi", "offline", "unknown")


class PairingPollOut(PollOut):
    """The same, and where the Home Station belongs."""

    station_id = serializers.UUIDField(required=False)
    account_id = serializers.UUIDField(required=False)
    family_id = serializers.UUIDField(required=False)


class MacField(serializers.RegexField):
    """A MAC address as six pairs of hexadecimal digits with colons."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(r"^([0-9a-f]{2}:){5}[0-9a-f]{2}$", **kwargs)  # type: ignore[arg-type]


class PairingIn(serializers.Serializer):
    """A new device that shows a code."""

    id = serializers.UUIDField()
    lookup = Base64Field(exactly=16)
    proof = Base64Field(exactly=32)
    box_key = Base64Field(exactly=32)
    auth_key = AuthKeyField()
    aik = Base64Field(exactly=32, required=False)
    mac_address = MacField(required=False)
    model = StrictChar(max_length=60, required=False)


class PairingOut(serializers.Serializer):
    """How long the code lasts."""

    id = serializers.UUIDField()
    expires_at = serializers.DateTimeField()


class ChallengeIn(serializers.Serializer):
    """Which station wants to sign in."""

    station_id = serializers.UUIDField()


class ChallengeOut(serializers.Serializer):
    """What it must sign."""

    nonce = Base64Field()


class SignInIn(serializers.Serializer):
    """The signed challenge."""

    station_id = serializers.UUIDField()
    nonce = Base64Field(exactly=32)
    signature = Base64Field(exactly=64)


class SignInOut(serializers.Serializer):
    """Whose station it is."""

    account_id = serializers.UUIDField(source="user_id")
    family_id = serializers.UUIDField()
    device_id = serializers.UUIDField(allow_null=True)


class HeartbeatIn(serializers.Serializer):
    """How the station is doing."""

    network = serializers.ChoiceField(choices=NETWORKS)
    signal = serializers.IntegerField(min_value=0, max_value=100, required=False)
    mac_address = MacField(required=False)


class HeartbeatOut(serializers.Serializer):
    """Whether it must forget everything."""

    wipe = serializers.BooleanField()


class Pairings(Endpoint):
    """POST /pairings."""

    permission = Public("a new device has no account")

    @extend_schema(request=PairingIn, responses={201: PairingOut}, operation_id="startPairing")
    def post(self, request: Request) -> Response:
        """Wait under a code that a relative will enter."""
        body = parse(PairingIn, request)
        enforce(Limit.PAIRING_START, address_of(request))
        pairing = services.start_pairing(
            pairing_id=body["id"],
            lookup=body["lookup"],
            proof=body["proof"],
            box_key=body["box_key"],
            auth_key=body["auth_key"],
            aik=body.get("aik"),
            card={name: body[name] for name in ("mac_address", "model") if name in body},
            now=clock.now(),
        )
        return Response(PairingOut(pairing).data, status=status.HTTP_201_CREATED)


class PollPairing(Endpoint):
    """POST /pairings/<id>/poll."""

    permission = Public("the waiting device proves itself with its key")

    @extend_schema(request=PollIn, responses=PairingPollOut, operation_id="pollPairing")
    def post(self, request: Request, pairing_id: UUID) -> Response:
        """Ask whether somebody entered my code."""
        body = parse(PollIn, request)
        enforce(Limit.PAIRING_POLL, str(pairing_id))
        answer = services.poll_pairing(
            pairing=access.pairing(pairing_id),
            message=f"prifora pairing poll|{pairing_id}|{body['at']}".encode(),
            signature=body["signature"],
            now=clock.now(),
        )
        return Response(PairingPollOut(answer).data)


class Challenges(Endpoint):
    """POST /stations/challenge."""

    permission = Public("a station signs in with its key")

    @extend_schema(request=ChallengeIn, responses=ChallengeOut, operation_id="challengeStation")
    def post(self, request: Request) -> Response:
        """Fetch something to sign."""
        body = parse(ChallengeIn, request)
        enforce(Limit.STATION_SIGN_IN, address_of(request))
        return Response(
            ChallengeOut(
                {"nonce": services.make_challenge(station_id=body["station_id"], now=clock.now())}
            ).data
        )


class SignIn(Endpoint):
    """POST /stations/sign-in."""

    permission = Public("a station signs in with its key")

    @extend_schema(
        request=SignInIn, responses={200: SignInOut, 410: ProblemOut}, operation_id="signInStation"
    )
    def post(self, request: Request) -> Response:
        """Sign in with the device's key, without anybody typing."""
        body = parse(SignInIn, request)
        enforce(Limit.STATION_SIGN_IN, address_of(request))
        station = services.prove(**body, now=clock.now())
        return Response(SignInOut(services.sign_in(request=request, station=station, now=clock.now())).data)


class Wiped(Endpoint):
    """POST /stations/me/wiped."""

    permission = Public("a station that forgot everything still proves itself with its key")

    @extend_schema(request=SignInIn, responses={204: None}, operation_id="confirmWipe")
    def post(self, request: Request) -> Response:
        """Confirm that everything is forgotten."""
        body = parse(SignInIn, request)
        enforce(Limit.STATION_SIGN_IN, address_of(request))
        services.confirm_wipe(station=services.prove(**body, now=clock.now()))
        return Response(status=status.HTTP_204_NO_CONTENT)


class Heartbeats(Endpoint):
    """POST /stations/me/heartbeat."""

    permission = Permission.REPORT
    kinds = (Kind.STATION,)

    @extend_schema(request=HeartbeatIn, responses=HeartbeatOut, operation_id="reportHeartbeat")
    def post(self, request: Request) -> Response:
        """Say how I am doing."""
        body = parse(HeartbeatIn, request)
        station = services.heartbeat(
            station=access.mine(self.actor),
            network=body["network"],
            signal=body.get("signal"),
            mac_address=body.get("mac_address"),
            now=clock.now(),
        )
        return Response(HeartbeatOut({"wipe": station.wipe == "asked"}).data)
