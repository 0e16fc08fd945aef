"""Albums over HTTP: what is in them is sealed, who may see them is not."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from media import access, services
from media.access import Permission
from media.api import EVERYBODY
from media.models import AlbumKind
from media.services import ITEMS_MAX
from media.shapes import ROLES, AlbumOut, AlbumsOut, albums_shape
from prifora.kernel import clock
from prifora.kernel.api import Endpoint, items, parse, parse_query
from prifora.kernel.fields import Base64Field
from prifora.kernel.limits import Limit, enforce

DETAILS_MAX_BYTES = 1024**2
PEOPLE_MAX = 100
VERSION_MAX = 2**31 - 1
GIVEN_ROLES = [one for one in ROLES if one[1] != "owner"]


class BoxShape(serializers.Serializer):
    """The key of an album, boxed for one account and signed by my device."""

    account_id = serializers.UUIDField()
    box = Base64Field(at_least=48, at_most=256)
    signature = Base64Field(exactly=64)


class ShareShape(BoxShape):
    """Who may see or add, and the key for them."""

    role = serializers.ChoiceField(choices=ROLES)


class AlbumIn(serializers.Serializer):
    """A new album, of version 1; `shares` has me as its owner."""

    id = serializers.UUIDField()
    family_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=AlbumKind.choices)
    no_forward = serializers.BooleanField()
    details = Base64Field(at_least=28, at_most=DETAILS_MAX_BYTES)
    shares = ShareShape(many=True, max_length=PEOPLE_MAX)  # type: ignore[call-arg]


class FamilyQuery(serializers.Serializer):
    """Whose albums."""

    family = serializers.UUIDField()


class DetailsIn(serializers.Serializer):
    """Title and order of an album, sealed under its present version."""

    version = serializers.IntegerField(min_value=1, max_value=VERSION_MAX)
    details_rev = serializers.IntegerField(min_value=1, max_value=VERSION_MAX)
    details = Base64Field(at_least=28, at_most=DETAILS_MAX_BYTES)


class DetailsChangeIn(DetailsIn):
    """Title and order, sealed; from the owner also whether others may copy what is in it."""

    no_forward = serializers.BooleanField(required=False)


class ShareChangeIn(serializers.Serializer):
    """What somebody may do from now on, and the key of a version for them."""

    role = serializers.ChoiceField(choices=GIVEN_ROLES)
    version = serializers.IntegerField(min_value=1, max_value=VERSION_MAX)
    box = Base64Field(at_least=48, at_most=256)
    signature = Base64Field(exactly=64)


class KeyShape(serializers.Serializer):
    """The file key of an item, wrapped under a new version."""

    item_id = serializers.UUIDField()
    sealed_key = Base64Field(at_least=48, at_most=256)


class VersionIn(DetailsIn):
    """A new key for an album: exactly all its members, and exactly all its items."""

    boxes = BoxShape(many=True, max_length=PEOPLE_MAX)  # type: ignore[call-arg]
    keys = KeyShape(many=True, max_length=ITEMS_MAX)  # type: ignore[call-arg]


class StorageOut(serializers.Serializer):
    """How much of a family is stored and may be, in bytes; `used` has uploads on their way in it."""

    used = serializers.IntegerField()
    quota = serializers.IntegerField()
    files = serializers.IntegerField()


class Albums(Endpoint):
    """POST and GET /albums."""

    permission = {"post": Permission.MAKE, "get": Permission.READ}
    kinds = EVERYBODY

    @extend_schema(request=AlbumIn, responses={201: AlbumOut}, operation_id="makeAlbum")
    def post(self, request: Request) -> Response:
        """Make an album and share it. The same again gets the same answer."""
        body = parse(AlbumIn, request)
        device_id = access.in_family(self.actor, body["family_id"], Permission.MAKE)
        enforce(Limit.ALBUM_MAKE, str(self.actor.id))
        body["album_id"] = body.pop("id")
        album = services.make_album(**body, owner_id=self.actor.id, device_id=device_id, now=clock.now())
        return _album(self, album, status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[OpenApiParameter("family", UUID, required=True)],
        responses=AlbumsOut,
        operation_id="listAlbums",
    )
    def get(self, request: Request) -> Response:
        """List the albums of a family that are shared with me."""
        self.actor.device()
        found = access.albums(self.actor, parse_query(FamilyQuery, request)["family"])
        return items(AlbumOut, albums_shape(found, self.actor.id))


class AlbumPage(Endpoint):
    """GET and DELETE /albums/<id>."""

    permission = {"get": Permission.READ, "delete": Permission.END}
    kinds = EVERYBODY

    @extend_schema(responses=AlbumOut, operation_id="getAlbum")
    def get(self, _request: Request, album_id: UUID) -> Response:
        """Fetch one album."""
        return _album(self, access.album(self.actor, album_id, Permission.READ))

    @extend_schema(responses={204: None}, operation_id="endAlbum")
    def delete(self, _request: Request, album_id: UUID) -> Response:
        """Delete an album of mine with everything in it."""
        access.album(self.actor, album_id, Permission.END)
        services.end_album(album_id=album_id, account_id=self.actor.id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Details(Endpoint):
    """PUT /albums/<id>/details."""

    permission = Permission.EDIT
    kinds = EVERYBODY

    @extend_schema(request=DetailsChangeIn, responses=AlbumOut, operation_id="changeAlbum")
    def put(self, request: Request, album_id: UUID) -> Response:
        """Change title and order of an album; its owner also whether others may copy what is in it."""
        access.album(self.actor, album_id, Permission.EDIT)
        body = parse(DetailsChangeIn, request)
        album = services.change_details(album_id=album_id, account_id=self.actor.id, **body)
        return _album(self, album)


class Member(Endpoint):
    """PUT and DELETE /albums/<id>/members/<account>."""

    permission = {"put": Permission.SHARE, "delete": Permission.LEAVE}
    kinds = EVERYBODY

    @extend_schema(request=ShareChangeIn, responses={204: None}, operation_id="shareAlbum")
    def put(self, request: Request, album_id: UUID, account_id: UUID) -> Response:
        """Let somebody of the family see my album, or add to it."""
        album = access.album(self.actor, album_id, Permission.SHARE)
        body: dict[str, Any] = {**parse(ShareChangeIn, request), "account_id": account_id}
        services.set_member(
            place=album,
            owner_id=self.actor.id,
            device_id=self.actor.device(),
            share=body,
            version=body["version"],
            now=clock.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses={204: None}, operation_id="unshareAlbum")
    def delete(self, _request: Request, album_id: UUID, account_id: UUID) -> Response:
        """Take somebody out of my album, or leave somebody else's."""
        access.membership(self.actor, album_id, account_id)
        services.remove_member(album_id=album_id, by=self.actor.id, account_id=account_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Versions(Endpoint):
    """POST /albums/<id>/versions."""

    permission = Permission.RENEW
    kinds = EVERYBODY
    body: dict[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Read the keys of up to 20,000 items before the transaction of the handler begins."""
        super().initial(request, *args, **kwargs)
        if request.method == "POST":
            access.album(self.actor, kwargs["album_id"], Permission.RENEW)
            self.body = parse(VersionIn, request)

    @extend_schema(request=VersionIn, responses=AlbumOut, operation_id="renewAlbum")
    def post(self, _request: Request, album_id: UUID) -> Response:
        """Give an album a new key, because somebody is out."""
        access.album(self.actor, album_id, Permission.RENEW)
        keys = {one["item_id"]: one["sealed_key"] for one in self.body.pop("keys")}
        album = services.renew_album(
            album_id=album_id,
            account_id=self.actor.id,
            device_id=self.actor.device(),
            keys=keys,
            now=clock.now(),
            **self.body,
        )
        return _album(self, album)


class StoragePage(Endpoint):
    """GET /families/<id>/storage."""

    permission = Permission.MEASURE
    kinds = EVERYBODY

    @extend_schema(responses=StorageOut, operation_id="getStorage")
    def get(self, _request: Request, family_id: UUID) -> Response:
        """Say how much of the family is stored, and how much may be."""
        access.in_family(self.actor, family_id, Permission.MEASURE)
        return Response(StorageOut(services.storage_of(family_id)).data)


def _album(endpoint: Endpoint, album: Any, code: int = status.HTTP_200_OK) -> Response:
    """Answer with an album as the actor sees it."""
    return Response(AlbumOut(albums_shape([album], endpoint.actor.id)[0]).data, status=code)
