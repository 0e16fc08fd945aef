"""Payments, what went back of them, what the provider was told. No account, family or station is named."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from payments.rules import KEPT, SAID_MAX, UNUSED_FOR, RefundState, State
from prifora.kernel.models import Row
from prifora.kernel.money import Money
from prifora.kernel.policy import Basis, Category, Erase, Held, Kept, Policy, Purpose, Seen, running

CHECKOUT_KEPT = timedelta(days=90)
PAYER_KEPT = timedelta(days=400)
"""Thirteen months: for as long a bank may take money back, it must be possible to say whose it was."""

DISCLOSURE_KEPT = timedelta(days=730)
"""As long as every other proof of what was done with somebody's data."""

_BOOKED = Held(Category.PAYMENT, Purpose.PAYMENT, basis=Basis.LEGAL, on_erase=Erase.KEEP, export=False)
_TOLD = Held(Category.PAYMENT, Purpose.PROOF, basis=Basis.LEGAL, on_erase=Erase.KEEP, export=False)
_MEANT = Held(Category.PAYMENT, Purpose.PAYMENT, on_erase=Erase.KEEP, export=False)
_BOOKS = Kept(
    _("What was paid and paid back, and when. Not by whom."),
    "AWR art. 52",
    keep=KEPT,
    by_law=True,
)


class Booked(Row):
    """An amount that the books need. `kept_from`: from when its seven years count (payments.rules)."""

    cents = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    kept_from = models.DateTimeField()

    class Meta:
        abstract = True

    @property
    def amount(self) -> Money:
        """Return what it is about."""
        return Money(cents=self.cents, currency=self.currency)


class Mandate(Row):
    """Somebody lets us charge further payments. What they agreed to lies at the provider, under its numbers.

    Each belongs to a customer of its own there, so that two mandates of one person have nothing in common.
    `due_at`: it is to be forgotten, and when that is tried next. It works since the first payment was paid.
    """

    customer_id = models.CharField(max_length=40, default="")
    mandate_id = models.CharField(max_length=40, default="")
    is_valid = models.BooleanField(default=False)
    used_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True)

    policy = Policy(
        subject="",
        keep=UNUSED_FOR + timedelta(days=30),
        clock="used_at",
        fields={
            "customer_id": _MEANT,
            "mandate_id": _MEANT,
            "is_valid": running(),
            "used_at": _MEANT,
            "due_at": running(),
        },
    )

    class Meta:
        indexes = (
            models.Index(fields=["due_at"], name="mandates_to_forget", condition=Q(due_at__isnull=False)),
        )


