"""The mails to who wrote to us without an account."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail: its subject, and what stands before our words."""

    title: "StrPromise"
    text: "StrPromise"


HELLO = _("Hello,")
GREETING = _("Kind regards, PRIFORA")
PAGE = _(
    "This link is yours alone. It shows what we keep of you, and there you can have us stop writing to you "
    "or erase everything: %(link)s"
)

MAILS = {
    "person": Mail(
        _("We have your message"),
        _(
            "Thank you for your message to PRIFORA. A person reads it and answers you by %(due_on)s at the "
            "latest. Did you not write to us? Then somebody filled in your address. Erase it with the link "
            "below."
        ),
    ),
    "staff": Mail(_("Our answer to your message"), _("You wrote to us. This is our answer:")),
}
"""By who said what the mail goes with."""
