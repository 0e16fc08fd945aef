"""What follows an order: parcel, code, letters, what others were told, and what is given back."""

from django.db import models
from django.db.models import Q

from prifora.kernel.models import Row
from prifora.kernel.policy import Category, running
from shop.models.held import BOTH, FINANCE, LOGISTIC, proof, sold, until_the_books_end
from shop.models.orders import Order, OrderLine


class ParcelState(models.TextChoices):
    """How far a parcel is; RETURN_… is the way back."""

    TO_PACK = "to_pack"
    PACKED = "packed"
    ANNOUNCED = "announced"
    ON_ITS_WAY = "on_its_way"
    DELIVERED = "delivered"
    STOPPED = "stopped"
    RETURN_ASKED = "return_asked"
    RETURN_ANNOUNCED = "return_announced"
    RETURNED = "returned"


class Parcel(Row):
    """The goods of an order on their way. An order of subscriptions only never has one.

    `carrier_id` and `track` are the carrier's; the `return_` ones those of the way back.
    """

    order = models.OneToOneField(Order, models.CASCADE, related_name="parcel")
    state = models.CharField(max_length=16, choices=ParcelState.choices, default=ParcelState.TO_PACK)
    weight_grams = models.PositiveIntegerField()
    carrier_id = models.CharField(max_length=40, default="")
    track = models.CharField(max_length=40, default="")
    track_url = models.URLField(max_length=300, default="")
    return_id = models.CharField(max_length=40, default="")
    return_track = models.CharField(max_length=40, default="")
    return_url = models.URLField(max_length=300, default="")

    policy = until_the_books_end(
        {
            "order": running(staff=LOGISTIC),
            "state": sold(Category.PURCHASE, staff=LOGISTIC),
            "weight_grams": running(staff=LOGISTIC),
            "carrier_id": running(staff=LOGISTIC),
            "track": sold(Category.PURCHASE, staff=LOGISTIC),
            "track_url": sold(Category.PURCHASE, staff=LOGISTIC),
            "return_id": running(staff=LOGISTIC),
            "return_track": sold(Category.PURCHASE, staff=LOGISTIC),
            "return_url": sold(Category.PURCHASE, staff=LOGISTIC),
        },
        clock="order__kept_until",
    )

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class ParcelStep(Row):
    """That a parcel came into a state, and when; written once, never changed."""

    parcel = models.ForeignKey(Parcel, models.CASCADE, related_name="steps")
    state = models.CharField(max_length=16, choices=ParcelState.choices)

    policy = until_the_books_end(
        {"parcel": running(staff=LOGISTIC), "state": proof(Category.PURCHASE, staff=LOGISTIC)},
        clock="parcel__order__kept_until",
    )

    class Meta:
        ordering = ("created_at", "pk")


class DueCode(Row):
    """That an activation code is owed; the code itself is never here. `taken_at`: it was given out.

    `mail_due_at`: from when it is mailed to who did not ask for it; once taken for that, until when.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="codes")
    charge = models.ForeignKey("shop.Charge", models.CASCADE, null=True, default=None, related_name="+")
    name = models.CharField(max_length=120)
    months = models.PositiveSmallIntegerField()
    with_station = models.BooleanField(default=False)
    mail_due_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, default=None)
    mailed_at = models.DateTimeField(null=True, default=None)

    policy = until_the_books_end(
        {
            "order": running(),
            "charge": running(),
            "name": sold(Category.PURCHASE),
            "months": sold(Category.PURCHASE),
            "with_station": sold(Category.PURCHASE),
            "mail_due_at": running(),
            "taken_at": sold(Category.TIMING, staff=FINANCE),
            "mailed_at": sold(Category.TIMING, staff=FINANCE),
        },
        clock="order__kept_until",
    )

    class Meta:
        ordering = ("created_at", "pk")
        indexes = (models.Index(fields=["mail_due_at"], name="codes_to_mail", condition=Q(mailed_at=None)),)


class Post(Row):
    """A letter to a customer: its kind and a few facts; words and papers are made when it is sent."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="posts")
    kind = models.CharField(max_length=24)
    facts = models.JSONField(default=dict)
    once = models.CharField(max_length=60)
    due_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True, default=None)

    policy = until_the_books_end(
        {
            "order": running(staff=FINANCE),
            "kind": proof(Category.PURCHASE, staff=FINANCE),
            "facts": sold(Category.PURCHASE),
            "once": running(),
            "due_at": running(),
            "sent_at": proof(Category.TIMING, staff=FINANCE),
        },
        clock="order__kept_until",
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["order", "once"], name="post_once"),)
        indexes = (models.Index(fields=["due_at"], name="posts_to_send", condition=Q(due_at__isnull=False)),)


class Disclosure(Row):
    """That somebody outside the shop got fields of an order, or a member of staff looked at them."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="disclosures")
    to = models.CharField(max_length=16)
    fields = models.JSONField(default=list)

    policy = until_the_books_end(
        {
            "order": running(),
            "to": proof(Category.BEHAVIOUR),
            "fields": proof(Category.BEHAVIOUR),
        },
        clock="order__kept_until",
    )

    class Meta:
        ordering = ("created_at", "pk")


class Withdrawal(Row):
    """A customer gave (a part of) an order back within the term. Only how it ends is written later.

    `refund_by`: the last day on which the money must go back. `code_ended`: the activation code came along.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="withdrawals")
    refund_by = models.DateField()
    waits_for_goods = models.BooleanField()
    code_ended = models.BooleanField(default=False)
    refunded_at = models.DateTimeField(null=True, default=None)
    refund = models.ForeignKey("shop.Refund", models.CASCADE, null=True, default=None, related_name="+")

    policy = until_the_books_end(
        {
            "order": running(staff=BOTH),
            "refund_by": proof(Category.TIMING, staff=BOTH),
            "waits_for_goods": proof(Category.PURCHASE, staff=BOTH),
            "code_ended": proof(Category.PURCHASE, staff=FINANCE),
            "refunded_at": proof(Category.TIMING, staff=FINANCE),
            "refund": running(staff=FINANCE),
        },
        clock="order__kept_until",
    )

    class Meta:
        ordering = ("created_at", "pk")


class WithdrawnLine(Row):
    """One line of an order that was given back; a line goes back once."""

    withdrawal = models.ForeignKey(Withdrawal, models.CASCADE, related_name="withdrawn")
    line = models.OneToOneField(OrderLine, models.CASCADE, related_name="withdrawn")

    policy = until_the_books_end(
        {"withdrawal": running(staff=BOTH), "line": running(staff=BOTH)},
        clock="withdrawal__order__kept_until",
    )
