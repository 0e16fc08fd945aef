"""What staff do in the admin site: bookkeeping with prices and refunds, logistics with stock and parcels.

Each sees the fields of rules.MAY_GET and no others. That somebody looked is written down for the customer.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from prifora.kernel import clock
from prifora.kernel.desk import Act, Making, Paragraph, offer, offer_making, tell_beside
from prifora.kernel.errors import Absent
from prifora.kernel.money import Money
from prifora.kernel.policy import Role
from shop import access, rules, services
from shop.desk_forms import NothingForm, PriceForm, ProductForm, StockForm
from shop.models import Disclosure, Order, Parcel, ParcelState, Withdrawal

PRODUCT, ORDER, PARCEL, WITHDRAWAL = "shop.Product", "shop.Order", "shop.Parcel", "shop.Withdrawal"


def _look(order: Order, to: rules.To, told: dict[str, str], at: datetime) -> list[Paragraph]:
    """Return the fields that a role may see of a customer, and note the look for them."""
    shown = {name: value for name, value in told.items() if name in rules.MAY_GET[to] and value}
    Disclosure.objects.create(order=order, to=to, fields=rules.only_allowed(to, shown), created_at=at)
    return [Paragraph(at, name, value) for name, value in shown.items()]


def _buyer(order: Order) -> list[Paragraph]:
    now = clock.now()
    lines = "\n".join(f"{one.quantity} x {one.name}" for one in access.lines_of(order))
    try:
        told = _look(order, rules.To.FINANCE, access.buyer_of(order), now)
    except Absent:
        told = []
    return [Paragraph(order.created_at, str(_("What you ordered")), lines), *told]


def _recipient(parcel: Parcel) -> list[Paragraph]:
    now = clock.now()
    goods = [one for one in access.still_ours(parcel.order) if one.product and one.product.ships]
    lines = "\n".join(f"{one.quantity} x {one.name}" for one in goods)
    try:
        told = _look(parcel.order, rules.To.LOGISTIC, access.delivery_of(parcel.order), now)
    except Absent:
        told = []
    return [Paragraph(parcel.created_at, str(_("What goes in")), lines), *told]


def _waits(withdrawal: Withdrawal) -> bool:
    return withdrawal.refunded_at is None


def _comes_back(parcel: Parcel) -> bool:
    return parcel.state in (ParcelState.RETURN_ASKED, ParcelState.RETURN_ANNOUNCED)


def _change_price(row: Any, filled: dict[str, Any], _now: datetime) -> None:
    services.change_price(product_id=row.pk, net_cents=Money.of(filled["net"]).cents)


offer_making(
    Making(
        model=PRODUCT,
        words=_("Add a product"),
        role=Role.FINANCE,
        form=ProductForm,
        do=lambda filled, now: services.new_product(**filled, now=now),
    )
)
tell_beside(ORDER, Role.FINANCE, _buyer)
tell_beside(PARCEL, Role.LOGISTIC, _recipient)
offer(
    Act(
        model=PRODUCT,
        name="price",
        words=_("Ask another price"),
        role=Role.FINANCE,
        form=PriceForm,
        when=lambda _product: True,
        do=_change_price,
    ),
    Act(
        model=PRODUCT,
        name="on",
        words=_("Put on sale"),
        role=Role.FINANCE,
        form=NothingForm,
        when=lambda product: not product.on_sale,
        do=lambda row, _filled, _now: services.change_sale(product_id=row.pk, on_sale=True),
    ),
    Act(
        model=PRODUCT,
        name="off",
        words=_("Take off sale"),
        role=Role.FINANCE,
        form=NothingForm,
        when=lambda product: product.on_sale,
        do=lambda row, _filled, _now: services.change_sale(product_id=row.pk, on_sale=False),
    ),
    Act(
        model=PRODUCT,
        name="stock",
        words=_("Count what came in"),
        role=Role.LOGISTIC,
        form=StockForm,
        when=lambda product: product.ships,
        do=lambda row, filled, now: services.change_stock(
            product_id=row.pk, change=filled["change"], now=now
        ),
    ),
    Act(
        model=WITHDRAWAL,
        name="refund",
        words=_("Pay back now, without waiting for the goods"),
        role=Role.FINANCE,
        form=NothingForm,
        when=_waits,
        do=lambda row, _filled, now: services.refund_now(withdrawal_id=row.pk, now=now),
    ),
    Act(
        model=PARCEL,
        name="pack",
        words=_("It is packed"),
        role=Role.LOGISTIC,
        form=NothingForm,
        when=lambda parcel: parcel.state == ParcelState.TO_PACK,
        do=lambda row, _filled, now: services.pack(parcel_id=row.pk, now=now),
    ),
    Act(
        model=PARCEL,
        name="back",
        words=_("It came back"),
        role=Role.LOGISTIC,
        form=NothingForm,
        when=_comes_back,
        do=lambda row, _filled, now: services.goods_came_back(parcel_id=row.pk, now=now),
    ),
)
