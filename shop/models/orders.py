"""Orders, who placed them, and what was tried to have them paid."""

from django.db import models
from django.db.models import Q

from prifora.kernel.models import Row
from prifora.kernel.policy import Category, running
from shop.models.catalogue import Product
from shop.models.held import BOTH, FINANCE, locked, proof, sold, until_the_books_end


class State(models.TextChoices):
    """How far an order is. What happens to its parcel or subscription has rows of its own."""

    PLACED = "placed"
    PAID = "paid"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class Order(Row):
    """Something somebody ordered. Its personal details lie sealed beside it (Buyer, Delivery).

    `reduced_at`: only what the books need is left. `kept_until`: the end of the books' own term.
    """

    state = models.CharField(max_length=10, choices=State.choices, default=State.PLACED)
    language = models.CharField(max_length=2)
    country = models.CharField(max_length=2)
    method = models.CharField(max_length=16)
    vat_rate = models.DecimalField(max_digits=5, decimal_places=2)
    total_cents = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, default="EUR")
    terms_version = models.CharField(max_length=10)
    one_stop_shop = models.BooleanField(default=False)
    paid_at = models.DateTimeField(null=True, default=None)
    delivered_at = models.DateTimeField(null=True, default=None)
    invoice = models.CharField(max_length=20, default="")
    reduced_at = models.DateTimeField(null=True, default=None)
    kept_until = models.DateTimeField()

    policy = until_the_books_end(
        {
            "state": sold(Category.PURCHASE, staff=BOTH),
            "language": sold(Category.SETTING),
            "country": proof(Category.PURCHASE, staff=FINANCE),
            "method": proof(Category.PAYMENT, staff=FINANCE),
            "vat_rate": proof(Category.PURCHASE, staff=FINANCE),
            "total_cents": proof(Category.PAYMENT, staff=FINANCE),
            "currency": running(staff=FINANCE),
            "terms_version": proof(Category.CONSENT, staff=FINANCE),
            "one_stop_shop": running(staff=FINANCE),
            "paid_at": proof(Category.TIMING, staff=FINANCE),
            "delivered_at": proof(Category.TIMING, staff=BOTH),
            "invoice": proof(Category.PAYMENT, staff=FINANCE),
            "reduced_at": running(),
            "kept_until": running(),
        },
        clock="kept_until",
    )

    class Meta:
        indexes = (
            models.Index(fields=["created_at"], name="orders_to_pay", condition=Q(state="placed")),
            models.Index(fields=["created_at"], name="orders_to_reduce", condition=Q(reduced_at=None)),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.state}"

    @property
    def number(self) -> str:
        """What people call it: the beginning of its id, which says nothing of how many orders there are."""
        return self.pk.hex[:8].upper()


class OrderLine(Row):
    """One product of an order at the price of that day; a line without product is the delivery cost."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12)
    quantity = models.PositiveSmallIntegerField()
    net_cents = models.PositiveIntegerField()
    gross_cents = models.PositiveIntegerField()
    place = models.PositiveSmallIntegerField()

    policy = until_the_books_end(
        {
            "order": running(staff=BOTH),
            "product": running(staff=BOTH),
            "name": proof(Category.PURCHASE, staff=BOTH),
            "kind": proof(Category.PURCHASE, staff=BOTH),
            "quantity": proof(Category.PURCHASE, staff=BOTH),
            "net_cents": proof(Category.PAYMENT, staff=FINANCE),
            "gross_cents": proof(Category.PAYMENT, staff=FINANCE),
            "place": running(),
        },
        clock="order__kept_until",
    )

    class Meta:
        ordering = ("place",)


class Buyer(Row):
    """Who ordered, sealed: name, company, VAT id, address, e-mail, mobile number, holder of the account."""

    order = models.OneToOneField(Order, models.CASCADE, related_name="buyer")
    sealed = models.BinaryField(max_length=4096)

    policy = until_the_books_end(
        {"order": running(), "sealed": locked(Category.NAME)}, clock="order__kept_until"
    )


class Delivery(Row):
    """To whom the parcel goes, sealed: name, address, mobile number. Perhaps not who ordered."""

    order = models.OneToOneField(Order, models.CASCADE, related_name="delivery")
    sealed = models.BinaryField(max_length=4096)

    policy = until_the_books_end(
        {"order": running(), "sealed": locked(Category.ADDRESS)}, clock="order__kept_until"
    )


class AttemptState(models.TextChoices):
    """What became of one try to have something paid."""

    ASKED = "asked"
    PAID = "paid"
    FAILED = "failed"


class Attempt(Row):
    """One try to have an order or a renewal paid. Its id is all that payments knows of it.

    `by_hand`: the customer pays it on a page; otherwise it is charged to their mandate.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="attempts")
    charge = models.ForeignKey(
        "shop.Charge", models.CASCADE, null=True, default=None, related_name="attempts"
    )
    amount_cents = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=AttemptState.choices, default=AttemptState.ASKED)
    by_hand = models.BooleanField(default=True)
    ended_at = models.DateTimeField(null=True, default=None)

    policy = until_the_books_end(
        {
            "order": running(staff=FINANCE),
            "charge": running(staff=FINANCE),
            "amount_cents": proof(Category.PAYMENT, staff=FINANCE),
            "state": proof(Category.PAYMENT, staff=FINANCE),
            "by_hand": running(staff=FINANCE),
            "ended_at": proof(Category.TIMING, staff=FINANCE),
        },
        clock="order__kept_until",
    )


class Refund(Row):
    """Money on its way back. Its id is what payments knows it by; done when payments says so."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="refunds")
    amount_cents = models.PositiveIntegerField()
    credit = models.CharField(max_length=20, default="")
    due_on = models.DateField()
    failed_at = models.DateTimeField(null=True, default=None)
    done_at = models.DateTimeField(null=True, default=None)

    policy = until_the_books_end(
        {
            "attempt": running(staff=FINANCE),
            "amount_cents": proof(Category.PAYMENT, staff=FINANCE),
            "credit": proof(Category.PAYMENT, staff=FINANCE),
            "due_on": proof(Category.TIMING, staff=FINANCE),
            "failed_at": running(staff=FINANCE),
            "done_at": proof(Category.TIMING, staff=FINANCE),
        },
        clock="attempt__order__kept_until",
    )

    class Meta:
        indexes = (models.Index(fields=["due_on"], name="refunds_to_do", condition=Q(done_at=None)),)
