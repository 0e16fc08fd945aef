"""Accounts over HTTP: coming back with the recovery sheet."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import access, services
from prifora.kernel import clock
from prifora.kernel.api import Endpoint, Public, address_of, parse
from prifora.kernel.fields import Base64Field, StrictChar
from prifora.kernel.limits import Limit, enforce


class SheetChallengeIn(serializers.Serializer):
    """A username, e-mail address or phone number."""

    login = StrictChar(max_length=254)


class SheetChallengeOut(serializers.Serializer):
    """What the key of the sheet must sign."""

    nonce = Base64Field()


class SheetSignInIn(serializers.Serializer):
    """The signed challenge, with the name as it was typed."""

    login = StrictChar(max_length=254)
    nonce = Base64Field(exactly=32)
    signature = Base64Field(exactly=64)


class SheetChallenge(Endpoint):
    """POST /recovery/challenge."""

    permission = Public("who lost every device comes back with the sheet; answers alike for all names")

    @extend_schema(request=SheetChallengeIn, responses=SheetChallengeOut, operation_id="challengeSheet")
    def post(self, request: Request) -> Response:
        """Fetch a random value to sign with the key of my recovery sheet."""
        parse(SheetChallengeIn, request)
        enforce(Limit.SHEET_CHALLENGE, address_of(request))
        nonce = services.make_sheet_challenge(now=clock.now())
        return Response(SheetChallengeOut({"nonce": nonce}).data)


class SheetSignIn(Endpoint):
    """POST /recovery/sign-in."""

    permission = Public("the key of the recovery sheet proves who asks")

    @extend_schema(request=SheetSignInIn, responses={204: None}, operation_id="signInWithSheet")
    def post(self, request: Request) -> Response:
        """Come back with my recovery sheet; for 15 minutes I may set a new password."""
        body = parse(SheetSignInIn, request)
        enforce(Limit.SHEET_SIGN_IN, address_of(request))
        enforce(Limit.SHEET_LOGIN, access.login_name(body["login"]))
        services.sign_in_with_sheet(
            request=request._request,
            login=body["login"],
            nonce=body["nonce"],
            signature=body["signature"],
            now=clock.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
