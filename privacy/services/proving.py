"""Proof that it is the person who takes everything along, and not who found their phone on the table."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.services import WrongPassword, note_in_log, signed_in_since
from prifora.kernel.errors import Refused


class SignInNeeded(Refused):
    """No password came, and the person signed in too long ago to do without."""

    status, code = 403, "sign_in_needed"
    sentence = _("First show that it is you: fill in your password, or sign in again.")


@transaction.atomic
def prove_export(*, account: Any, password: str | None, session: SessionBase, now: datetime) -> None:
    """Accept the authKey, or a sign-in of this session a few minutes ago; it stands in the security log.

    Raises WrongPassword, SignInNeeded. It holds for one answer: nothing is made that could be fetched later.
    """
    if password is None and not signed_in_since(account=account, session=session, now=now):
        raise SignInNeeded
    if password is not None and not account.check_password(password):
        raise WrongPassword(attr="password")
    note_in_log(account_id=account.pk, what="data_exported", now=now)
