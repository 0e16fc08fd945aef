"""What a person may tell about themselves: every field, whether it must be given, and why we ask.

One list serves the sign-up form, the API, the web app's notices and the policy.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PLACE = "accounts_account.sealed"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: who must give it at sign-up, and the sentence shown beside it."""

    name: str
    why: str | Promise
    user_must: bool = False
    contact_must: bool = False

    def required_for(self, kind: str) -> bool:
        """Return whether an account of `kind` ("user" or "contact") must give it."""
        return self.user_must if kind == "user" else self.contact_must


FIELDS = (
    Field(
        "phone",
        _("To check that it is you, and to reach you when something is wrong."),
        user_must=True,
        contact_must=True,
    ),
    Field(
        "username", _("To sign in. Your family does not need to know it."), user_must=True, contact_must=True
    ),
    Field("first_name", _("So that your family sees who you are."), user_must=True, contact_must=True),
    Field("last_name", _("So that your family sees who you are."), user_must=True, contact_must=True),
    Field("email", _("For codes and important messages about your account."), user_must=True),
    Field("portrait", _("So that your family recognises you at once. Only they see it.")),
    Field("date_of_birth", _("So that your family can think of your birthday. The year stays hidden.")),
    Field("other_dates", _("For days you want to be remembered, such as your wedding day.")),
    Field(
        "address", _("For the weather at home, and to fill in an order faster. Your family does not see it.")
    ),
    Field("notes", _("For yourself only. Nobody else sees this.")),
)


def field(name: str) -> Field:
    """Return one field by its name; raises KeyError for none."""
    return {one.name: one for one in FIELDS}[name]


SIGN_UP = ("phone", "username", "first_name", "last_name", "email")
EDITABLE = (
    "first_name",
    "last_name",
    "date_of_birth",
    "other_dates",
    "address",
    "notes",
    "language",
    "time_zone",
    "text_size",
    "hint_dismissed",
    "quiet_from",
    "quiet_to",
)
