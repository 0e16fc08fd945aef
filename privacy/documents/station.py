"""The data sheet of the Home Station: what it makes known, and how to get it (EU Data Act, art. 3)."""

from django.utils.translation import gettext as _

from prifora.kernel.policy import Category, Purpose
from privacy.documents.holdings import Holding, holdings
from privacy.documents.statement import Section, Statement
from privacy.documents.words import CATEGORIES, READERS, term, together


def sheet() -> Statement:
    """Return the data sheet in the active language."""
    return Statement(
        _("Data sheet of the Home Station"),
        _("What a Home Station tells by itself, before you choose to have one."),
        (_made(), _amounts(), _access(), _shared(), _end()),
    )


def _made() -> Section:
    by_category: dict[Category, list[Holding]] = {}
    for one in holdings():
        if one.held.purpose is Purpose.STATION and one.is_about_people:
            by_category.setdefault(one.held.category, []).append(one)
    head = (_("What"), _("Who can read it"), _("How long"))
    rows = tuple(
        (
            str(CATEGORIES[category]),
            together(READERS[one.held.seen] for one in kept),
            together(term(one.keep) for one in kept),
        )
        for category, kept in sorted(by_category.items())
    )
    return Section("made", _("What it makes known"), (), head, rows)


def _amounts() -> Section:
    text = (
        _(
            "About once a minute it says that it is on and how it is connected: by cable or wifi, and"
            " how strong. It names no network, listens to nothing and films nothing by itself."
        ),
        _(
            "Only if its user agrees, it also says once a day at most that something was read aloud. That is "
            "counted under no name."
        ),
        _("It needs a connection to the internet. Photos it has shown before, it also shows without one."),
    )
    return Section("amounts", _("How much and how often"), text)


def _access() -> Section:
    text = (
        _(
            "Who uses the Home Station and who manages it see in the app whether it is on, when it "
            "was last seen and how it is connected. It costs nothing. For all of it in a file, write "
            "to us."
        ),
    )
    return Section("access", _("How you get it"), text)


def _shared() -> Section:
    text = (
        _(
            "We use it only to make the Home Station work and to help you. We give it to nobody else,"
            " unless you ask us to bring it to somebody you choose."
        ),
    )
    return Section("shared", _("Who else receives it"), text)


def _end() -> Section:
    text = (
        _(
            "Disconnect it in the app, or wipe it from afar. It then forgets everything, and we "
            "forget its device number. Who has it next finds nothing of you."
        ),
    )
    return Section("end", _("When you give it away"), text)
