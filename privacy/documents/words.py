"""What the words of the declarations mean to people: short, plain, and in their language."""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prifora.kernel.policy import Basis, Category, Erase, Purpose, Seen

CATEGORIES: dict[Category, Promise] = {
    Category.CIPHERTEXT: gettext_lazy("what you say, send and share with your family"),
    Category.NAME: gettext_lazy("your name"),
    Category.PHONE: gettext_lazy("your mobile number"),
    Category.EMAIL: gettext_lazy("your e-mail address"),
    Category.USERNAME: gettext_lazy("your username"),
    Category.PROFILE: gettext_lazy("what you told about yourself, and how your account is set up"),
    Category.IMAGE: gettext_lazy("your photo"),
    Category.CREDENTIAL: gettext_lazy("what lets you sign in, in a form nobody can use"),
    Category.PUBLIC_KEY: gettext_lazy("the public keys of you and your devices"),
    Category.INDEX: gettext_lazy("numbers by which we find you, but that say nothing about you"),
    Category.RELATION: gettext_lazy("who belongs to your family and to your conversations"),
    Category.SETTING: gettext_lazy("what you chose and set"),
    Category.CONSENT: gettext_lazy("what you agreed to"),
    Category.BEHAVIOUR: gettext_lazy("what happened in your account"),
    Category.TIMING: gettext_lazy("when something happened"),
    Category.DEVICE: gettext_lazy("your devices and how they are doing"),
    Category.MAC_ADDRESS: gettext_lazy("the device number of your Home Station"),
    Category.BILLING: gettext_lazy("to whom a bill of our shop is written: name, address, VAT number"),
    Category.PURCHASE: gettext_lazy("what was bought in our shop, for how much, and how it was paid"),
    Category.STAFF: gettext_lazy("what people who work for us did"),
    Category.ADDRESS: gettext_lazy("your address, and where a parcel has to go"),
    Category.PAYMENT: gettext_lazy("what you paid, and how"),
    Category.SYSTEM: gettext_lazy("what keeps the system working"),
}

PURPOSES: dict[Purpose, Promise] = {
    Purpose.ACCOUNT: gettext_lazy("to give you an account"),
    Purpose.SIGN_IN: gettext_lazy("to let you sign in, and nobody else"),
    Purpose.MESSAGING: gettext_lazy("to bring what you share to your family"),
    Purpose.STATION: gettext_lazy("to make your Home Station work"),
    Purpose.SECURITY: gettext_lazy("to keep your account safe"),
    Purpose.SUPPORT: gettext_lazy("to help you when you ask"),
    Purpose.RUN: gettext_lazy("to keep the system working"),
    Purpose.PROOF: gettext_lazy("to be able to show what we did"),
    Purpose.SALE: gettext_lazy("to sell you what you order, and bring it to you"),
    Purpose.PAYMENT: gettext_lazy("to settle what you buy"),
    Purpose.BOOKS: gettext_lazy("to keep the books that tax law asks"),
    Purpose.ANALYSES: gettext_lazy("to know how much PRIFORA is used, without knowing by whom"),
}

BASES: dict[Basis, Promise] = {
    Basis.CONTRACT: gettext_lazy("we need it to do what you ask of us"),
    Basis.CONSENT: gettext_lazy("you agreed to it"),
    Basis.LEGAL: gettext_lazy("the law asks it of us"),
    Basis.INTEREST: gettext_lazy("it protects you and others"),
}

READERS: dict[Seen, Promise] = {
    Seen.BY_SERVER: gettext_lazy("our system"),
    Seen.SEALED: gettext_lazy("our system, kept locked"),
    Seen.BY_MEMBERS: gettext_lazy("only you and those you share it with, not we"),
}

ERASED: dict[Erase, Promise] = {
    Erase.DELETE: gettext_lazy("it goes with your account"),
    Erase.SHRED: gettext_lazy("its key is destroyed, so that nobody can read it any more"),
    Erase.BLANK: gettext_lazy("your name goes from it"),
    Erase.PSEUDONYM: gettext_lazy(
        "what you said to others stays with them without your name, unless you take it away from everybody"
    ),
    Erase.KEEP: gettext_lazy("it stays, because it is about nobody"),
}


class Channel(StrEnum):
    """By which way something comes to us."""

    APP = "app"
    STATION = "station"
    SHOP = "shop"
    WRITTEN = "written"
    PROVIDER = "provider"
    STAFF = "staff"
    ITSELF = "itself"


CHANNELS: dict[Channel, Promise] = {
    Channel.APP: gettext_lazy("the app, in a browser or on a phone"),
    Channel.STATION: gettext_lazy("the Home Station"),
    Channel.SHOP: gettext_lazy("the shop on the website"),
    Channel.WRITTEN: gettext_lazy("e-mail, letter or telephone"),
    Channel.PROVIDER: gettext_lazy("the company that handles the payment or the parcel"),
    Channel.STAFF: gettext_lazy("who works for us"),
    Channel.ITSELF: gettext_lazy("our system writes it down by itself"),
}

