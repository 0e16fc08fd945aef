"""Accounts as a whole: made, changed, closed."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.clients import forget_files
from accounts.events import AccountClosed, AccountUsed
from accounts.foreign import MESSAGES_KEPT
from accounts.models import Account
from accounts.profile import EDITABLE
from accounts.services.sessions import end_sessions
from prifora.kernel.errors import Refused
from prifora.kernel.events import publish
from prifora.kernel.keystore import destroy_key

UNFINISHED_KEPT = timedelta(hours=24)


class UsernameTaken(Refused):
    """Taken or reserved; which of the two is not said."""

    status, code = 409, "username_taken"
    sentence = _("This username cannot be used. Choose another one.")


@transaction.atomic
def make_account(
    *,
    kind: str,
    username: str,
    phone: str,
    password: str | None,
    kdf_salt: bytes | None,
    profile: dict[str, Any],
) -> Account:
    """Store a verified account directly (staff, tests). People sign up through the sign-in API.

    `password` is the authKey. Raises UsernameTaken.
    """
    account = Account(kind=kind, username=username, phone=phone, phone_verified=True, kdf_salt=kdf_salt)
    account.profile.update(profile)
    account.set_password(password)
    _save_new(account)
    return account


@transaction.atomic
def make_managed_account(*, username: str, profile: dict[str, Any]) -> Account:
    """Store the account of a Home Station user whom a relative sets up: no password, no sign-in of its own.

    `profile` holds first_name, last_name, phone, email, phone_via_relative, email_via_relative, language.
    The phone number may be a relative's, so nobody signs in by it. Raises UsernameTaken.
    """
    if username in settings.ACCOUNT_USERNAME_BLACKLIST:
        raise UsernameTaken(attr="username")
    account = Account(kind="user", username=username, is_managed=True)
    account.profile.update(profile)
    account.set_unusable_password()
    _save_new(account)
    return account


@transaction.atomic
def drop_unfinished(*, now: datetime) -> int:
    """Forget sign-ups whose phone number nobody proved within UNFINISHED_KEPT; return how many.

    Otherwise a stranger could keep somebody's number and name for ever.
    """
    ended = Account.objects.filter(
        phone_verified=False, is_managed=False, created_at__lt=now - UNFINISHED_KEPT
    )
    gone = list(ended.select_for_update().values_list("pk", flat=True))
    Account.objects.filter(pk__in=gone).delete()
    for account_id in gone:
        transaction.on_commit(partial(destroy_key, account_id))
    return len(gone)


def drop_messages(*, now: datetime) -> int:
    """Forget the mails and text messages that lie in files where nothing delivers them; return how many."""
    return forget_files(before=now - MESSAGES_KEPT)


@transaction.atomic
def change_profile(*, account: Account, changes: dict[str, Any]) -> Account:
    """Change what a person tells about themselves; None removes an optional field."""
    row = Account.objects.select_for_update().get(pk=account.pk)
    for name in EDITABLE:
        if name in changes:
            row.profile[name] = changes[name]
            if changes[name] in (None, "", []):
                del row.profile[name]
    row.save(update_fields=["sealed"])
    return row


def note_use(*, account: Account, today: date) -> None:
    """Remember that an account is used today, the first time on a day; one that nobody uses ends one day."""
    if account.used_on >= today:
        return  # Every request comes here: nothing is opened for writing.
    with transaction.atomic():
        if Account.objects.filter(pk=account.pk, used_on__lt=today).update(used_on=today):
            publish(AccountUsed(account_id=account.pk))
    account.used_on = today


@transaction.atomic
def close_account(*, account: Account) -> None:
    """Shut an account: nobody signs in, nothing of it is reachable. Erasing it is another use case."""
    account.is_active = False
    account.save(update_fields=["is_active"])
    publish(AccountClosed(account_id=account.pk), to=[account.pk])
    end_sessions(account_id=account.pk)


def _save_new(account: Account) -> None:
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as taken:
        raise UsernameTaken(attr="username") from taken
