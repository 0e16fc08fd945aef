"""What a person was told, and the devices that say that there is something."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from prifora.kernel.models import Row
from prifora.kernel.policy import Basis, Category, Erase, Held, Policy, Purpose, Seen, running

KEPT = timedelta(days=730)
"""Two years: long enough to show that somebody was told, and when."""


def _told(category: Category) -> Held:
    return Held(category, Purpose.PROOF, basis=Basis.LEGAL)


class Notice(Row):
    """Something one person was told. `once` is its name for this person: told again, it is the same notice.

    `mail_due_at` says when a mail is tried next, nothing when none has to go; `mailed_at` that one went.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    once = models.CharField(max_length=80)
    read_at = models.DateTimeField(null=True)
    mail_due_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    policy = Policy(
        subject="account",
        keep=KEPT,
        fields={
            "account": Held(Category.INDEX, Purpose.PROOF, basis=Basis.LEGAL, export=False),
            "kind": _told(Category.SYSTEM),
            "facts": _told(Category.BEHAVIOUR),
            "once": running(),
            "read_at": _told(Category.TIMING),
            "mail_due_at": running(),
            "mailed_at": _told(Category.TIMING),
        },
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["account", "once"], name="notice_once"),)
        indexes = (
            models.Index(fields=["account", "-created_at", "-id"], name="notices_of_person"),
            models.Index(fields=["created_at"], name="notices_by_age"),
            models.Index(
                fields=["mail_due_at"], name="notices_to_mail", condition=Q(mail_due_at__isnull=False)
            ),
        )


def _asked_for(category: Category, **more: Any) -> Held:
    return Held(category, Purpose.MESSAGING, basis=Basis.CONSENT, **more)


class PushTarget(Row):
    """A device whose person asked to be told there that something is new; ends when it is signed out.

    `sealed_address` holds what its browser gave: where to push, and its two keys. The device was told of all
    letters until `told_until`. `due_at` says when a push may be tried next, `tries` how often it failed.

    It is connected until `here_until`. Since then it was pushed to at `pushed_at`, and at `news_at` it was
    found that others said something it may not have.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    device = models.OneToOneField("accounts.Device", models.CASCADE, related_name="+")
    sealed_address = models.BinaryField(max_length=2048)
    told_until = models.DateTimeField()
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    here_until = models.DateTimeField(default=timezone.now)
    news_at = models.DateTimeField(null=True)
    pushed_at = models.DateTimeField(null=True)

    policy = Policy(
        subject="account",
        keep=None,
        fields={
            "account": _asked_for(Category.INDEX, export=False),
            "device": _asked_for(Category.DEVICE),
            "sealed_address": _asked_for(
                Category.DEVICE, seen=Seen.SEALED, on_erase=Erase.SHRED, export=False
            ),
            "told_until": _asked_for(Category.TIMING),
            "due_at": running(),
            "tries": running(),
            "here_until": _asked_for(Category.TIMING),
            "news_at": _asked_for(Category.TIMING),
            "pushed_at": _asked_for(Category.TIMING),
        },
    )

    class Meta:
        indexes = (
            models.Index(fields=["due_at"], name="push_targets_due"),
            models.Index(
                fields=["due_at"], name="push_targets_with_news", condition=Q(news_at__isnull=False)
            ),
        )


class PushRound(Row):
    """Until when what people said was looked through for devices to push to; one row."""

    looked_until = models.DateTimeField()

    policy = Policy(subject="", keep=None, fields={"looked_until": running()})
