"""Who wrote to us without an account, and what was said."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from prifora.kernel.models import Row
from prifora.kernel.policy import Basis, Category, Erase, Held, Policy, Purpose, Role, Seen, running

KEPT = timedelta(days=365)
"""Twelve months after the last contact; three years would be the most that our policy allows."""


class Source(models.TextChoices):
    """How somebody came to us."""

    FORM = "form"


def _held(category: Category, *, staff: tuple[Role, ...] = ()) -> Held:
    """Return the line for a column that answering needs (GDPR art. 6(1)(f)); it is about no account."""
    return Held(category, Purpose.SUPPORT, basis=Basis.INTEREST, export=False, staff=staff)


def _sealed(category: Category, *, staff: tuple[Role, ...] = ()) -> Held:
    """Return the line for what is sealed under the prospect's own key; destroying that ends it."""
    return Held(
        category,
        Purpose.SUPPORT,
        Seen.SEALED,
        basis=Basis.INTEREST,
        on_erase=Erase.SHRED,
        export=False,
        staff=staff,
    )


class Prospect(Row):
    """Somebody without an account who wrote to us. `due_on` is the last day for the answer.

    `contacted_at` is when they or we last wrote, from which the term counts. `settled_at`: since when nothing
    waits for us. `stopped_at`: they want no more mail of us, until they write again.
    """

    email_index = models.BinaryField(max_length=16, unique=True)
    sealed = models.BinaryField(max_length=4096)
    language = models.CharField(max_length=2)
    source = models.CharField(max_length=8, choices=Source)
    contacted_at = models.DateTimeField()
    due_on = models.DateField()
    settled_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    policy = Policy(
        subject="",
        keep=KEPT,
        clock="contacted_at",
        fields={
            "email_index": _held(Category.EMAIL),
            "sealed": _sealed(Category.EMAIL, staff=(Role.SUPPORT,)),
            "language": _held(Category.SETTING, staff=(Role.SUPPORT,)),
            "source": _held(Category.BEHAVIOUR, staff=(Role.SUPPORT,)),
            **dict.fromkeys(
                ("contacted_at", "due_on", "settled_at", "stopped_at"),
                _held(Category.TIMING, staff=(Role.SUPPORT,)),
            ),
        },
    )

    class Meta:
        ordering = (F("settled_at").desc(nulls_first=True), "due_on", "id")
        indexes = (
            models.Index(fields=["contacted_at"], name="prospects_by_contact"),
            models.Index(fields=["due_on"], name="prospects_open", condition=Q(settled_at=None)),
        )

    def __str__(self) -> str:
        """Return what staff see in their list: how far it is and by when; nothing about whom."""
        if self.settled_at is None:
            return f"open · answer by {self.due_on}"
        return "no more mail" if self.stopped_at else "done"


class Line(Row):
    """Something that was said, sealed under the prospect's key. `mail_due_at`: its mail goes from then on.

    What the person wrote goes with a mail that says that we have it; what staff wrote, with the words.
    """

    prospect = models.ForeignKey(Prospect, models.CASCADE, related_name="lines")
    n = models.PositiveSmallIntegerField()
    by = models.CharField(max_length=8, choices=[(one, one) for one in ("person", "staff")])
    sealed = models.BinaryField()
    mail_due_at = models.DateTimeField(null=True)

    policy = Policy(
        subject="",
        keep=KEPT,
        clock="prospect__contacted_at",
        fields={
            "prospect": _held(Category.INDEX),
            "n": running(),
            "by": _held(Category.BEHAVIOUR),
            "sealed": _sealed(Category.BEHAVIOUR, staff=(Role.SUPPORT,)),
            "mail_due_at": running(),
        },
    )

    class Meta:
        ordering = ("n",)
        constraints = (models.UniqueConstraint(fields=["prospect", "n"], name="prospect_lines_in_order"),)
        indexes = (
            models.Index(
                fields=["mail_due_at"], name="prospect_mails_due", condition=Q(mail_due_at__isnull=False)
            ),
        )
