"""What is sold, to whom, and what became of it. Nothing here names an account, a family or a station."""

from shop.models.after import (
    Disclosure,
    DueCode,
    Parcel,
    ParcelState,
    ParcelStep,
    Post,
    Withdrawal,
    WithdrawnLine,
)
from shop.models.catalogue import Kind, Picture, Product, Reservation, StockLine
from shop.models.orders import (
    Attempt,
    AttemptState,
    Buyer,
    Delivery,
    Order,
    OrderLine,
    Refund,
    State,
)
from shop.models.subscriptions import (
    Charge,
    ChargeState,
    Outage,
    OutageCredit,
    Subscription,
    SubscriptionState,
)

__all__ = [
    "Attempt",
    "AttemptState",
    "Buyer",
    "Charge",
    "ChargeState",
    "Delivery",
    "Disclosure",
    "DueCode",
    "Kind",
    "Order",
    "OrderLine",
    "Outage",
    "OutageCredit",
    "Parcel",
    "ParcelState",
    "ParcelStep",
    "Picture",
    "Post",
    "Product",
    "Refund",
    "Reservation",
    "State",
    "StockLine",
    "Subscription",
    "SubscriptionState",
    "Withdrawal",
    "WithdrawnLine",
]
