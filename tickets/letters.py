"""What tickets tells people: that there is an answer, never what it says."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from notices.rules import Letter, Topic

_letter = partial(Letter, topic=Topic.SERVICE, by_mail=True, path="/help/%(ticket)s")

ANSWERED = _letter(
    kind="tickets.answered",
    title=_("We answered your question"),
    text=_(
        "On %(asked_on)s you asked us for help. Our answer is there: under Help you can read it, and write "
        "back. On a Home Station you touch “Help”."
    ),
)
CLOSED = _letter(
    kind="tickets.closed",
    title=_("Your question is done"),
    text=_(
        "On %(asked_on)s you asked us for help. We think that it is done, and closed your question. Under "
        "Help you can read it again. Is it not done? Write to us there, and we go on with it."
    ),
)

LETTERS = (ANSWERED, CLOSED)
