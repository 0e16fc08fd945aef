"""Who may see which account; the only door to people and their devices."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts import sessions
from accounts.models import Account, Device, Link, LogLine, Ring, Session, Vault, VaultSlot
from accounts.profile import FIELDS, Field
from accounts.rules import KDF, Stretching, canonical_login, canonical_phone
from accounts.sessions import AUTH_USER, SessionStore, row_key
from prifora.kernel import access, crypto, keystore
from prifora.kernel.access import Actor, Kind
from prifora.kernel.api import SESSION_DEVICE
from prifora.kernel.compiled import Compiled
from prifora.kernel.errors import Absent
from prifora.kernel.indexed import is_token


class Permission(access.Permission):
    """What accounts lets people do."""

    READ_ME = "accounts:me:read"
    CHANGE_ME = "accounts:me:change"
    READ_CARD = "accounts:card:read"
    READ_VAULT = "accounts:vault:read"
    CHANGE_VAULT = "accounts:vault:change"
    READ_DEVICES = "accounts:device:read"
    CHANGE_DEVICES = "accounts:device:change"
    READ_LOG = "accounts:log:read"
    LINK = "accounts:link:approve"


_LIVE = Compiled(
    lambda ids: Device.objects.filter(pk__in=ids, revoked_at=None, account__is_active=True).values_list("pk")
)


def _nobody(_one: UUID, _other: UUID) -> bool:
    return False


_acquainted: list[Callable[[UUID, UUID], bool]] = [_nobody]


def decide_acquaintance(rule: Callable[[UUID, UUID], bool]) -> None:
    """Set who may see whose card. Until a higher app says more, nobody may (default deny)."""
    _acquainted[0] = rule


def _none(_account_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    return {}


_portraits: list[Callable[[Iterable[UUID]], dict[UUID, UUID]]] = [_none]


def tell_portraits(rule: Callable[[Iterable[UUID]], dict[UUID, UUID]]) -> None:
    """Set who knows the pictures: a higher app holds them, and lists of people show which there are."""
    _portraits[0] = rule


def portraits_of(account_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the version of each picture there is, by account. For code that already checked who asks."""
    return _portraits[0](account_ids)


def _unapproved(_account_id: UUID) -> bytes | None:
    return None


_approved_aik: list[Callable[[UUID], bytes | None]] = [_unapproved]


def decide_approved_aik(rule: Callable[[UUID], bytes | None]) -> None:
    """Set which identity key a managed account may store; until a higher app says more, none."""
    _approved_aik[0] = rule


def approved_aik(account_id: UUID) -> bytes | None:
    """Return the identity key a relative approved for a managed account, or None."""
    return _approved_aik[0](account_id)


def me(actor: Actor, permission: Permission) -> Account:
    """Return the actor's own account; raise Absent when it is gone or closed."""
    account = Account.objects.filter(pk=actor.id, is_active=True).first()
    if account is None:
        raise Absent
    actor.grant(permission)
    return account


def card(actor: Actor, account_id: UUID) -> Account:
    """Return the account of somebody the actor shares a family with, or the actor's own; else Absent."""
    if account_id != actor.id and not _acquainted[0](actor.id, account_id):
        raise Absent
    account = Account.objects.select_related("vault").filter(pk=account_id, is_active=True).first()
    if account is None:
        raise Absent
    actor.grant(Permission.READ_CARD)
    return account


def vault(actor: Actor, permission: Permission) -> Vault:
    """Return the actor's vault; raise Absent when there is none yet."""
    found = Vault.objects.filter(account_id=actor.id).first()
    if found is None:
        raise Absent
    actor.grant(permission)
    return found


def slots_of(vault: Vault) -> list[VaultSlot]:
    """Return the slots of a vault. For code that already checked who asks."""
    return list(VaultSlot.objects.filter(vault=vault).order_by("name"))


def ring(account_id: UUID) -> Ring | None:
    """Return what the devices of an account share. For code that already checked who asks."""
    return Ring.objects.filter(account_id=account_id).first()


def may_link(actor: Actor) -> None:
    """Raise Absent unless the actor may let a new browser into their account from this device.

    A person may, and the Home Station of a managed account. Raises DeviceNeeded without a device.
    """
    managed = Account.objects.filter(pk=actor.id, is_managed=True)
    if actor.kind is not Kind.PERSON and not managed.exists():
        raise Absent
    actor.device()
    actor.grant(Permission.LINK)


