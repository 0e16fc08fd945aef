"""What can be done in the shop. Each function is one use case."""

from shop.services.codes import mail_codes, show_code
from shop.services.crediting import credit_outages, note_outage
from shop.services.following import track_parcels
from shop.services.keeping import reduce_orders
from shop.services.ordering import (
    Cart,
    CartLine,
    NothingOrdered,
    SoldOut,
    hold_again,
    name_of,
    place_order,
    price_cart,
)
from shop.services.paying import (
    NothingToPay,
    ask_payment,
    ask_term,
    cancel_unpaid,
    payment_came_again,
    payment_ended,
    payment_taken_back,
    take_payment,
)
from shop.services.posting import receipt, send_posts
from shop.services.refunding import refund_done, refund_failed
from shop.services.renewing import (
    NotRunning,
    cancel,
    change_plan,
    charge_terms,
    end_terms,
    forget_mandates,
    next_total,
    tell_of_terms,
)
from shop.services.shipping import announce_parcels, pack
from shop.services.stocking import (
    NotThatMany,
    SlugTaken,
    add_product,
    change_price,
    change_sale,
    change_stock,
    new_product,
)
from shop.services.withdrawing import TooLateToWithdraw, goods_came_back, refund_in_time, refund_now, withdraw

__all__ = [
    "Cart",
    "CartLine",
    "NotRunning",
    "NotThatMany",
    "NothingOrdered",
    "NothingToPay",
    "SlugTaken",
    "SoldOut",
    "TooLateToWithdraw",
    "add_product",
    "announce_parcels",
    "ask_payment",
    "ask_term",
    "cancel",
    "cancel_unpaid",
    "change_plan",
    "change_price",
    "change_sale",
    "change_stock",
    "charge_terms",
    "credit_outages",
    "end_terms",
    "forget_mandates",
    "goods_came_back",
    "hold_again",
    "mail_codes",
    "name_of",
    "new_product",
    "next_total",
    "note_outage",
    "pack",
    "payment_came_again",
    "payment_ended",
    "payment_taken_back",
    "place_order",
    "price_cart",
    "receipt",
    "reduce_orders",
    "refund_done",
    "refund_failed",
    "refund_in_time",
    "refund_now",
    "send_posts",
    "show_code",
    "take_payment",
    "tell_of_terms",
    "track_parcels",
    "withdraw",
]
