"""Bills, their numbers, and the ledger. The database refuses to change or lose a row before its time."""

import json
from datetime import timedelta
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from books.rules import Buyer, Kind, Line, Place, Totals, totals
from prifora.kernel.models import Row
from prifora.kernel.money import Money
from prifora.kernel.policy import Basis, Category, Erase, Held, Policy, Purpose, Role, Seen, running
from prifora.kernel.sealing import open_secret, seal_secret

ENDS = _("until seven years after the year it is of, ten where European rules for selling abroad ask it")
"""The term of everything here, in words; `ends_at` is the moment (rules.kept_until)."""

AT_ITS_END = timedelta(0)


def _booked(category: Category = Category.PURCHASE, *, seen: Seen = Seen.BY_SERVER) -> Held:
    staff = () if seen is Seen.SEALED else (Role.FINANCE,)
    return Held(category, Purpose.BOOKS, seen, Basis.LEGAL, Erase.KEEP, export=False, staff=staff)


class Series(Row):
    """How far the numbers of bills are in one year; one row per series, counted up by one and never down."""

    name = models.CharField(max_length=8, unique=True)
    last = models.PositiveIntegerField(default=0)

    policy = Policy(subject="", keep=None, fields={"name": running(staff=(Role.FINANCE,)), "last": running()})


class Term(Row):
    """Up to which moment rows may be let go of: where the last sweep was. Only ever moves on."""

    only = models.BooleanField(default=True, unique=True)
    over_at = models.DateTimeField()

    policy = Policy(subject="", keep=None, fields={"only": running(), "over_at": running()})


class Document(models.TextChoices):
    """What kind of bill it is."""

    INVOICE = "invoice"
    CREDIT = "credit"


class Bill(Row):
    """An invoice, or a credit note that takes (part of) one back. Amounts are never below zero.

    `reference` says which sale (or which taking back) it is of, once. `sealed` is who it is written to
    (rules.Buyer), and `seller` who we were then. `country` is where VAT is owed; `one_stop` that we declare
    it there through the One Stop Shop, `reverse` that the buyer owes it. `rounding` may be below zero.
    """

    kind = models.CharField(max_length=8, choices=Document.choices)
    number = models.CharField(max_length=16, unique=True)
    reference = models.UUIDField()
    of = models.CharField(max_length=16, default="", blank=True)
    on = models.DateField()
    language = models.CharField(max_length=2)
    sealed = models.BinaryField()
    seller = models.JSONField()
    lines = models.JSONField()
    currency = models.CharField(max_length=3, default="EUR")
    net = models.BigIntegerField()
    vat = models.BigIntegerField()
    rounding = models.IntegerField(default=0)
    paid = models.BigIntegerField(default=0)
    country = models.CharField(max_length=2)
    one_stop = models.BooleanField(default=False)
    reverse = models.BooleanField(default=False)
    layout = models.PositiveSmallIntegerField(default=1)
    ends_at = models.DateTimeField()

    policy = Policy(
        subject="",
        keep=AT_ITS_END,
        clock="ends_at",
        ends=ENDS,
        fields={
            "sealed": _booked(Category.BILLING, seen=Seen.SEALED),
            **dict.fromkeys(
                ("kind", "number", "reference", "of", "on", "language", "lines", "currency", "net", "vat"),
                _booked(),
            ),
            **dict.fromkeys(("rounding", "paid", "country", "one_stop", "reverse"), _booked()),
            **dict.fromkeys(("seller", "layout", "ends_at"), running(staff=(Role.FINANCE,))),
        },
    )

    class Meta:
        ordering = ("-on", "-number")
        constraints = (
            models.UniqueConstraint(fields=["kind", "reference"], name="one_bill_per_sale"),
            models.CheckConstraint(
                condition=Q(net__gte=0, vat__gte=0, paid__gte=0), name="bill_asks_nothing_back"
            ),
        )
        indexes = (
            models.Index(fields=["of"], name="credits_of_bill", condition=~Q(of="")),
            models.Index(fields=["on"], name="bills_by_day"),
            models.Index(fields=["ends_at"], name="bills_by_end"),
        )

    def __str__(self) -> str:
        """Return what staff see in their list: the number, the day and the amount; not to whom."""
        return f"{self.number} · {self.on} · {self.payable}"

    def seal(self, buyer: Buyer) -> None:
        """Put in to whom it is written; before it is stored, since nothing changes afterwards."""
        said = {name: getattr(buyer, name) for name in buyer.__slots__}
        self.sealed = seal_secret(json.dumps(said).encode(), place=f"books_bill.sealed:{self.pk}")

    @property
    def buyer(self) -> Buyer:
        """To whom it is written."""
        said = json.loads(open_secret(bytes(self.sealed), place=f"books_bill.sealed:{self.pk}"))
        return Buyer(**{**said, "address": tuple(said["address"])})

    @property
    def is_credit(self) -> bool:
        """Whether it takes something back."""
        return self.kind == Document.CREDIT

    @property
    def place(self) -> Place:
        """Where VAT is owed."""
        return Place(self.country, one_stop=self.one_stop, is_reverse=self.reverse)

    @property
    def sold(self) -> list[Line]:
        """The lines of it."""
        return [
            Line(
                description=one["description"],
                quantity=one["quantity"],
                unit_net=Money(one["unit_net"], self.currency),
                vat_rate=Decimal(one["vat_rate"]),
                kind=Kind(one["kind"]),
            )
            for one in self.lines
        ]

    @property
    def totals(self) -> Totals:
        """What its lines add up to."""
        return totals(self.sold, self.place, self.currency)

    @property
    def payable(self) -> Money:
        """What it asks (a credit note: gives back) in all, paid or not."""
        return Money(self.net + self.vat + self.rounding, self.currency)

    @property
    def due(self) -> Money:
        """What was not paid yet when it was written."""
        return self.payable - Money(self.paid, self.currency)


