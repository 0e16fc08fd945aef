"""What is for sale, how much of it there is, and what is set apart for somebody who is paying."""

from django.db import models
from django.db.models import Q

from prifora.kernel.models import Row
from prifora.kernel.policy import Policy, running
from shop.models.held import BOTH, until_the_books_end


class Kind(models.TextChoices):
    """The three kinds of products; a subscription is never shipped."""

    HARDWARE = "hardware"
    OTHER = "other"
    SUBSCRIPTION = "subscription"


class Picture(models.TextChoices):
    """The drawings there are (templates/shop/pictures)."""

    STATION = "station"
    STAND = "stand"
    COVER = "cover"
    YEAR = "year"
    MONTH = "month"


class Product(Row):
    """Something for sale. `net_cents` is without VAT; `months` is the term of a subscription.

    `names` and `texts` have one entry for each language. `stock` is what lies on the shelf and is not sold.
    """

    slug = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    names = models.JSONField(default=dict)
    texts = models.JSONField(default=dict)
    picture = models.CharField(max_length=12, choices=Picture.choices)
    net_cents = models.PositiveIntegerField()
    weight_grams = models.PositiveIntegerField(default=0)
    stock = models.PositiveIntegerField(default=0)
    months = models.PositiveSmallIntegerField(default=0)
    with_station = models.BooleanField(default=False)
    on_sale = models.BooleanField(default=True)
    place = models.PositiveSmallIntegerField(default=0)

    policy = Policy(
        subject="",
        keep=None,
        fields={
            **dict.fromkeys(("slug", "kind", "names", "texts", "picture"), running(staff=BOTH)),
            **dict.fromkeys(("net_cents", "months", "with_station", "on_sale", "place"), running(staff=BOTH)),
            **dict.fromkeys(("stock", "weight_grams"), running(staff=BOTH)),
        },
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="subscription", months__gt=0) | ~Q(kind="subscription") & Q(months=0),
                name="only_subscriptions_have_a_term",
            ),
        )

    def __str__(self) -> str:
        return self.slug

    @property
    def ships(self) -> bool:
        """Whether a parcel is needed."""
        return self.kind != Kind.SUBSCRIPTION


class Reservation(Row):
    """Some of a product set apart for an order until it is paid or `ends_at`; the stock stays as it is."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="reservations")
    order = models.ForeignKey("shop.Order", models.CASCADE, related_name="reservations")
    quantity = models.PositiveSmallIntegerField()
    ends_at = models.DateTimeField()

    policy = until_the_books_end(
        {
            "product": running(),
            "order": running(),
            "quantity": running(),
            "ends_at": running(),
        },
        clock="ends_at",
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["product", "order"], name="reserved_once"),)
        indexes = (models.Index(fields=["product", "ends_at"], name="reserved_of_product"),)


class StockLine(Row):
    """One change of a stock, and why; the lines of a product add up to its stock."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="stock_lines")
    change = models.IntegerField()
    why = models.CharField(max_length=16)

    policy = Policy(
        subject="",
        keep=None,
        fields=dict.fromkeys(("product", "change", "why"), running(staff=BOTH)),
    )
