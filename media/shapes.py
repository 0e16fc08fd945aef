"""How albums, items and remarks look on the wire; the number of queries does not grow with them."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, Sum
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field, inline_serializer
from rest_framework import serializers

from accounts.access import certificates_of
from media.models import Album, AlbumBox, AlbumKind, Item, Remark, Share, ShareRole
from prifora.kernel.fields import Base64Field

ROLES = [(ShareRole.OWNER, "owner"), (ShareRole.CONTRIBUTOR, "contributor"), (ShareRole.VIEWER, "viewer")]
PART_NAMES = ("original", "view", "thumb", "poster")


class DeviceOut(serializers.Serializer):
    """Which device signed it, also when it has ended since; keys are null where it is gone."""

    device_id = serializers.UUIDField()
    signature_key = Base64Field(allow_null=True)
    certificate = Base64Field(allow_null=True)


class AlbumBoxOut(DeviceOut):
    """The key of a version, boxed for me."""

    version = serializers.IntegerField()
    box = Base64Field()
    signature = Base64Field()
    by = serializers.UUIDField(allow_null=True)


class MyShareOut(serializers.Serializer):
    """What I may do in an album, and its keys, oldest first."""

    role = serializers.ChoiceField(choices=ROLES)
    boxes = AlbumBoxOut(many=True)


class SharedWithOut(serializers.Serializer):
    """Somebody an album is shared with."""

    account_id = serializers.UUIDField()
    role = serializers.ChoiceField(choices=ROLES)


class AlbumOut(serializers.Serializer):
    """An album that is shared with me; its title is in `details`, sealed."""

    id = serializers.UUIDField()
    family_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=AlbumKind.choices)
    owner_id = serializers.UUIDField(allow_null=True)
    no_forward = serializers.BooleanField()
    version = serializers.IntegerField()
    rev = serializers.IntegerField()
    details = Base64Field()
    details_rev = serializers.IntegerField()
    stale = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    my = MyShareOut()
    members = SharedWithOut(many=True)
    count = serializers.IntegerField()
    bytes = serializers.IntegerField()


class PartOut(serializers.Serializer):
    """Sealed bytes of an item."""

    name = serializers.ChoiceField(choices=PART_NAMES)
    size = serializers.IntegerField()


class ItemOut(DeviceOut):
    """A photo, film or sound, sealed; the device is the one that signed `sealed_meta`."""

    id = serializers.UUIDField()
    rev = serializers.IntegerField()
    author_id = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField()
    sealed_key = Base64Field()
    sealed_meta = Base64Field()
    parts = PartOut(many=True)
    created_at = serializers.DateTimeField()


class RemarkOut(DeviceOut):
    """What somebody said about an item, sealed and signed."""

    id = serializers.UUIDField()
    rev = serializers.IntegerField()
    item_id = serializers.UUIDField()
    author_id = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField()
    sealed = Base64Field()
    signature = Base64Field()
    created_at = serializers.DateTimeField()


class RemovedOut(serializers.Serializer):
    """What was removed."""

    id = serializers.UUIDField()
    rev = serializers.IntegerField()
    removed = serializers.BooleanField()


def _lines(name: str, shape: type[serializers.Serializer]) -> Any:
    one_of = PolymorphicProxySerializer(
        component_name=name, serializers=[shape, RemovedOut], resource_type_field_name=None
    )
    field = extend_schema_field(one_of)(type(f"{name}Field", (serializers.Field,), {}))
    return serializers.ListField(child=field())


def _page(name: str, shape: type[serializers.Serializer]) -> Any:
    numbers = {one: serializers.IntegerField() for one in ("rev", "forgotten_rev")}
    return inline_serializer(f"{name}s", {"items": _lines(f"{name}Line", shape), **numbers})


AlbumsOut = inline_serializer("Albums", {"items": AlbumOut(many=True)})
ItemsOut = _page("Item", ItemOut)
RemarksOut = _page("Remark", RemarkOut)


def albums_shape(albums: list[Album], account_id: UUID) -> list[dict[str, Any]]:
    """Return albums as somebody they are shared with sees them."""
    ids = [one.pk for one in albums]
    shares = list(Share.objects.filter(album_id__in=ids).order_by("created_at", "id"))
    boxes = AlbumBox.objects.filter(album_id__in=ids, account_id=account_id).order_by("version")
    boxed = _with_devices(boxes, _box_shape)
    sizes: dict[UUID, Any] = {
        row["album_id"]: row
        for row in Item.objects.filter(album_id__in=ids)
        .values("album_id")
        .annotate(count=Count("pk", distinct=True), bytes=Sum("parts__part__size"))
    }
    return [
        {
            **{name: getattr(one, name) for name in _COLUMNS},
            "my": {
                "role": next(
                    (s.role for s in shares if s.album_id == one.pk and s.account_id == account_id), ""
                ),
                "boxes": [shape for row, shape in boxed if row.album_id == one.pk],
            },
            "members": [share for share in shares if share.album_id == one.pk],
            "count": sizes.get(one.pk, {}).get("count", 0),
            "bytes": sizes.get(one.pk, {}).get("bytes") or 0,
        }
        for one in albums
    ]


_COLUMNS = (
    "id",
    "family_id",
    "kind",
    "owner_id",
    "no_forward",
    "version",
    "rev",
    "details",
    "details_rev",
    "stale",
    "created_at",
)


def items_shape(items: Iterable[Item]) -> list[dict[str, Any]]:
    """Return items with their parts, in the order they come."""
    return [shape for _row, shape in _with_devices(items, _item_shape)]


def remarks_shape(remarks: Iterable[Remark]) -> list[dict[str, Any]]:
    """Return remarks, in the order they come."""
    return [shape for _row, shape in _with_devices(remarks, _remark_shape)]


def page_shape(lines: Iterable[Any], gone: Iterable[Any], album: Album, limit: int) -> dict[str, Any]:
    """Return the first `limit` changes of both kinds in the order of `rev`, and where to go on.

    `album` was read before them: whatever has a number up to its `rev` was there to be found.
    """
    removed = [{"id": str(one.gone_id), "rev": one.rev, "removed": True} for one in gone]
    both = sorted([*lines, *removed], key=lambda one: one["rev"])
    page = both[:limit]
    seen = [one["rev"] for one in page]
    rev = seen[-1] if len(both) >= limit else max([album.rev, *seen])
    return {"items": page, "rev": rev, "forgotten_rev": album.forgotten_rev}


def _with_devices(
    rows: Iterable[Any], shape: Callable[[Any], dict[str, Any]]
) -> list[tuple[Any, dict[str, Any]]]:
    known = list(rows)
    devices = certificates_of(one.device_ref for one in known)
    return [
        (one, {**shape(one), **_device_shape(one.device_ref, devices.get(one.device_ref))}) for one in known
    ]


def _device_shape(device_id: UUID, device: Any) -> dict[str, Any]:
    return {
        "device_id": device_id,
        "signature_key": device and device.signature_key,
        "certificate": device and device.certificate,
    }


def _box_shape(box: AlbumBox) -> dict[str, Any]:
    return {"version": box.version, "box": box.box, "signature": box.signature, "by": box.giver_id}


def _item_shape(item: Item) -> dict[str, Any]:
    parts = sorted(item.parts.all(), key=lambda one: PART_NAMES.index(one.name))
    return {
        "id": item.pk,
        "rev": item.rev,
        "author_id": item.author_id,
        "version": item.version,
        "sealed_key": item.sealed_key,
        "sealed_meta": item.sealed_meta,
        "parts": [{"name": one.name, "size": one.part.size} for one in parts],
        "created_at": item.created_at,
    }


def _remark_shape(remark: Remark) -> dict[str, Any]:
    names = ("id", "rev", "item_id", "author_id", "version", "sealed", "signature", "created_at")
    return {name: getattr(remark, name) for name in names}
