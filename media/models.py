"""Pictures of people; albums with what is in them, and uploads on their way."""

from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from media.foreign import UPLOAD_KEPT
from prifora.kernel.ids import new_id
from prifora.kernel.models import Row
from prifora.kernel.policy import Category, Erase, Held, Policy, Purpose, Seen, running

TOMBSTONE_KEPT = timedelta(days=60)
"""For how long a device that was away still hears that something was removed."""

_ACCOUNT = settings.AUTH_USER_MODEL
_FAMILY = "contacts.Family"
_GRAPH = Held(Category.RELATION, Purpose.MESSAGING, export=False)
_NAMED = replace(_GRAPH, on_erase=Erase.BLANK)
_SEALED = Held(Category.CIPHERTEXT, Purpose.MESSAGING, Seen.BY_MEMBERS)
_SIGNED = Held(Category.PUBLIC_KEY, Purpose.MESSAGING, export=False)
_DEVICE = Held(Category.DEVICE, Purpose.MESSAGING)
_TIME = Held(Category.TIMING, Purpose.MESSAGING, export=False)


class Portrait(Row):
    """A person's picture, sealed under their own key. `version` changes whenever the picture does."""

    account = models.OneToOneField(_ACCOUNT, models.CASCADE, related_name="+")
    version = models.UUIDField(default=new_id)
    sealed = models.BinaryField()

    policy = Policy(
        subject="account",
        keep=None,
        fields={
            "account": Held(Category.RELATION, Purpose.ACCOUNT, export=False),
            "version": running(),
            "sealed": Held(Category.IMAGE, Purpose.ACCOUNT, Seen.SEALED, on_erase=Erase.SHRED),
        },
    )


class AlbumKind(models.TextChoices):
    """What an album is for."""

    ALBUM = "album"
    PLAYLIST = "playlist"
    SLIDESHOW = "slideshow"


class ShareRole(models.TextChoices):
    """What somebody may do in an album."""

    OWNER = "owner"
    CONTRIBUTOR = "contributor"
    VIEWER = "viewer"


class Upload(Row):
    """A part on its way. Its bytes lie under its id in a folder of this machine; `received` of them count."""

    account = models.ForeignKey(_ACCOUNT, models.CASCADE, related_name="+")
    family = models.ForeignKey(_FAMILY, models.CASCADE, related_name="+")
    length = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    touched_at = models.DateTimeField(default=timezone.now)

    policy = Policy(
        subject="account",
        keep=UPLOAD_KEPT,
        clock="touched_at",
        fields={
            "account": _GRAPH,
            "family": _GRAPH,
            "length": running(),
            "received": running(),
            "touched_at": _TIME,
        },
    )


class Album(Row):
    """A collection of photos, films and sounds; its title is in `details`, sealed.

    `version` counts its keys, `rev` every change of items and remarks. `stale`: a person or a device that had
    the key is out, so a new version is due. Whoever knew less than `forgotten_rev` has missed removals.
    """

    family = models.ForeignKey(_FAMILY, models.CASCADE, related_name="+")
    owner = models.ForeignKey(_ACCOUNT, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=9, choices=AlbumKind.choices)
    no_forward = models.BooleanField()
    version = models.PositiveIntegerField(default=1)
    rev = models.BigIntegerField(default=0)
    forgotten_rev = models.BigIntegerField(default=0)
    details = models.BinaryField()
    details_rev = models.PositiveIntegerField(default=1)
    stale = models.BooleanField(default=False)

    policy = Policy(
        subject="owner",
        keep=None,
        fields={
            "family": _GRAPH,
            "owner": _GRAPH,
            "kind": running(),
            "no_forward": Held(Category.SETTING, Purpose.MESSAGING),
            "version": running(),
            "rev": running(),
            "forgotten_rev": running(),
            "details": _SEALED,
            "details_rev": running(),
            "stale": running(),
        },
    )


class Share(Row):
    """Somebody may see an album, add to it, or made it."""

    album = models.ForeignKey(Album, models.CASCADE, related_name="shares")
    account = models.ForeignKey(_ACCOUNT, models.CASCADE, related_name="+")
    role = models.CharField(max_length=11, choices=ShareRole.choices)

    policy = Policy(
        subject="account",
        keep=None,
        fields={"album": _GRAPH, "account": _GRAPH, "role": _GRAPH},
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["album", "account"], name="one_share_per_person"),
            models.UniqueConstraint(fields=["album"], condition=Q(role="owner"), name="one_owner_per_album"),
        )


