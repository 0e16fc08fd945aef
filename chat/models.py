"""Conversations, who belongs to them, and the sealed log that is all the server holds of them."""

from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from prifora.kernel.models import Row
from prifora.kernel.policy import Category, Erase, Held, Kept, Policy, Purpose, Role, Seen, running

BODY_MAX_BYTES = 64 * 1024
RECORD_MAX_BYTES = 64 * 1024
BOX_MAX_BYTES = 256
DETAILS_MAX_BYTES = 4096
PACKAGES_MAX = 100
UNDELIVERED_KEPT = timedelta(days=30)
PACKAGE_KEPT = timedelta(days=90)

_ACCOUNT = settings.AUTH_USER_MODEL
_GRAPH = Held(Category.RELATION, Purpose.MESSAGING, staff=(Role.PRIVACY,))
_SEALED = Held(Category.CIPHERTEXT, Purpose.MESSAGING, Seen.BY_MEMBERS)
_NAMED = replace(_GRAPH, on_erase=Erase.BLANK)
_AUTHOR = replace(_GRAPH, on_erase=Erase.PSEUDONYM)
_AUTHORS_DEVICE = Held(Category.DEVICE, Purpose.MESSAGING, on_erase=Erase.PSEUDONYM)
_LEFT = replace(_SEALED, on_erase=Erase.PSEUDONYM)
_LEFT_TO_OTHERS = Kept(
    _("What you said to others, sealed for them, under a number without a name; unless you withdraw it."),
    "GDPR art. 6(1)(f)",
)
"""Who talked with somebody keeps what was said: it is theirs as well (docs/decisions/0025)."""


class Conversation(Row):
    """A place where people talk. Its title is in `details`, sealed."""

    family = models.ForeignKey("contacts.Family", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=[("direct", "direct"), ("group", "group")])
    everyone = models.BooleanField(default=False)
    made_by = models.ForeignKey(_ACCOUNT, models.SET_NULL, null=True, related_name="+")
    epoch = models.BigIntegerField(default=0)
    last_seq = models.BigIntegerField(default=0)
    group_info = models.BinaryField()
    details = models.BinaryField(max_length=DETAILS_MAX_BYTES)
    details_epoch = models.BigIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    policy = Policy(
        subject="",
        keep=None,
        fields={
            "family": _GRAPH,
            "kind": running(),
            "everyone": running(),
            "made_by": _NAMED,
            "epoch": running(),
            "last_seq": running(),
            "group_info": Held(Category.PUBLIC_KEY, Purpose.MESSAGING, export=False),
            "details": _SEALED,
            "details_epoch": running(),
            "ended_at": Held(Category.TIMING, Purpose.MESSAGING),
        },
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["family"], condition=Q(everyone=True, ended_at=None), name="one_for_everyone"
            ),
        )


class Membership(Row):
    """A person belongs to a conversation from `created_at` until `left_at`."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="memberships")
    member = models.ForeignKey(_ACCOUNT, models.CASCADE, related_name="+")
    left_at = models.DateTimeField(null=True)
    delivered_seq = models.BigIntegerField(default=0)

    policy = Policy(
        subject="member",
        keep=None,
        fields={
            "conversation": _GRAPH,
            "member": _GRAPH,
            "left_at": Held(Category.TIMING, Purpose.MESSAGING),
            "delivered_seq": Held(Category.TIMING, Purpose.MESSAGING),
        },
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["conversation", "member"], condition=Q(left_at=None), name="in_conversation_once"
            ),
        )


class Entry(Row):
    """One line of a conversation's log: a sealed message, a commit, or a removal the server proposes.

    `body` is empty once its author took the message back or its time was over; the line stays.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="entries", db_index=False)
    seq = models.BigIntegerField()
    kind = models.CharField(
        max_length=8, choices=[("message", "message"), ("commit", "commit"), ("proposal", "proposal")]
    )
    epoch = models.BigIntegerField()
    sender = models.ForeignKey(_ACCOUNT, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    device_ref = models.UUIDField(null=True)
    ident = models.BinaryField(max_length=32)
    body = models.BinaryField()
    expires_at = models.DateTimeField(null=True)

    policy = Policy(
        subject="sender",
        keep=UNDELIVERED_KEPT,
        fields={
            "conversation": _GRAPH,
            "seq": running(),
            "kind": running(),
            "epoch": running(),
            "sender": _AUTHOR,
            "device_ref": _AUTHORS_DEVICE,
            "ident": running(),
            "body": _LEFT,
            "expires_at": Held(Category.TIMING, Purpose.MESSAGING, on_erase=Erase.PSEUDONYM),
        },
        kept=_LEFT_TO_OTHERS,
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["conversation", "seq"], name="one_line_per_number"),
            models.UniqueConstraint(fields=["conversation", "ident"], name="one_line_per_ident"),
        )
        indexes = (
            models.Index(
                fields=["expires_at"], condition=Q(expires_at__isnull=False), name="lines_that_disappear"
            ),
            models.Index(fields=["created_at"], name="lines_by_age"),
        )
        verbose_name_plural = "entries"


