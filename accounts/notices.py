"""Short notices to a person, by mail and text message: what happened to their account, never more."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts import clients
from accounts.access import email_of
from accounts.events import PersonTold
from accounts.models import Account
from prifora.kernel.events import publish

SUBJECT = _("About your PRIFORA account")


class Notice(Enum):
    """What a person is told, wherever they can be reached."""

    RECOVERED_BY_SHEET = _(
        "Somebody came back into your PRIFORA account with your recovery sheet. "
        "Was it not you? Sign in and look at your devices."
    )
    RECOVERED_BY_RELATIVES = _(
        "Somebody came back into your PRIFORA account with the help of your relatives. "
        "Was it not you? Sign in and look at your devices."
    )
    RECOVERY_ASKED = _(
        "Somebody asks to come back into your PRIFORA account. "
        "Was it not you? Open PRIFORA on one of your devices and stop it."
    )
    CLOSING_ASKED = _(
        "Your PRIFORA account will be erased in 30 days, as you asked. "
        "Do you want to keep it, or was it not you? Then sign in before that day."
    )
    CLOSING_UNDONE = _("Your PRIFORA account stays: it will not be erased.")
    PHONE_CHANGED = _(
        "The telephone number of your PRIFORA account was changed. "
        "Was it not you? Sign in and look at your devices."
    )
    EMAIL_CHANGED = _(
        "The e-mail address of your PRIFORA account was changed. "
        "Was it not you? Sign in and look at your devices."
    )
    USERNAME_CHANGED = _(
        "The username of your PRIFORA account was changed. Was it not you? Sign in and look at your devices."
    )


@dataclass(frozen=True, slots=True)
class Paper:
    """Something to keep, which goes with a mail: name, media type, content."""

    name: str
    media_type: str
    content: str


def send_notice(*, account: Account, notice: Notice) -> None:
    """Tell a person in their language, after the commit, at every address there is for them.

    A higher app keeps a letter of it (PersonTold), for who was not reached.
    """
    publish(PersonTold(account_id=account.pk, what=notice.name.lower()))
    with override(account.profile.get("language") or settings.LANGUAGE_CODE):
        subject, text = str(SUBJECT), str(notice.value)
    address, phone = email_of(account), account.profile.get("phone")
    if address:
        mail = EmailMessage(subject, text, to=[address])
        clients.deliver_after_commit(mail.send, what="mail")
    if phone:
        clients.deliver_after_commit(lambda: clients.text_messages().send(to=phone, text=text), what="text")


def send_papers(*, address: str, text: str, papers: Iterable[Paper]) -> None:
    """Send a mail with papers to keep, after the commit."""
    mail = EmailMessage(str(SUBJECT), text, to=[address])
    for paper in papers:
        mail.attach(paper.name, paper.content, paper.media_type)
    clients.deliver_after_commit(mail.send, what="mail")