class Account(models.TextChoices):
    """The accounts of the books, numbered as bookkeepers in the Netherlands are used to."""

    BANK = "1000", _("Bank account")
    PROVIDER = "1100", _("Payment provider")
    CUSTOMERS = "1300", _("Customers")
    VAT = "1600", _("VAT to pay")
    FEES = "4500", _("Costs of payments")
    LOST = "4900", _("Debts nobody pays")
    GOODS = "8000", _("Sales of goods")
    SERVICES = "8100", _("Sales of subscriptions and services")
    DELIVERY = "8200", _("Delivery charged to customers")
    ROUNDING = "8900", _("Differences by rounding")


class What(models.TextChoices):
    """What happened, that something is booked."""

    SALE = "sale", _("Sale")
    CREDIT = "credit", _("Credit note")
    PAYMENT = "payment", _("Payment")
    REFUND = "refund", _("Refund")
    CHARGEBACK = "chargeback", _("Payment taken back")
    FEE = "fee", _("Cost of a payment")
    PAYOUT = "payout", _("Paid out to the bank")
    WRITE_OFF = "write_off", _("Debt given up")


class Posting(Row):
    """An amount that went from one account (`credit`) to another (`debit`): so the ledger cannot but balance.

    What happened is (`what`, `event`), booked once, in lines `n` from 0. `reference` is the sale it belongs
    to, `number` the bill. VAT and sales say of which country and at which percentage they are. The database
    refuses every change, but that `ends_at` is moved to later.
    """

    what = models.CharField(max_length=10, choices=What.choices)
    event = models.UUIDField()
    n = models.PositiveSmallIntegerField()
    reference = models.UUIDField(null=True)
    number = models.CharField(max_length=16, default="", blank=True)
    on = models.DateField()
    debit = models.CharField(max_length=4, choices=Account.choices)
    credit = models.CharField(max_length=4, choices=Account.choices)
    cents = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="EUR")
    country = models.CharField(max_length=2, default="", blank=True)
    rate = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    ends_at = models.DateTimeField()

    policy = Policy(
        subject="",
        keep=AT_ITS_END,
        clock="ends_at",
        ends=ENDS,
        fields={
            **dict.fromkeys(
                (
                    "what",
                    "reference",
                    "number",
                    "on",
                    "debit",
                    "credit",
                    "cents",
                    "currency",
                    "country",
                    "rate",
                ),
                _booked(),
            ),
            **dict.fromkeys(("event", "n", "ends_at"), running(staff=(Role.FINANCE,))),
        },
    )

    class Meta:
        ordering = ("on", "what", "event", "n")
        constraints = (
            models.UniqueConstraint(fields=["what", "event", "n"], name="booked_once"),
            models.CheckConstraint(condition=Q(cents__gt=0), name="posting_moves_something"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="posting_has_two_sides"),
        )
        indexes = (
            models.Index(fields=["reference"], name="postings_of_sale"),
            models.Index(fields=["on"], name="postings_by_day"),
            models.Index(fields=["ends_at"], name="postings_by_end"),
        )

    def __str__(self) -> str:
        """Return what staff see in their list."""
        return f"{self.on} · {self.what} · {self.debit} < {self.credit} · {self.amount}"

    @property
    def amount(self) -> Money:
        """How much went."""
        return Money(self.cents, self.currency)
