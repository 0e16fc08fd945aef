"""What people ask Customer Support, what is said about it, and what they think could be better."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from prifora.kernel.models import Row
from prifora.kernel.policy import Basis, Category, Erase, Held, Policy, Purpose, Role, Seen, running

KEPT = timedelta(days=365)
"""Twelve months after the last answer, after it was closed, or after somebody said what could be better."""


class Status(models.TextChoices):
    """How far a question is: it waits for us, we answered, or it is over."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class How(models.TextChoices):
    """Where somebody asked."""

    APP = "app"
    STATION = "station"


_SHOWN = Held(Category.BEHAVIOUR, Purpose.SUPPORT, staff=(Role.SUPPORT,))
_WHEN = Held(Category.TIMING, Purpose.SUPPORT, staff=(Role.SUPPORT,))


class Ticket(Row):
    """A question of one person. `due_on` is the last day for the answer to what they wrote last.

    `settled_at`: since when nothing waits for us; empty while it is open, and from it the term counts.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    how = models.CharField(max_length=8, choices=How)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    due_on = models.DateField()
    settled_at = models.DateTimeField(null=True)

    policy = Policy(
        subject="account",
        keep=KEPT,
        clock="settled_at",
        fields={
            "account": Held(Category.INDEX, Purpose.SUPPORT, export=False, staff=(Role.SUPPORT,)),
            "how": _SHOWN,
            "status": _SHOWN,
            "due_on": _WHEN,
            "settled_at": _WHEN,
        },
    )

    class Meta:
        ordering = (F("settled_at").desc(nulls_first=True), "due_on", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(status="open", settled_at=None) | ~Q(status="open") & Q(settled_at__isnull=False),
                name="ticket_settled_or_open",
            ),
        )
        indexes = (
            models.Index(fields=["account", "-created_at"], name="tickets_of_person"),
            models.Index(fields=["due_on"], name="tickets_open", condition=Q(settled_at=None)),
        )

    def __str__(self) -> str:
        """Return what staff see in their list: how far it is and by when; nothing about whom."""
        return f"open · answer by {self.due_on}" if self.status == Status.OPEN else self.status


class Feedback(Row):
    """What could be better, says somebody. Nothing says who: no account, and of the moment just the day.

    `created_at` is where the day begins.
    """

    sealed = models.BinaryField()

    policy = Policy(
        subject="",
        keep=KEPT,
        fields={
            "sealed": Held(
                Category.BEHAVIOUR,
                Purpose.ANALYSES,
                Seen.SEALED,
                basis=Basis.CONSENT,
                on_erase=Erase.KEEP,
                export=False,
                staff=(Role.SUPPORT,),
            )
        },
    )


class Message(Row):
    """Something that was said about a question, sealed under the key of the person who asked."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="messages")
    n = models.PositiveSmallIntegerField()
    by = models.CharField(max_length=8, choices=[(one, one) for one in ("person", "staff")])
    sealed = models.BinaryField()

    policy = Policy(
        subject="ticket__account",
        keep=None,
        fields={
            "ticket": Held(Category.INDEX, Purpose.SUPPORT, export=False),
            "n": running(),
            "by": Held(Category.BEHAVIOUR, Purpose.SUPPORT),
            "sealed": Held(
                Category.BEHAVIOUR,
                Purpose.SUPPORT,
                Seen.SEALED,
                on_erase=Erase.SHRED,
                staff=(Role.SUPPORT,),
            ),
        },
    )

    class Meta:
        ordering = ("n",)
        constraints = (models.UniqueConstraint(fields=["ticket", "n"], name="messages_in_order"),)
