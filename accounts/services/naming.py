"""Correcting what one signs in with; each change is told where the person could be reached before it."""

from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import Account
from accounts.notices import Notice, send_notice
from accounts.services.people import UsernameTaken
from accounts.services.sessions import note_in_log
from accounts.services.vaults import WrongPassword


@transaction.atomic
def change_username(*, account: Account, username: str, password: str, now: datetime) -> Account:
    """Let a person sign in by another name from now on; the one they had is free again.

    `username` is in its one form (rules.canonical_username), `password` the authKey. The caller counts tries.
    Raises WrongPassword, UsernameTaken.
    """
    if not account.check_password(password):
        raise WrongPassword(attr="password")
    row = Account.objects.select_for_update().get(pk=account.pk)
    if row.username == username:
        return row
    if username in settings.ACCOUNT_USERNAME_BLACKLIST:
        raise UsernameTaken(attr="username")
    row.username = username
    try:
        with transaction.atomic():
            row.save(update_fields=["username"])
    except IntegrityError as taken:
        raise UsernameTaken(attr="username") from taken
    note_in_log(account_id=row.pk, what="username_changed", now=now)
    send_notice(account=row, notice=Notice.USERNAME_CHANGED)
    return row


@transaction.atomic
def change_phone(*, account: Account, phone: str, now: datetime) -> None:
    """Note a number whose code the person typed in; who had another before is told there, too."""
    row = Account.objects.select_for_update().get(pk=account.pk)
    if row.phone_verified and row.phone and row.phone != phone:
        note_in_log(account_id=row.pk, what="phone_changed", now=now)
        send_notice(account=row, notice=Notice.PHONE_CHANGED)
    account.phone, account.phone_verified = phone, True
    account.save(update_fields=["phone", "phone_verified"])


def tell_address_changes(*, account_id: UUID, new: EmailAddress) -> None:
    """Tell a person, at the address they had until now, that `new` replaces it; nothing if there was none."""
    before = EmailAddress.objects.filter(user_id=account_id, verified=True).exclude(pk=new.pk)
    if before.exists():
        send_notice(account=Account.objects.get(pk=account_id), notice=Notice.EMAIL_CHANGED)
