"""A question from the privacy page goes to the privacy officer by mail, and is kept nowhere here."""

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext_lazy as _

from prifora.kernel.errors import Refused

log = structlog.get_logger(__name__)


class NotSent(Refused):
    """The mail could not be handed over."""

    status, code = 503, "not_sent"
    sentence = _("Your question could not be sent. Please try again later, or write or call us.")


def send_question(*, name: str, email: str, phone: str, text: str) -> None:
    """Send a question to the privacy officer, to be answered to the person. Raises NotSent."""
    told = "\n".join(one for one in (name, email, phone) if one)
    message = EmailMessage(
        subject=str(_("A question about privacy")),
        body=f"{text}\n\n-- \n{told}\n",
        to=[settings.PRIVACY_OFFICER["email"]],
        reply_to=[email] if email else None,
    )
    try:
        message.send()
    except Exception as failed:
        log.warning("not_delivered", what="question")
        raise NotSent from failed