class AlbumBox(Row):
    """The key of one version of an album, boxed for one account; `giver` and their device signed it."""

    album = models.ForeignKey(Album, models.CASCADE, related_name="boxes")
    account = models.ForeignKey(_ACCOUNT, models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    box = models.BinaryField(max_length=256)
    signature = models.BinaryField(max_length=64)
    giver = models.ForeignKey(_ACCOUNT, models.SET_NULL, null=True, related_name="+")
    device_ref = models.UUIDField()

    policy = Policy(
        subject="account",
        keep=None,
        fields={
            "album": _GRAPH,
            "account": _GRAPH,
            "version": running(),
            "box": _SEALED,
            "signature": _SIGNED,
            "giver": _NAMED,
            "device_ref": _DEVICE,
        },
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["album", "account", "version"], name="one_album_box_per_version"),
        )
        verbose_name_plural = "album boxes"


class Part(Row):
    """Sealed bytes of an item, kept in the store under this row's id, however many items refer to them.

    `part_id` is the id the client sealed them under; `digest` the SHA-256 of the sealed bytes.
    """

    family = models.ForeignKey(_FAMILY, models.CASCADE, related_name="+")
    part_id = models.UUIDField()
    size = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)

    policy = Policy(
        subject="",
        keep=None,
        fields={"family": running(), "part_id": running(), "size": running(), "digest": running()},
    )

    class Meta:
        indexes = (models.Index(fields=["family", "size"], name="sizes_of_a_family"),)


class Item(Row):
    """A photo, film or sound in an album: everything about it sealed under its own key, by its author."""

    album = models.ForeignKey(Album, models.CASCADE, related_name="items")
    author = models.ForeignKey(_ACCOUNT, models.SET_NULL, null=True, related_name="+")
    device_ref = models.UUIDField()
    rev = models.BigIntegerField()
    version = models.PositiveIntegerField()
    sealed_key = models.BinaryField(max_length=256)
    sealed_meta = models.BinaryField(max_length=16 * 1024)

    policy = Policy(
        subject="author",
        keep=None,
        fields={
            "album": _GRAPH,
            "author": _GRAPH,
            "device_ref": _DEVICE,
            "rev": running(),
            "version": running(),
            "sealed_key": _SEALED,
            "sealed_meta": _SEALED,
        },
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["album", "rev"], name="one_item_per_rev"),)


class ItemPart(Row):
    """Which bytes are the original, the view, the thumbnail or the poster of an item."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="parts")
    part = models.ForeignKey(Part, models.CASCADE, related_name="references")
    name = models.CharField(max_length=8)

    policy = Policy(
        subject="item__author", keep=None, fields=dict.fromkeys(("item", "part", "name"), running())
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["item", "name"], name="one_part_per_name"),)


class Remark(Row):
    """A heart, a comment, or somebody who asks to be taken off; which of these only members can read."""

    album = models.ForeignKey(Album, models.CASCADE, related_name="remarks")
    item = models.ForeignKey(Item, models.CASCADE, related_name="remarks")
    author = models.ForeignKey(_ACCOUNT, models.SET_NULL, null=True, related_name="+")
    device_ref = models.UUIDField()
    rev = models.BigIntegerField()
    version = models.PositiveIntegerField()
    sealed = models.BinaryField(max_length=8 * 1024)
    signature = models.BinaryField(max_length=64)

    policy = Policy(
        subject="author",
        keep=None,
        fields={
            "album": _GRAPH,
            "item": _GRAPH,
            "author": _GRAPH,
            "device_ref": _DEVICE,
            "rev": running(),
            "version": running(),
            "sealed": _SEALED,
            "signature": _SIGNED,
        },
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["album", "rev"], name="one_remark_per_rev"),)


class Tombstone(Row):
    """An item or a remark was removed: its id and when in the order of changes, nothing else of it."""

    album = models.ForeignKey(Album, models.CASCADE, related_name="tombstones")
    gone_id = models.UUIDField()
    is_remark = models.BooleanField()
    rev = models.BigIntegerField()

    policy = Policy(
        subject="",
        keep=TOMBSTONE_KEPT + timedelta(days=1),
        fields=dict.fromkeys(("album", "gone_id", "is_remark", "rev"), running()),
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["album", "is_remark", "rev"], name="one_tombstone_per_rev"),
        )
