"""What the privacy policy says to people without an account who write to us."""

from django.utils.translation import gettext as _

from privacy.documents.statement import Section
from prospects.access import KEPT_MONTHS


def without_account() -> Section:
    """Return what is kept of who only writes to us: it stands in no account."""
    text = (
        _(
            "On the page “Write to us” anybody can ask us something. We keep the e-mail address, the "
            "message, the language, and a name if one is given, and nothing of how it came. We use it only "
            "to answer, because who asks wants an answer. It is erased %(months)s months after the last "
            "contact."
        )
        % {"months": KEPT_MONTHS},
        _(
            "The mail that we send then has a link. Who has it sees all that we keep, can have us stop "
            "writing, and can erase everything at once."
        ),
    )
    return Section("contact", _("When you write to us without an account"), text)
