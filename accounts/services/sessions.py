"""Where a person is signed in: beginning it, ending it, and what their security log says of it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, login
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest

from accounts.events import SessionsEnded, SignedIn
from accounts.models import Account, Device, LogLine, Session
from accounts.sessions import CLIENT, mark_recovered, row_key, unmark_recovered
from prifora.kernel.access import Kind
from prifora.kernel.api import SESSION_DEVICE, SESSION_KIND
from prifora.kernel.devices import client_of
from prifora.kernel.events import publish

BACKEND = "accounts.backends.AccountBackend"
STATION_SESSION_SECONDS = 24 * 60 * 60
STATION_CLIENT = "Home Station"
FRESH_FOR = timedelta(minutes=10)
"""How long after a sign-in a person need not prove again that it is them."""


def sign_in_person(*, request: HttpRequest, account: Account) -> None:
    """Start a session of a person who proved with a key that they may have one; it has no device yet."""
    request.session.flush()
    login(request, account, backend=BACKEND)
    request.session[SESSION_KIND] = Kind.PERSON.value
    request.session[CLIENT] = client_of(request.headers.get("User-Agent", ""))
    announce_sign_in(account_id=account.pk)


def sign_in_recovered(*, request: HttpRequest, account: Account, now: datetime) -> None:
    """Start a session of a person who came back; for 15 minutes it may set a password without the old one."""
    sign_in_person(request=request, account=account)
    mark_recovered(request.session, now)


@transaction.atomic
def drop_lost_factors(account: Account) -> None:
    """Forget the second factors that are lost with a phone: app codes and spare codes. Passkeys stay."""
    lost = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
    Authenticator.objects.filter(user=account, type__in=lost).delete()


def sign_in_station(*, request: HttpRequest, account_id: UUID, device_id: UUID | None) -> None:
    """Start a session of a Home Station that proved its key: 24 hours, renewed by the station itself."""
    account = Account.objects.get(pk=account_id, is_active=True)
    login(request, account, backend=BACKEND)
    request.session[SESSION_KIND] = Kind.STATION.value
    if device_id:
        request.session[SESSION_DEVICE] = str(device_id)
    request.session[CLIENT] = STATION_CLIENT
    request.session.set_expiry(STATION_SESSION_SECONDS)


def bind_session(*, request: HttpRequest, device: Device) -> None:
    """Make the present session speak for `device`; from now on it may see conversations."""
    request.session[SESSION_DEVICE] = str(device.pk)


@transaction.atomic
def end_session(*, account_id: UUID, session_id: UUID) -> bool:
    """End one session of an account; return whether there was one."""
    gone, _rows = Session.objects.filter(account_id=account_id, id=session_id).delete()
    publish(SessionsEnded(account_id=account_id), to=[account_id])
    return bool(gone)


@transaction.atomic
def end_sessions(*, account_id: UUID) -> None:
    """End every session of an account."""
    Session.objects.filter(account_id=account_id).delete()
    publish(SessionsEnded(account_id=account_id), to=[account_id])


@transaction.atomic
def end_station_sessions(*, account_id: UUID) -> None:
    """End the sessions of Home Stations that are bound to no device; those of a device end with it."""
    Session.objects.filter(account_id=account_id, device=None, client=STATION_CLIENT).delete()


@transaction.atomic
def keep_signed_in(*, request: Any, account: Account) -> None:
    """Keep the present session as it is, its socket too, after a password change; every other one ends.

    Stored at once, with the change: a request that comes before this one is answered finds itself signed in.
    """
    unmark_recovered(request.session)
    request.session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    request.session.save()
    end_other_sessions(account_id=account.pk, session_key=request.session.session_key)


@transaction.atomic
def end_other_sessions(*, account_id: UUID, session_key: str | None) -> None:
    """End every session of an account but the one of this cookie value, and the sockets that go with them."""
    Session.objects.filter(account_id=account_id).exclude(session_key=row_key(session_key or "")).delete()
    publish(SessionsEnded(account_id=account_id), to=[account_id])


def signed_in_since(*, account: Account, session: SessionBase, now: datetime) -> bool:
    """Return whether this session's person signed in, or proved themselves anew, less than FRESH_FOR ago."""
    if session.get(SESSION_KEY) != str(account.pk):
        return False
    moments = [one.get("at", 0) for one in session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])]
    return 0 <= now.timestamp() - max(moments, default=0) < FRESH_FOR.total_seconds()


def announce_sign_out(*, account_id: UUID) -> None:
    """Have the sockets of sessions that just ended close."""
    publish(SessionsEnded(account_id=account_id), to=[account_id])


def announce_sign_in(*, account_id: UUID) -> None:
    """Let the other apps know that a person is in."""
    publish(SignedIn(account_id=account_id))


def note_in_log(*, account_id: UUID, what: str, now: datetime, who: str = "you") -> None:
    """Add a line to a person's security log: a code and who did it."""
    LogLine.objects.create(account_id=account_id, what=what, who=who, created_at=now)
