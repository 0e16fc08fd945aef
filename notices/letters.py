"""The letters about what happened to an account, mailed or texted at once as well, and about this server."""

from django.utils.translation import gettext_lazy as _

from accounts.services import Notice
from notices.rules import Letter, Topic

TITLES = {
    Notice.RECOVERED_BY_SHEET: _("Somebody came back with your recovery sheet"),
    Notice.RECOVERED_BY_RELATIVES: _("Somebody came back with the help of your relatives"),
    Notice.RECOVERY_ASKED: _("Somebody asks to come back into your account"),
    Notice.CLOSING_ASKED: _("Your account will be erased"),
    Notice.CLOSING_UNDONE: _("Your account stays"),
    Notice.PHONE_CHANGED: _("Your telephone number was changed"),
    Notice.EMAIL_CHANGED: _("Your e-mail address was changed"),
    Notice.USERNAME_CHANGED: _("Your username was changed"),
}


def kind_of(notice: Notice) -> str:
    """Return the kind of letter that tells the same as a notice of accounts."""
    return f"account.{notice.name.lower()}"


MAINTENANCE = Letter(
    kind="service.maintenance",
    topic=Topic.MAINTENANCE,
    title=_("PRIFORA is away for a while on %(away_on)s"),
    text=_(
        "On %(away_on)s, between %(begins)s and %(ends)s, we work on PRIFORA, and it cannot be reached. What "
        "you write then waits on your device and goes by itself afterwards. You need not do anything."
    ),
    by_mail=True,
)

ABOUT_ACCOUNTS = [
    Letter(kind=kind_of(notice), topic=Topic.SERVICE, title=title, text=notice.value)
    for notice, title in TITLES.items()
]
LETTERS = [*ABOUT_ACCOUNTS, MAINTENANCE]