def waiting_link(lookup: bytes, now: datetime) -> Link | None:
    """Return the browser that waits under this look-up value."""
    return Link.objects.filter(lookup_hash=crypto.digest(lookup), account=None, expires_at__gt=now).first()


def hold_link(link_id: UUID) -> Link | None:
    """Return a waiting browser by id, locked; the caller checks its signature."""
    return Link.objects.select_for_update().filter(pk=link_id).first()


def is_recovered(request: HttpRequest, now: datetime) -> bool:
    """Return whether the present session came back by a sheet or relatives a moment ago (15 minutes)."""
    return sessions.is_recovered(request.session, now)


def has_vault(account_id: UUID) -> bool:
    """Return whether an account has made its keys."""
    return Vault.objects.filter(account_id=account_id).exists()


def devices(actor: Actor) -> QuerySet[Device]:
    """Return the actor's devices that are in use, oldest first."""
    actor.grant(Permission.READ_DEVICES)
    return live_devices(actor.id)


def my_device(actor: Actor, device_id: UUID) -> Device:
    """Return one device of the actor that is in use, for a Home Station only its own; else Absent."""
    if actor.kind is Kind.STATION and device_id != actor.device_id:
        raise Absent
    device = live_devices(actor.id).filter(pk=device_id).first()
    if device is None:
        raise Absent
    actor.grant(Permission.CHANGE_DEVICES)
    return device


def live_devices(account_id: UUID) -> QuerySet[Device]:
    """Return the devices of an account that are not revoked, oldest first. For code, not for people."""
    return Device.objects.filter(account_id=account_id, revoked_at=None).order_by("created_at", "id")


def my_log(actor: Actor) -> QuerySet[LogLine]:
    """Return the actor's security log, newest first."""
    actor.grant(Permission.READ_LOG)
    return LogLine.objects.filter(account_id=actor.id).order_by("-created_at")


def my_sessions(actor: Actor) -> QuerySet[Session]:
    """Return the actor's sessions that are still good, newest first."""
    actor.grant(Permission.READ_DEVICES)
    return Session.objects.filter(account_id=actor.id, expire_date__gt=timezone.now()).order_by("-created_at")


def names_of(account_ids: Iterable[UUID]) -> dict[UUID, Account]:
    """Return accounts with their vaults by id, in one query. For code that already checked who asks."""
    rows = Account.objects.select_related("vault").defer("vault__sealed_keys").filter(pk__in=set(account_ids))
    return {row.pk: row for row in rows}


def profiles_of(account_ids: Iterable[UUID]) -> dict[UUID, Account]:
    """Return accounts as `names_of` does, for who reads the profile of each: their keys come at once."""
    found = names_of(account_ids)
    keystore.fetch(found)
    return found


def live_sessions(session_keys: Iterable[str]) -> set[str]:
    """Return those cookie values whose session, account and device are all still good; one query."""
    by_row = {row_key(key): key for key in session_keys}
    rows = (
        Session.objects.filter(
            session_key__in=by_row,
            expire_date__gt=timezone.now(),
            account__is_active=True,
            device__revoked_at=None,
        )
        .exclude(device=None)
        .values_list("session_key", flat=True)
    )
    return {by_row[row] for row in rows}


def signed_in_devices(account_id: UUID) -> set[UUID]:
    """Return the devices of an account that are signed in now. For code, not for people."""
    good = Session.objects.filter(
        account_id=account_id,
        expire_date__gt=timezone.now(),
        account__is_active=True,
        device__revoked_at=None,
    )
    return set(good.exclude(device=None).values_list("device_id", flat=True))


def device_of_session(session_key: str) -> tuple[UUID, UUID] | None:
    """Return (account, device) of a good session that is bound to a device by its cookie, else None."""
    if not session_key or session_key not in live_sessions([session_key]):
        return None
    session = SessionStore(session_key)
    account, device = session.get(AUTH_USER), session.get(SESSION_DEVICE)
    return (UUID(account), UUID(device)) if account and device else None


def keys_of(account_id: UUID) -> tuple[bytes, bytes] | None:
    """Return (aik, aek) of an account, or None before it has a vault."""
    row = Vault.objects.filter(account_id=account_id).values_list("aik", "aek").first()
    return (bytes(row[0]), bytes(row[1])) if row else None


def certificates_of(device_ids: Iterable[UUID]) -> dict[UUID, Device]:
    """Return devices, ended ones too, with signature key and certificate, by id; one query.

    For who has to check what a device once signed.
    """
    return Device.objects.only("signature_key", "certificate").in_bulk(set(device_ids))