CAME_BY: dict[Category, tuple[Channel, ...]] = {
    Category.CIPHERTEXT: (Channel.APP, Channel.STATION),
    Category.NAME: (Channel.APP,),
    Category.PHONE: (Channel.APP,),
    Category.EMAIL: (Channel.APP,),
    Category.USERNAME: (Channel.APP,),
    Category.PROFILE: (Channel.APP, Channel.STATION),
    Category.IMAGE: (Channel.APP,),
    Category.CREDENTIAL: (Channel.APP, Channel.STATION),
    Category.PUBLIC_KEY: (Channel.APP, Channel.STATION),
    Category.INDEX: (Channel.ITSELF,),
    Category.RELATION: (Channel.APP,),
    Category.SETTING: (Channel.APP, Channel.STATION),
    Category.CONSENT: (Channel.APP, Channel.STATION, Channel.WRITTEN),
    Category.BEHAVIOUR: (Channel.APP, Channel.STATION, Channel.WRITTEN, Channel.ITSELF),
    Category.TIMING: (Channel.ITSELF,),
    Category.DEVICE: (Channel.APP, Channel.STATION),
    Category.MAC_ADDRESS: (Channel.STATION,),
    Category.BILLING: (Channel.SHOP,),
    Category.PURCHASE: (Channel.SHOP,),
    Category.STAFF: (Channel.STAFF,),
    Category.ADDRESS: (Channel.SHOP,),
    Category.PAYMENT: (Channel.SHOP, Channel.PROVIDER),
    Category.SYSTEM: (Channel.ITSELF,),
}


class Place(StrEnum):
    """Where in the app a person corrects something themselves."""

    ME = "me"
    FAMILY = "family"
    SAID = "said"
    NOWHERE = "nowhere"


CORRECTING: dict[Place, Promise] = {
    Place.ME: gettext_lazy("yes, under Me"),
    Place.FAMILY: gettext_lazy("yes, under Family"),
    Place.SAID: gettext_lazy("yes, where you said or shared it"),
    Place.NOWHERE: gettext_lazy("no, it is written down by itself; is something wrong, tell us"),
}

CORRECTED: dict[Category, Place] = {
    Category.CIPHERTEXT: Place.SAID,
    Category.NAME: Place.ME,
    Category.PHONE: Place.ME,
    Category.EMAIL: Place.ME,
    Category.USERNAME: Place.ME,
    Category.PROFILE: Place.ME,
    Category.IMAGE: Place.ME,
    Category.CREDENTIAL: Place.ME,
    Category.PUBLIC_KEY: Place.NOWHERE,
    Category.INDEX: Place.NOWHERE,
    Category.RELATION: Place.FAMILY,
    Category.SETTING: Place.ME,
    Category.CONSENT: Place.ME,
    Category.BEHAVIOUR: Place.NOWHERE,
    Category.TIMING: Place.NOWHERE,
    Category.DEVICE: Place.ME,
    Category.MAC_ADDRESS: Place.NOWHERE,
    Category.BILLING: Place.NOWHERE,
    Category.PURCHASE: Place.NOWHERE,
    Category.STAFF: Place.NOWHERE,
    Category.ADDRESS: Place.NOWHERE,
    Category.PAYMENT: Place.NOWHERE,
    Category.SYSTEM: Place.NOWHERE,
}

OFFICER: dict[bool, Promise] = {
    True: gettext_lazy("Data protection officer"),
    False: gettext_lazy("Privacy officer"),
}
"""What who answers for privacy is called; True: they are also the officer of GDPR art. 37."""

MINUTES, HOURS, YEAR = timedelta(hours=2), timedelta(hours=48), timedelta(days=365)
"""Below the first a term is said in minutes, below the second in hours; whole years in years from two on."""


def term(keep: timedelta | None) -> str:
    """Return how long something is kept, in words; None: as long as the account."""
    if keep is None:
        return _("as long as you have an account, or until you remove it")
    if not keep:
        return _("until it is used or has ended")
    if keep < MINUTES:
        return _("%(number)s minutes") % {"number": keep // timedelta(minutes=1)}
    if keep < HOURS:
        return _("%(number)s hours") % {"number": keep // timedelta(hours=1)}
    if keep > YEAR and not keep % YEAR:
        return _("%(number)s years") % {"number": keep // YEAR}
    return _("%(number)s days") % {"number": keep.days}


def once(words: Iterable[object]) -> list[str]:
    """Return each of some words once, in the order they come."""
    return list(dict.fromkeys(str(word) for word in words))


def together(words: Iterable[object]) -> str:
    """Return words as one cell of a table, each once, in the order they come."""
    return "; ".join(once(words))
