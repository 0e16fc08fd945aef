"""What staff, authorities and leaks make us tell people."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from notices.rules import Letter, Topic
from prifora.kernel.policy import Role

ROLES = {
    Role.SUPPORT.value: _("Customer Support"),
    Role.FINANCE.value: _("our accounts department"),
    Role.SYSTEM.value: _("technical maintenance"),
    Role.PRIVACY.value: _("our privacy officers"),
    Role.LOGISTIC.value: _("who packs and sends orders"),
}

AREAS = {
    "accounts": _("accounts and devices"),
    "contacts": _("families and who belongs to them"),
    "media": _("photos, films and albums"),
    "stations": _("the Home Station"),
    "books": _("the books of the shop"),
    "recovery": _("ways to come back with the help of relatives"),
    "chat": _("conversations"),
    "notices": _("letters in the Message Center"),
    "plans": _("what families have of their plans"),
    "shop": _("orders in the shop"),
    "payments": _("payments"),
    "tickets": _("what people asked Customer Support"),
    "figures": _("numbers of many people together"),
    "support": _("what our staff did"),
    "other": _("other data"),
}
"""What a table is about, in words, by the app it belongs to."""


def area_of(table: str) -> str:
    """Return which of AREAS a table of the database belongs to."""
    app = table.split("_", maxsplit=1)[0]
    known = {"account": "accounts", "mfa": "accounts"}.get(app, app)
    return known if known in AREAS else "other"


_letter = partial(Letter, topic=Topic.DISCLOSURE, by_mail=True)

STAFF_ACCESS = _letter(
    kind="staff_access",
    title=_("We may look at your data for a short time"),
    text=_(
        "Somebody of %(role)s asked to see a part of your data, and a colleague agreed. It ends after "
        "%(minutes)s minutes at most. Why, and what was opened, you find under “Me”, at “Who of us looked"
        " at my data”. Nobody of us can read your messages or see your photos. Do you not understand why "
        "we look? Write to us."
    ),
    words={"role": ROLES},
)

AUTHORITY_ASKED = _letter(
    kind="authority_asked",
    title=_("An authority asks for your data"),
    text=_(
        "On %(asked_on)s an authority asked us for data about you, as a law allows. We check whether the "
        "request is right. Two of us must agree before anything is handed out. We cannot hand out what "
        "you say to each other: we have no key to it. Do you have questions, or do you not agree? Write "
        "to Customer Support, or ask a lawyer."
    ),
    urgent=True,
)

AUTHORITY_DELIVERED = _letter(
    kind="authority_delivered",
    title=_("We gave data about you to an authority"),
    text=_(
        "An authority asked us on %(asked_on)s for data about you. On %(ended_on)s we handed it out, "
        "because a law orders us to. It is only what we can read ourselves. Messages, photos and films "
        "are not in it: of those we hold only sealed bytes. You can ask Customer Support what it was, and"
        " complain to the Data Protection Authority."
    ),
    urgent=True,
)

AUTHORITY_REFUSED = _letter(
    kind="authority_refused",
    title=_("We gave an authority nothing about you"),
    text=_(
        "An authority asked us on %(asked_on)s for data about you. On %(ended_on)s we refused. Nothing "
        "about you was handed out. You need not do anything."
    ),
)

BREACH_OPEN = _letter(
    kind="breach_open",
    title=_("Data about you was lost"),
    text=_(
        "On %(known_on)s we found out that somebody may have seen data that is not theirs: %(area)s. Data"
        " about you is among it. What you say to each other stays closed: we have no key to it. Look out "
        "for people who pretend to know you or us, by mail, text message or telephone. We never ask for "
        "your password. We told the Data Protection Authority. Do you have questions? Write to us."
    ),
    words={"area": AREAS},
    urgent=True,
)

BREACH_SEALED = _letter(
    kind="breach_sealed",
    title=_("Sealed data about you was lost"),
    text=_(
        "On %(known_on)s we found out that somebody may have copied data that is not theirs: %(area)s. "
        "Data about you is among it, but all of it is sealed: without the keys nobody can read it, and "
        "the keys were not with it. You need not do anything. We told the Data Protection Authority. Do "
        "you have questions? Write to us."
    ),
    words={"area": AREAS},
)

LETTERS = (
    STAFF_ACCESS,
    AUTHORITY_ASKED,
    AUTHORITY_DELIVERED,
    AUTHORITY_REFUSED,
    BREACH_OPEN,
    BREACH_SEALED,
)
