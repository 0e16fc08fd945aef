"""The drafts that a leak needs: the report to the supervisory authority, and the letter to who is touched."""

from datetime import datetime

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from prifora.kernel.terms import ZONE, day_of
from support.letters import BREACH_OPEN, BREACH_SEALED, area_of
from support.services.breaching import Assessment

MOMENT = "j F Y H:i"


def draft_of(found: Assessment, *, known_at: datetime, language: str) -> str:
    """Return the report (GDPR art. 33(3)) and the letter (art. 34) in nl, fr or en, to be completed by hand.

    It names nobody: people are counted. What a machine cannot know stands between square brackets.
    """
    facts = {"known_on": day_of(known_at).isoformat(), "area": area_of(found.table)}
    with override(language):
        title, text = (BREACH_SEALED if found.is_sealed else BREACH_OPEN).filled(facts)
        return "\n".join(
            [*_report(found, known_at), "", _("DRAFT: letter to each person"), "", title, "", text, ""]
        )


def refusal_of(*, reference: str, language: str) -> str:
    """Return the letter to an authority that gets nothing, in nl, fr or en; `reference` is its number."""
    with override(language):
        said = _(
            "Under your number %(reference)s you asked us for data about an account. We do not hand it "
            "out: we could not make sure who asks, or that a law orders us to. You can ask again in "
            "writing. Name the authority, the article, and how we can check that it is you. What people"
            " say to each other we cannot hand out at all: we have no key to it."
        )
        return said % {"reference": reference}


def _report(found: Assessment, known_at: datetime) -> list[str]:
    return [
        _("DRAFT: report of a data breach to the supervisory authority"),
        "",
        _("Reported by: %(operator)s") % {"operator": settings.OPERATOR or "[…]"},
        _("Contact: %(contact)s") % {"contact": settings.PRIVACY_CONTACT or "[…]"},
        _("Known to us since: %(moment)s") % {"moment": _moment(known_at)},
        _("To be reported before: %(moment)s (72 hours)") % {"moment": _moment(found.authority_by)},
        _("As a provider of telecommunication before: %(moment)s (24 hours)")
        % {"moment": _moment(found.telecom_by)},
        _("What was lost: the table %(table)s") % {"table": found.table},
        _("Rows: %(n)s") % {"n": found.rows},
        _("People: %(n)s") % {"n": len(found.people)},
        *_categories(found),
        _sealed(found),
        _("What happened, what may follow from it, and what we did: […]"),
    ]


def _categories(found: Assessment) -> list[str]:
    ways = {
        "by-server": _("readable for who has the table: %(what)s"),
        "sealed": _("sealed under keys that are not in the table: %(what)s"),
        "by-members": _("sealed end to end, without any key of ours: %(what)s"),
    }
    return [ways[seen] % {"what": ", ".join(counted)} for seen, counted in found.categories.items()]


def _sealed(found: Assessment) -> str:
    if found.is_sealed:
        return _("All of it is sealed. People need not be told (GDPR art. 34(3)(a)); we tell them anyway.")
    return _("Some of it is readable. People must be told (GDPR art. 34).")


def _moment(moment: datetime) -> str:
    return date_format(moment.astimezone(ZONE), MOMENT)
