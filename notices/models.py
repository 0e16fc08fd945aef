"""What a person was told."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from prifora.kernel.models import Row
from prifora.kernel.policy import Basis, Category, Held, Policy, Purpose, running

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
