"""What goes on until somebody ends it, and each term of it that is charged."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from prifora.kernel.models import Row
from prifora.kernel.policy import Category, Policy, running
from shop.models.catalogue import Product
from shop.models.held import FINANCE, proof, sold, until_the_books_end
from shop.models.orders import Order

OUTAGE_KEPT = timedelta(days=11 * 365)
"""As long as the books of any subscription that got days for it."""


class SubscriptionState(models.TextChoices):
    """Whether a subscription goes on. ENDING: paid until `paid_until`, not charged again."""

    RUNNING = "running"
    OVERDUE = "overdue"
    ENDING = "ending"
    ENDED = "ended"


class Subscription(Row):
    """A continuing subscription of one order. `next_product`: what the next term is of, if changed.

    `paid_until` is the first day of the next term: `months_paid` months and `credit_days` after `started_on`.
    `mandate` is the number by which payments charges again; it opens nothing here.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="subscriptions")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    next_product = models.ForeignKey(Product, models.PROTECT, null=True, default=None, related_name="+")
    quantity = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=8, choices=SubscriptionState.choices, default=SubscriptionState.RUNNING
    )
    started_on = models.DateField()
    paid_until = models.DateField()
    months_paid = models.PositiveSmallIntegerField()
    credit_days = models.PositiveSmallIntegerField(default=0)
    mandate = models.UUIDField(null=True, default=None)
    noticed_for = models.DateField(null=True, default=None)
    cancelled_at = models.DateTimeField(null=True, default=None)

    policy = until_the_books_end(
        {
            "order": running(staff=FINANCE),
            "product": sold(Category.PURCHASE, staff=FINANCE),
            "next_product": sold(Category.PURCHASE, staff=FINANCE),
            "quantity": sold(Category.PURCHASE, staff=FINANCE),
            "state": sold(Category.PURCHASE, staff=FINANCE),
            "started_on": proof(Category.TIMING, staff=FINANCE),
            "paid_until": proof(Category.TIMING, staff=FINANCE),
            "months_paid": proof(Category.PURCHASE, staff=FINANCE),
            "credit_days": proof(Category.PURCHASE, staff=FINANCE),
            "mandate": sold(Category.PAYMENT),
            "noticed_for": running(),
            "cancelled_at": proof(Category.TIMING, staff=FINANCE),
        },
        clock="order__kept_until",
    )

    class Meta:
        ordering = ("created_at", "pk")
        indexes = (
            models.Index(fields=["paid_until"], name="subscriptions_to_renew", condition=~Q(state="ended")),
        )


class ChargeState(models.TextChoices):
    """What became of one term to pay."""

    DUE = "due"
    PAID = "paid"
    GIVEN_UP = "given_up"


class Charge(Row):
    """One further term of a subscription. There is one for each first day, so no term is charged twice."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="charges")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    net_cents = models.PositiveIntegerField()
    vat_rate = models.DecimalField(max_digits=5, decimal_places=2)
    total_cents = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=ChargeState.choices, default=ChargeState.DUE)
    tries = models.PositiveSmallIntegerField(default=0)
    try_on = models.DateField()
    invoice = models.CharField(max_length=20, default="")

    policy = until_the_books_end(
        {
            "subscription": running(staff=FINANCE),
            "product": running(staff=FINANCE),
            "first_day": proof(Category.PURCHASE, staff=FINANCE),
            "last_day": proof(Category.PURCHASE, staff=FINANCE),
            "net_cents": proof(Category.PAYMENT, staff=FINANCE),
            "vat_rate": proof(Category.PAYMENT, staff=FINANCE),
            "total_cents": proof(Category.PAYMENT, staff=FINANCE),
            "state": proof(Category.PAYMENT, staff=FINANCE),
            "tries": running(staff=FINANCE),
            "try_on": running(staff=FINANCE),
            "invoice": proof(Category.PAYMENT, staff=FINANCE),
        },
        clock="subscription__order__kept_until",
    )

    class Meta:
        ordering = ("first_day", "pk")
        constraints = (
            models.UniqueConstraint(fields=["subscription", "first_day"], name="term_charged_once"),
        )


class Outage(Row):
    """That PRIFORA did not work, from one day to another, and the days by which subscriptions go on for it.

    `created_at` is the midnight of its day. `done_at`: every subscription that ran then has got them.
    """

    began_on = models.DateField()
    ended_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    done_at = models.DateTimeField(null=True, default=None)

    policy = Policy(
        subject="",
        keep=OUTAGE_KEPT,
        fields=dict.fromkeys(("began_on", "ended_on", "days", "done_at"), running()),
    )

    class Meta:
        indexes = (models.Index(fields=["created_at"], name="outages_to_credit", condition=Q(done_at=None)),)


class OutageCredit(Row):
    """That a subscription got the days of an outage: there is one row for both, so it gets them once."""

    outage = models.ForeignKey(Outage, models.CASCADE, related_name="credits")
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="outage_credits")

    policy = until_the_books_end(
        {"outage": running(), "subscription": running()}, clock="subscription__order__kept_until"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["outage", "subscription"], name="outage_credited_once_each"),
        )
