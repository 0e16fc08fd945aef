"""What is published every year: how often authorities asked, how often staff looked. Numbers, nobody's."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from prifora.kernel.terms import day_of
from support.models import Ground, LedgerLine

LINES = (
    ("case_received", gettext_lazy("Requests by authorities that came in: %(n)s")),
    ("emergency", gettext_lazy("of which in an emergency (answer within 8 hours): %(n)s")),
    ("gag", gettext_lazy("of which a law forbade to tell the person at once: %(n)s")),
    ("case_delivered", gettext_lazy("Requests to which data was handed out: %(n)s")),
    ("case_refused", gettext_lazy("Requests that were refused: %(n)s")),
    ("case_told", gettext_lazy("Letters about this to the people concerned: %(n)s")),
    ("grant_approved", gettext_lazy("Times that a colleague opened somebody's data for staff: %(n)s")),
    ("look", gettext_lazy("Rows that staff opened: %(n)s")),
    ("breach_reported", gettext_lazy("Leaks of data: %(n)s")),
    ("breach_drill", gettext_lazy("Drills of a leak: %(n)s")),
)


def report_of(*, year: int, language: str) -> str:
    """Return the report of one calendar year (local days) in nl, fr or en, counted in the ledger."""
    counted = _count(year)
    with override(language):
        said = [str(words) % {"n": counted[what]} for what, words in LINES]
        closing = _("What people say to each other was never among it: we have no key to it.")
        return "\n".join(
            [_("PRIFORA: transparency report %(year)s") % {"year": year}, "", *said, "", closing, ""]
        )


def _count(year: int) -> Counter[str]:
    lines = LedgerLine.objects.order_by("n").values_list("at", "what", "facts")
    counted: Counter[str] = Counter()
    for at, what, facts in lines.iterator():
        if day_of(datetime.fromisoformat(at)).year == year:
            counted.update(_kinds(what, facts))
    return counted


def _kinds(what: str, facts: str) -> Iterable[str]:
    yield what
    if what == "case_received":
        said = json.loads(facts)
        yield from (["emergency"] if said["ground"] == Ground.EMERGENCY.value else [])
        yield from (["gag"] if said["gag"] else [])