class ArchiveRecord(Row):
    """A message once more, sealed under a key that a person's later devices can get."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="archive", db_index=False)
    seq = models.BigIntegerField()
    record_id = models.UUIDField()
    epoch = models.BigIntegerField()
    sender = models.ForeignKey(_ACCOUNT, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    device_ref = models.UUIDField()
    record = models.BinaryField(max_length=RECORD_MAX_BYTES)
    signature = models.BinaryField(max_length=64)

    policy = Policy(
        subject="sender",
        keep=None,
        fields={
            "conversation": _GRAPH,
            "seq": running(),
            "record_id": running(),
            "epoch": running(),
            "sender": _AUTHOR,
            "device_ref": _AUTHORS_DEVICE,
            "record": _LEFT,
            "signature": Held(Category.PUBLIC_KEY, Purpose.MESSAGING, on_erase=Erase.PSEUDONYM, export=False),
        },
        kept=_LEFT_TO_OTHERS,
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["conversation", "seq"], name="one_record_per_number"),
            models.UniqueConstraint(fields=["conversation", "record_id"], name="one_record_per_id"),
        )


class HistoryBox(Row):
    """The archive key of one epoch, sealed for one account by who made that epoch."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="history_boxes")
    epoch = models.BigIntegerField()
    account = models.ForeignKey(_ACCOUNT, models.CASCADE, related_name="+")
    device_ref = models.UUIDField()
    box = models.BinaryField(max_length=BOX_MAX_BYTES)

    policy = Policy(
        subject="account",
        keep=None,
        fields={
            "conversation": _GRAPH,
            "epoch": running(),
            "account": _GRAPH,
            "device_ref": Held(Category.DEVICE, Purpose.MESSAGING),
            "box": _SEALED,
        },
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["conversation", "epoch", "account"], name="one_box_per_epoch"),
        )
        verbose_name_plural = "history boxes"


class SealedFile(Row):
    """A file sent in a conversation. Its sealed bytes lie in media's store under the id of this row."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="files")
    file_id = models.UUIDField()
    uploader = models.ForeignKey(_ACCOUNT, models.SET_NULL, null=True, related_name="+")
    size = models.BigIntegerField()

    policy = Policy(
        subject="uploader",
        keep=None,
        fields={
            "conversation": _GRAPH,
            "file_id": running(),
            "uploader": _NAMED,
            "size": running(),
        },
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["conversation", "file_id"], name="one_file_per_id"),)


class KeyPackage(Row):
    """A device's invitation to be added to a conversation; used once, the last one again and again."""

    device = models.ForeignKey("accounts.Device", models.CASCADE, related_name="+")
    ref = models.BinaryField(max_length=32, unique=True)
    package = models.BinaryField(max_length=4096)
    is_last = models.BooleanField(default=False)

    policy = Policy(
        subject="device__account",
        keep=PACKAGE_KEPT,
        fields={
            "device": Held(Category.DEVICE, Purpose.MESSAGING, export=False),
            "ref": Held(Category.PUBLIC_KEY, Purpose.MESSAGING, export=False),
            "package": Held(Category.PUBLIC_KEY, Purpose.MESSAGING, export=False),
            "is_last": running(),
        },
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["device"], condition=Q(is_last=True), name="one_last_package"),
        )


class Claim(Row):
    """Which key package went out for whom, so that the Welcome finds its device."""

    ref = models.BinaryField(max_length=32)
    device = models.ForeignKey("accounts.Device", models.CASCADE, related_name="+")

    policy = Policy(
        subject="device__account",
        keep=timedelta(days=1),
        fields={
            "ref": Held(Category.PUBLIC_KEY, Purpose.MESSAGING, export=False),
            "device": Held(Category.DEVICE, Purpose.MESSAGING, export=False),
        },
    )


class Welcome(Row):
    """What lets one device into a conversation."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="welcomes")
    device = models.ForeignKey("accounts.Device", models.CASCADE, related_name="+")
    epoch = models.BigIntegerField()
    seq = models.BigIntegerField()
    welcome = models.BinaryField()

    policy = Policy(
        subject="device__account",
        keep=UNDELIVERED_KEPT,
        fields={
            "conversation": _GRAPH,
            "device": Held(Category.DEVICE, Purpose.MESSAGING, export=False),
            "epoch": running(),
            "seq": running(),
            "welcome": _SEALED,
        },
    )


class Removal(Row):
    """A leaf the server asked to remove; while one waits, the conversation takes no message."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="removals")
    ref = models.BinaryField(max_length=32)
    leaf_index = models.PositiveIntegerField()

    policy = Policy(
        subject="",
        keep=None,
        fields={"conversation": _GRAPH, "ref": running(), "leaf_index": running()},
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["conversation", "leaf_index"], name="one_removal_per_leaf"),
        )
