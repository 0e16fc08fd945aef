"""The words of every letter to a customer, and which papers go along."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One kind of letter. `text` takes facts by name; `papers` are names of shop.papers that go along."""

    title: "str | StrPromise"
    text: "str | StrPromise"
    papers: tuple[str, ...] = ()


LETTERS: dict[str, Letter] = {
    "confirmed": Letter(
        title=_("Your order at PRIFORA"),
        text=_(
            "Thank you for your order. You paid %(total)s. This is what you ordered:\n\n%(lines)s\n\n"
            "Your invoice comes with this letter, together with our terms and everything about giving an "
            "order back. Until 14 days after you have it, you can give it back without saying why."
        ),
        papers=("invoice", "terms", "withdrawal"),
    ),
    "sold_out": Letter(
        title=_("We are sorry: your order is sold out"),
        text=_(
            "While you were paying, somebody else bought the last one. We pay you %(total)s back at once. "
            "You do not have to do anything."
        ),
    ),
    "on_its_way": Letter(
        title=_("Your parcel is on its way"),
        text=_("Your parcel has left. Its number at the carrier is %(track)s. %(url)s"),
    ),
    "code": Letter(
        title=_("Your activation code"),
        text=_(
            "This is the code for %(product)s:\n\n    %(code)s\n\n"
            "Type it in PRIFORA under Family, or on the new Home Station. Keep it as you keep money: "
            "whoever has it can use it, once. We do not keep it and cannot look it up again. That is how "
            "nobody can see which family goes with your order."
        ),
    ),
    "withdrawn": Letter(
        title=_("We have your notice that you give your order back"),
        text=_(
            "On %(moment)s we received your notice that you give this back:\n\n%(lines)s\n\n%(next)s "
            "You get your money back in the way you paid, by %(refund_on)s at the latest. This letter and "
            "the paper with it are your proof."
        ),
        papers=("receipt",),
    ),
    "send_back": Letter(
        title=_("How to send your parcel back"),
        text=_(
            "Put everything back in its box and hand it in at the carrier with this number: %(track)s. "
            "It costs you nothing. Please do so within 14 days."
        ),
    ),
    "refunded": Letter(
        title=_("Your money is on its way back"),
        text=_("We paid %(amount)s back, in the way you paid. It can take a few days to be in your account."),
        papers=("credit",),
    ),
    "refund_failed": Letter(
        title=_("We could not pay you back"),
        text=_(
            "We wanted to pay %(amount)s back, but your bank did not take it. Perhaps that account is closed."
            " Please answer this letter, so that we find another way."
        ),
    ),
    "renewal_notice": Letter(
        title=_("Your subscription goes on from %(begins_on)s"),
        text=_(
            "On %(begins_on)s a new term of %(product)s begins. We then charge %(amount)s in "
            "the way you paid before. Do you not want that? End it on the page of your order before "
            "that day. It takes two steps, and costs nothing."
        ),
    ),
    "renewed": Letter(
        title=_("Your subscription was renewed"),
        text=_(
            "Thank you. Your subscription is paid until %(ends_on)s. Your invoice comes with this letter. "
            "A new activation code follows in a letter of its own: type it in PRIFORA under Family."
        ),
        papers=("invoice",),
    ),
    "charge_failed": Letter(
        title=_("We could not charge your subscription"),
        text=_(
            "We could not charge %(amount)s for your subscription. %(again)s You can also pay it "
            "yourself on the page of your order. Messages of your family go on, and nothing of it "
            "is ever deleted. When nothing is paid by %(ends_on)s, the subscription ends."
        ),
    ),
    "ended": Letter(
        title=_("Your subscription has ended"),
        text=_(
            "Your subscription was not paid, so it ended. Everything your family shared stays, and can be "
            "read and taken along. You can begin again whenever you like."
        ),
    ),
    "cancelled": Letter(
        title=_("You ended your subscription"),
        text=_(
            "We ended your subscription, as you asked on %(moment)s. It goes on until %(ends_on)s, which you "
            "paid. After that nothing more is charged."
        ),
    ),
    "plan_changed": Letter(
        title=_("You changed your subscription"),
        text=_("From %(begins_on)s on you have %(product)s, for %(amount)s. Until then nothing changes."),
    ),
    "outage": Letter(
        title=_("Your subscription lasts longer"),
        text=_(
            "From %(began_on)s to %(ended_on)s PRIFORA did not work as it should. We are sorry. Your "
            "subscription lasts longer for it, and you pay nothing more. Days that came on top: %(days)s. It "
            "is paid until %(ends_on)s now.\n\nThe plan of the family that uses it lasts longer by itself: "
            "nobody has to enter a code for that."
        ),
    ),
    "taken_back": Letter(
        title=_("Your bank took a payment back"),
        text=_(
            "Your bank took back what you paid us. We do not charge you again by ourselves. Was this not "
            "what you wanted? Please answer this letter."
        ),
    ),
}

AGAIN = _("We try again on %(again_on)s.")
NEXT_GOODS = _("You get a letter about how to send it back: that costs you nothing.")
NEXT_NOTHING = _("You do not have to send anything back.")
HELLO = _("Hello %(name)s,")
PAGE = _("The page of your order, only for you:\n%(link)s")
GREETING = _("Kind regards,\nPRIFORA")

PAPERS = {
    "invoice": _("invoice"),
    "credit": _("credit note"),
    "terms": _("terms"),
    "withdrawal": _("giving-back"),
    "receipt": _("receipt"),
}
"""The names of the files."""