def public_keys_of(account_ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return the public keys of those accounts that have some (shape PublicKeysOut), in one query."""
    rows = Vault.objects.filter(account_id__in=set(account_ids)).defer("sealed_keys")
    return {row.account_id: public_keys(row) for row in rows}


def public_keys(vault: Vault | None) -> dict[str, Any]:
    """Return what anybody who knows an account is shown of its keys (shape PublicKeysOut)."""
    if vault is None:
        return dict.fromkeys(("aik", "aek", "aek_version", "aek_signature", "device_list"))
    return {
        "aik": bytes(vault.aik),
        "aek": bytes(vault.aek),
        "aek_version": vault.aek_version,
        "aek_signature": bytes(vault.aek_signature),
        "device_list": device_list(vault),
    }


def device_list(vault: Vault) -> dict[str, Any] | None:
    """Return an account's newest device list (shape DeviceListOut), or None before there is one."""
    if not vault.list_version:
        return None
    return {
        "version": vault.list_version,
        "body": bytes(vault.list_body),
        "signature": bytes(vault.list_signature),
    }


def email_of(account: Account) -> str | None:
    """Return the e-mail address a person can be reached at: their own, or the relative's given for them."""
    own = account.profile.get("emails") or {}
    return next(iter(own.values()), None) or account.profile.get("email")


def stretching() -> Stretching:
    """Return how clients turn passwords into keys."""
    return KDF


def phone_number(text: str) -> str | None:
    """Return a phone number in E.164 however a person writes it, or None when it is none."""
    return canonical_phone(text, region=settings.PHONENUMBER_DEFAULT_REGION)


def login_name(text: str) -> str:
    """Return the one form of a username, e-mail address or phone number, however it was typed."""
    return canonical_login(text, region=settings.PHONENUMBER_DEFAULT_REGION)


def salt_of(login: str) -> bytes | None:
    """Return the password salt of whoever signs in by `login` (see `login_name`), or None."""
    account = account_of(login)
    return bytes(account.kdf_salt) if account and account.kdf_salt else None


def account_of(login: str) -> Account | None:
    """Return the active account of whoever signs in by `login` (see `login_name`), or None.

    What looks like a blind index was typed by nobody: who stole the table learns nothing by it.
    """
    if is_token(login):
        return None
    found = Account.objects.filter(Q(username=login) | Q(phone=login), is_active=True).first()
    if found is None and "@" in login:
        addresses = EmailAddress.objects.filter(email=login, user__is_active=True).order_by("-verified")
        address = addresses.select_related("user").first()
        found = address.user if address else None
    return found


def live_device_ids(device_ids: Iterable[UUID]) -> set[UUID]:
    """Return those devices that are not revoked and whose account is active; one query."""
    return {device_id for (device_id,) in _LIVE.rows(set(device_ids))}


def live_devices_of(account_ids: Iterable[UUID]) -> list[Device]:
    """Return the devices in use of several accounts, oldest first; one query."""
    return list(
        Device.objects.filter(account_id__in=set(account_ids), revoked_at=None).order_by("created_at", "id")
    )


def list_fields() -> tuple[Field, ...]:
    """Return every field a person may tell about themselves, whether it must be given, and why we ask."""
    return FIELDS


PARTS = 256


def everybody(part: int) -> list[UUID]:
    """Return the people in one of PARTS parts, by how their random numbers begin; unfinished sign-ups aside.

    For what everybody is told or counted in, a part at a time.
    """
    first, last = UUID(int=part << 120), UUID(int=((part + 1) << 120) - 1)
    real = Account.objects.filter(Q(phone_verified=True) | Q(is_managed=True), pk__range=(first, last))
    return list(real.values_list("pk", flat=True))


def unused_since(day: date) -> list[tuple[UUID, date]]:
    """Return open accounts last used on or before a day, and when that was, the longest ago first."""
    rows = Account.objects.filter(is_active=True, used_on__lte=day).order_by("used_on", "pk")
    return list(rows.values_list("pk", "used_on"))


def used_on(account_ids: Iterable[UUID]) -> dict[UUID, date]:
    """Return when accounts were last used, by id; those that are not there are left out."""
    return dict(Account.objects.filter(pk__in=set(account_ids)).values_list("pk", "used_on"))


def used_from(day: date, until: datetime) -> set[UUID]:
    """Return the accounts there were by `until` that were used on `day` or later, unfinished ones aside."""
    real = Account.objects.filter(Q(phone_verified=True) | Q(is_managed=True))
    return set(real.filter(used_on__gte=day, created_at__lt=until).values_list("pk", flat=True))
