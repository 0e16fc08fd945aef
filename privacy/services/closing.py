"""Closing one's account: what it means, asking for it, and changing one's mind."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.access import email_of, names_of
from accounts.services import Notice, WrongPassword, end_other_sessions, note_in_log, send_notice
from prifora.kernel.erasure import endings
from prifora.kernel.errors import Conflict, Refused
from privacy import access
from privacy.models import Closure
from privacy.services.certificate import as_text, certificate_of
from privacy.services.mandates import refuse_erasing_unchecked

GRACE = timedelta(days=30)
"""For how long somebody who closed their account may change their mind."""


class NoPassword(Refused):
    """The account has no password that could show who asks."""

    code = "no_password"
    sentence = _("This account has no password. Ask us to close it.")


class ErasureBegan(Conflict):
    """The time to change one's mind is over, and the erasure has begun."""

    code = "erasure_began"
    sentence = _("Your account is being erased already.")


def closing_of(account: Any) -> dict[str, Any]:
    """Return what closing an account means, what stays of it, and by when it is erased if that was asked."""
    closure = access.closure_of(account.pk)
    language = str(account.profile.get("language") or "nl")
    told: dict[str, Any] = {}
    for ending in reversed(endings()):
        told |= ending.tell(account.pk)
    certificate = certificate_of(closure or _draft(account.pk), language=language)
    with override(language):
        text = as_text(certificate)
    return {
        **told,
        "grace_days": GRACE.days,
        "due_at": closure.due_at if closure else None,
        "by_mail": email_of(account) is not None,
        "certificate": certificate,
        "text": text,
    }


@transaction.atomic
def ask_closing(
    *, account: Any, password: str, withdraw: bool, session_key: str | None, now: datetime
) -> Closure:
    """Have an account erased GRACE from `now`; every session but the present one ends. Asked again, the same.

    `password` is the authKey. The person is told wherever they can be reached. Raises WrongPassword,
    NoPassword, ErasureBegan.
    """
    if not account.has_usable_password():
        raise NoPassword
    if not account.check_password(password):
        raise WrongPassword(attr="password")
    closure, is_new = Closure.objects.select_for_update().get_or_create(
        account_ref=account.pk, defaults={"due_at": now + GRACE, "withdraw": withdraw, "created_at": now}
    )
    if closure.done:
        raise ErasureBegan
    closure.withdraw = withdraw
    closure.save(update_fields=["withdraw"])
    if is_new:
        note_in_log(account_id=account.pk, what="closing_asked", now=now)
        send_notice(account=account, notice=Notice.CLOSING_ASKED)
    end_other_sessions(account_id=account.pk, session_key=session_key)
    return closure


@transaction.atomic
def keep_account(*, account_id: UUID, now: datetime) -> bool:
    """Undo a closing whose erasure has not begun; return whether there was one.

    One that staff ordered is not undone by signing in. Raises ErasureBegan.
    """
    closure = Closure.objects.select_for_update().filter(account_ref=account_id).first()
    if closure is None:
        return False
    if closure.done or _is_ordered(closure):
        raise ErasureBegan
    closure.delete()
    note_in_log(account_id=account_id, what="closing_undone", now=now)
    send_notice(account=names_of([account_id])[account_id], notice=Notice.CLOSING_UNDONE)
    return True


@transaction.atomic
def close_at_once(*, account_id: UUID, withdraw: bool, now: datetime) -> Closure:
    """Let an account be erased without waiting, at the word of staff (a letter, a court).

    The caller has seen to it that two of them agree: in the admin site a colleague opens the account first.
    While somebody asks it for the person who has not shown that they may, this raises as `answer` does.
    """
    refuse_erasing_unchecked(account_id, now=now)
    closure, _is_new = Closure.objects.update_or_create(
        account_ref=account_id, defaults={"due_at": now, "withdraw": withdraw}
    )
    return closure


def is_due(*, account_id: UUID, now: datetime) -> bool:
    """Return whether an account is to be erased by `now`: ordered, or the days of its closing are over."""
    closure = access.closure_of(account_id)
    return closure is not None and closure.due_at <= now


def _is_ordered(closure: Closure) -> bool:
    return closure.due_at < closure.created_at + GRACE


def _draft(account_id: UUID) -> Closure:
    """Return the closing that would be asked now, not stored."""
    closure = Closure(account_ref=account_id)
    closure.due_at = closure.created_at + GRACE
    return closure
