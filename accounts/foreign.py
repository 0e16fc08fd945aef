"""What is no model of ours: tables of the libraries we build on, column by column, and who gets messages."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from prifora.kernel.policy import (
    Basis,
    Category,
    Held,
    Kind,
    Policy,
    Purpose,
    Seen,
    Store,
    declare_foreign,
    declare_store,
    running,
)

_LINK = Held(Category.RELATION, Purpose.SIGN_IN, export=False)


def declare() -> None:
    """Declare tables of Django and of the sign-in library, and messages. Called when the app is ready."""
    for store in _MESSAGES:
        declare_store(store)
    for table, columns in _NOBODY.items():
        declare_foreign(table, Policy(subject="", keep=None, fields={name: running() for name in columns}))
    declare_foreign("account_emailaddress", Policy(subject="user", keep=None, fields=_ADDRESS))
    declare_foreign(
        "account_emailconfirmation", Policy(subject="email_address__user", keep=None, fields=_CONFIRM)
    )
    declare_foreign("mfa_authenticator", Policy(subject="user", keep=None, fields=_FACTOR))
    declare_foreign("django_admin_log", Policy(subject="user", keep=None, fields=_STAFF_LOG))


_NOBODY = {
    "django_migrations": ("id", "app", "name", "applied"),
    "django_content_type": ("id", "app_label", "model"),
    "auth_permission": ("id", "name", "content_type", "content_type_id", "codename"),
    "auth_group": ("id", "name"),
    "auth_group_permissions": ("id", "group", "group_id", "permission", "permission_id"),
}

_ADDRESS = {
    "id": running(),
    "user": _LINK,
    "user_id": _LINK,
    "email": Held(Category.INDEX, Purpose.SIGN_IN, export=False),
    "verified": Held(Category.PROFILE, Purpose.SIGN_IN),
    "primary": Held(Category.PROFILE, Purpose.SIGN_IN),
}

_CONFIRM = {
    "id": running(),
    "email_address": _LINK,
    "email_address_id": _LINK,
    "created": Held(Category.TIMING, Purpose.SIGN_IN, export=False),
    "sent": Held(Category.TIMING, Purpose.SIGN_IN, export=False),
    "key": Held(Category.CREDENTIAL, Purpose.SIGN_IN, export=False),
}

_FACTOR = {
    "id": running(),
    "user": _LINK,
    "user_id": _LINK,
    "type": Held(Category.CREDENTIAL, Purpose.SIGN_IN),
    "data": Held(Category.CREDENTIAL, Purpose.SIGN_IN, Seen.BY_SERVER, export=False),
    "created_at": Held(Category.TIMING, Purpose.SECURITY),
    "last_used_at": Held(Category.TIMING, Purpose.SECURITY),
}

_STAFF = Held(Category.STAFF, Purpose.PROOF, basis=Basis.LEGAL, export=False)
_STAFF_LOG = dict.fromkeys(
    (
        "id",
        "action_time",
        "user",
        "user_id",
        "content_type",
        "content_type_id",
        "object_id",
        "object_repr",
        "action_flag",
        "change_message",
    ),
    _STAFF,
)

MESSAGES_KEPT = timedelta(days=30)
"""How long what was sent lies where it was delivered to files."""

_MESSAGES = (
    Store(
        name="mail",
        kind=Kind.HOST,
        holds=_("mail with a code or a notice, never what people say to each other"),
        category=Category.EMAIL,
        purpose=Purpose.SIGN_IN,
        keep=MESSAGES_KEPT,
        names=("mail",),
        sends=(
            _("your e-mail address"),
            _("a code, or what was changed in your account"),
            _("what you ask on the page about privacy"),
        ),
    ),
    Store(
        name="text messages",
        kind=Kind.HOST,
        holds=_("text messages with a code or a notice, never what people say to each other"),
        category=Category.PHONE,
        purpose=Purpose.SIGN_IN,
        keep=MESSAGES_KEPT,
        names=("sms",),
        sends=(_("your mobile number"), _("a code, or what was changed in your account")),
    ),
)
"""Where nothing is set up to deliver them, on one's own machine, they are files of these names."""