class Payment(Booked):
    """One amount that somebody pays, once. `reference` is what whoever sells calls it; it leads nowhere else.

    `due_at`: when the provider is to be told of it, or asked about it, next. `tries`: how often it was tried
    to charge it. The provider's words are never stored: `state` and `reason` are ours (payments.rules).
    """

    reference = models.UUIDField(unique=True)
    state = models.CharField(
        max_length=12, choices=[(one.value, one.value) for one in State], default=State.WAITING.value
    )
    reason = models.CharField(max_length=12, default="")
    method = models.CharField(max_length=20, default="")
    provider_id = models.CharField(max_length=40, default="")
    mandate = models.ForeignKey(Mandate, models.SET_NULL, null=True, related_name="payments")
    is_charge = models.BooleanField(default=False)
    years_kept = models.PositiveSmallIntegerField(default=7)
    tries = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)

    policy = Policy(
        subject="",
        keep=KEPT,
        clock="kept_from",
        fields={
            **dict.fromkeys(
                (
                    *("cents", "currency", "reference", "state", "reason", "method", "provider_id"),
                    *("mandate", "is_charge", "paid_at"),
                ),
                _BOOKED,
            ),
            **dict.fromkeys(("kept_from", "years_kept", "tries", "due_at"), running()),
        },
        kept=_BOOKS,
    )

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(cents__gt=0), name="payment_is_of_something"),
            models.UniqueConstraint(
                fields=["provider_id"], condition=~Q(provider_id=""), name="one_payment_per_number"
            ),
        )
        indexes = (
            models.Index(fields=["due_at"], name="payments_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["kept_from"], name="payments_by_end"),
        )


class Checkout(Row):
    """What the provider is told of a payment, and between which pages the buyer goes."""

    payment = models.OneToOneField(Payment, models.CASCADE, related_name="checkout")
    description = models.CharField(max_length=SAID_MAX)
    method = models.CharField(max_length=20, default="")
    language = models.CharField(max_length=2, default="nl")
    return_url = models.CharField(max_length=500, default="")
    page_url = models.CharField(max_length=500, default="")

    policy = Policy(
        subject="",
        keep=CHECKOUT_KEPT,
        fields={
            "payment": running(),
            **dict.fromkeys(("description", "method", "language", "return_url", "page_url"), _MEANT),
        },
    )


class Payer(Row):
    """Who holds the account that paid, and how it ends: the last four of its number, never more. Sealed."""

    payment = models.OneToOneField(Payment, models.CASCADE, related_name="payer")
    sealed = models.BinaryField()

    policy = Policy(
        subject="",
        keep=PAYER_KEPT,
        fields={
            "payment": running(),
            "sealed": Held(Category.PAYMENT, Purpose.PAYMENT, Seen.SEALED, on_erase=Erase.KEEP, export=False),
        },
    )


class Refund(Booked):
    """Money that goes back; its id is what whoever asks for it calls it. `due_at` as with payments."""

    payment = models.ForeignKey(Payment, models.CASCADE, related_name="refunds")
    state = models.CharField(
        max_length=8,
        choices=[(one.value, one.value) for one in RefundState],
        default=RefundState.WAITING.value,
    )
    provider_id = models.CharField(max_length=40, default="")
    was_told = models.BooleanField(default=False)
    tries = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True)

    policy = Policy(
        subject="",
        keep=KEPT,
        clock="kept_from",
        fields={
            **dict.fromkeys(("cents", "currency", "payment", "state", "provider_id"), _BOOKED),
            **dict.fromkeys(("kept_from", "was_told", "tries", "due_at"), running()),
        },
        kept=_BOOKS,
    )

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(cents__gt=0), name="refund_is_of_something"),
            models.UniqueConstraint(
                fields=["provider_id"], condition=~Q(provider_id=""), name="one_refund_per_number"
            ),
        )
        indexes = (
            models.Index(fields=["due_at"], name="refunds_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["kept_from"], name="refunds_by_end"),
        )


class Chargeback(Booked):
    """Money that a bank took back, and perhaps gave back again."""

    payment = models.ForeignKey(Payment, models.CASCADE, related_name="chargebacks")
    provider_id = models.CharField(max_length=40, unique=True)
    is_reversed = models.BooleanField(default=False)

    policy = Policy(
        subject="",
        keep=KEPT,
        clock="kept_from",
        fields={
            **dict.fromkeys(("cents", "currency", "payment", "provider_id", "is_reversed"), _BOOKED),
            "kept_from": running(),
        },
        kept=_BOOKS,
    )

    class Meta:
        indexes = (models.Index(fields=["kept_from"], name="chargebacks_by_end"),)


class Disclosure(Row):
    """The provider was told these fields of a payment at `created_at`; which values is written nowhere.

    `once` is the occasion (payments.rules.Sent), with a refund's id: tried again, it is the same.
    """

    payment = models.ForeignKey(Payment, models.CASCADE, related_name="disclosures")
    recipient = models.CharField(max_length=100)
    fields = models.JSONField(default=list)
    once = models.CharField(max_length=60)

    policy = Policy(
        subject="",
        keep=DISCLOSURE_KEPT,
        fields={
            "payment": running(),
            "recipient": _TOLD,
            "fields": _TOLD,
            "once": running(),
        },
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["payment", "once"], name="disclosed_once_an_occasion"),
        )
