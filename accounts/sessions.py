"""Sessions as Django wants them, kept so that neither row nor backup lets anybody in or tells anything.

The row is found by the SHA-256 of the cookie's value; its content is sealed under the server's key and
bound to that row, so that it opens nowhere else.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import DatabaseError, IntegrityError, router, transaction
from django.utils import timezone
from django.utils.functional import cached_property

from prifora.kernel import crypto
from prifora.kernel.api import SESSION_DEVICE
from prifora.kernel.ids import new_id
from prifora.kernel.terms import today

CLIENT = "client"
AUTH_USER = "_auth_user_id"
RECOVERED = "recovered_at"
RECOVERED_LASTS = timedelta(minutes=15)
"""How long who came back by a sheet or relatives may set a password without knowing the one before."""


def mark_recovered(session: SessionBase, now: datetime) -> None:
    """Note in a session that it began by coming back, and when."""
    session[RECOVERED] = now.timestamp()


def unmark_recovered(session: SessionBase) -> None:
    """Take the mark away: it has been used."""
    session.pop(RECOVERED, None)


def is_recovered(session: SessionBase, now: datetime) -> bool:
    """Return whether a session began by coming back less than RECOVERED_LASTS ago."""
    begun = session.get(RECOVERED)
    return begun is not None and now.timestamp() - begun < RECOVERED_LASTS.total_seconds()


def row_key(session_key: str) -> str:
    """Return the primary key of the row that belongs to a cookie's value."""
    return crypto.digest(b"prifora session " + session_key.encode()).hex()


def _seal_key() -> bytes:
    return crypto.derive(settings.SEAL_KEY, "secret session")


class SessionStore(SessionBase):
    """One session; loads lazily, saves when changed."""

    @cached_property
    def model(self) -> Any:
        return apps.get_model("accounts", "Session")

    def load(self) -> dict[str, Any]:
        key = row_key(self._session_key or "")
        good = self.model.objects.filter(expire_date__gt=timezone.now(), device__revoked_at=None)
        row = good.filter(session_key=key).first()
        if row is None:
            self._session_key = None
            return {}
        try:
            return self.serializer().loads(crypto.unseal(_seal_key(), bytes(row.session_data), key))
        except crypto.Unreadable:
            return {}

    def exists(self, session_key: str) -> bool:
        return self.model.objects.filter(session_key=row_key(session_key)).exists()

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        table, key = self.model.objects, row_key(self.session_key)
        fields = self._fields(data, key)
        if not must_create:
            if not table.filter(session_key=key).update(**fields):
                raise UpdateError
            return
        now = timezone.now()
        try:
            with transaction.atomic(using=router.db_for_write(self.model)):
                table.create(session_key=key, id=new_id(), created_at=now, **fields)
        except IntegrityError as taken:
            raise CreateError from taken
        except DatabaseError as wrong:
            raise UpdateError from wrong

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            self.model.objects.filter(session_key=row_key(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        cls().model.objects.filter(expire_date__lt=timezone.now()).delete()

    def _fields(self, data: dict[str, Any], key: str) -> dict[str, Any]:
        device, account = data.get(SESSION_DEVICE), data.get(AUTH_USER)
        return {
            "session_data": crypto.seal(_seal_key(), self.serializer().dumps(data), key),
            "expire_date": self.get_expiry_date(),
            "account_id": UUID(account) if account else None,
            "device_id": UUID(device) if device else None,
            "client": data.get(CLIENT, ""),
            "last_seen_on": today(),
        }
