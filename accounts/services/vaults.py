"""The vault: public keys, sealed private keys, and the slots that open them. Also what devices share."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import approved_aik, live_devices
from accounts.events import EncryptionKeyChanged, RingChanged, VaultChanged
from accounts.models import Account, Ring, Vault, VaultSlot
from accounts.services.sessions import note_in_log
from prifora.kernel import statements
from prifora.kernel.errors import Absent, Conflict, Refused, StatementRefused
from prifora.kernel.events import publish
from prifora.kernel.shapes import SLOTS_MAX

FIRST = 1
DEVICE_SLOT, PASSWORD_SLOT, SHEET_SLOT = "device:", "password", "recovery"


class VaultExists(Conflict):
    """The account has made its keys before; a second vault would lock the first one's messages away."""

    code = "vault_exists"
    sentence = _("Your messages are already protected. Unlock them with your password.")


class StaleVault(Conflict):
    """The change was made from an older content of the vault; `revision` is the present one."""

    code = "stale_vault"
    sentence = _("Another of your devices changed this in the meantime. Please try again.")


class StaleRing(Conflict):
    """The change was made from an older content of the ring; `n` is the present one."""

    code = "stale_ring"
    sentence = _("Another of your devices wrote this down in the meantime. Please try again.")


class SlotMissing(Refused):
    """The vault would no longer open with the password that signs in."""

    code = "slot_missing"
    sentence = _("Your password must go on opening your messages.")


class RingMissing(Refused):
    """The vault has new keys, and what the devices share is still sealed under the old ones."""

    code = "ring_missing"
    sentence = _("What your devices know of your family must come along. Please try again.")


class AikNotApproved(Refused):
    """A managed account stores the identity key that a relative approved, and no other."""

    code = "aik_not_approved"
    sentence = _("Nobody in the family has approved these keys. Connect the Home Station again.")


class TooManySlots(Conflict):
    """SLOTS_MAX ways open the vault."""

    code = "too_many_slots"
    sentence = _("There are too many ways to open your messages. Remove one first.")


class WrongPassword(Refused):
    """The current password did not match, or is not there though it is needed."""

    code = "wrong_password"
    sentence = _("This password is not right.")


@transaction.atomic
def make_vault(
    *,
    account: Account,
    aik: bytes,
    aek: bytes,
    aek_signature: bytes,
    sealed_keys: bytes,
    slots: list[dict[str, Any]],
) -> Vault:
    """Store an account's keys and the slots that open them (each as SlotShape); only once.

    The same content again gets the vault made the first time. Raises VaultExists, AikNotApproved,
    StatementRefused.
    """
    Account.objects.select_for_update().get(pk=account.pk)
    known = Vault.objects.filter(account=account).first()
    if known is not None:
        if bytes(known.aik) != aik or bytes(known.sealed_keys) != sealed_keys:
            raise VaultExists
        return known
    if account.is_managed and approved_aik(account.pk) != aik:
        raise AikNotApproved(attr="aik")
    _check_encryption_key(account.pk, aik, version=FIRST, aek=aek, signature=aek_signature)
    vault = Vault.objects.create(
        account=account, aik=aik, aek=aek, aek_signature=aek_signature, sealed_keys=sealed_keys
    )
    _put_slots(vault, slots)
    return vault


@transaction.atomic
def change_vault(
    *,
    account_id: UUID,
    now: datetime,
    revision: int,
    sealed_keys: bytes,
    slots: list[dict[str, Any]],
    aek: bytes | None = None,
    aek_version: int | None = None,
    aek_signature: bytes | None = None,
    ring: dict[str, Any] | None = None,
) -> Vault:
    """Give a vault new content and new slots, all of them, and a new encryption key where one is given.

    The keywords from `revision` on are those of VaultChangeIn. The same change again is stored once.
    Raises Absent before there is a vault, StaleVault, StaleRing, StatementRefused, SlotMissing, RingMissing.
    """
    vault = hold_vault(account_id)
    change = {"revision": revision, "sealed_keys": sealed_keys, "slots": slots, "ring": ring}
    if is_stored(vault, change):
        return vault
    key = {"aek": aek, "aek_version": aek_version, "aek_signature": aek_signature} if aek else {}
    store_change(vault, change | key)
    note_in_log(account_id=account_id, what="keys_changed", now=now)
    return vault


@transaction.atomic
def change_password(
    *,
    account: Account,
    current: str | None,
    password: str,
    kdf_salt: bytes,
    vault: dict[str, Any],
    recovered: bool,
    now: datetime,
) -> None:
    """Change how a person signs in and how their vault opens (`vault` as VaultChangeIn), both or neither.

    `current` may be missing only for who came back a moment ago (`recovered`). Raises WrongPassword,
    and what `change_vault` raises.
    """
    held = hold_vault(account.pk)
    if is_stored(held, vault) and account.check_password(password):
        return
    if current is None and not recovered:
        raise WrongPassword(attr="current_password")
    if current is not None and not account.check_password(current):
        raise WrongPassword(attr="current_password")
    account.set_password(password)
    account.kdf_salt = kdf_salt
    account.save(update_fields=["password", "kdf_salt"])
    store_change(held, vault)
    note_in_log(account_id=account.pk, what="password_changed", now=now)


@transaction.atomic
def write_ring(*, account_id: UUID, revision: int, n: int, sealed: bytes) -> None:
    """Keep what the devices of an account share, sealed under the keys of the vault of `revision`.

    `n` counts up by one. The same again is kept once. Raises Absent before there is a vault, StaleVault,
    StaleRing.
    """
    check_revision(hold_vault(account_id), revision)
    _put_ring(account_id, n, sealed)


def _put_ring(account_id: UUID, n: int, sealed: bytes) -> None:
    ring = Ring.objects.filter(account_id=account_id).first()
    present = ring.n if ring else 0
    if ring and n == present and bytes(ring.sealed) == sealed:
        return
    if n != present + 1:
        raise StaleRing(n=present)
    Ring.objects.update_or_create(account_id=account_id, defaults={"n": n, "sealed": sealed})
    publish(RingChanged(account_id=account_id), to=[account_id])


def hold_vault(account_id: UUID) -> Vault:
    """Return the vault of an account, locked until the transaction ends; raise Absent when there is none."""
    vault = Vault.objects.select_for_update().filter(account_id=account_id).first()
    if vault is None:
        raise Absent
    return vault


def is_stored(vault: Vault, change: dict[str, Any]) -> bool:
    """Return whether a change is what was stored last: its answer was lost, and it came again."""
    return vault.revision == change["revision"] + 1 and bytes(vault.sealed_keys) == change["sealed_keys"]


def store_change(vault: Vault, change: dict[str, Any]) -> None:
    """Store a change (as VaultChangeIn) in a locked vault; raises what `change_vault` raises."""
    check_revision(vault, change["revision"])
    names = {slot["name"] for slot in change["slots"]}
    if PASSWORD_SLOT not in names and vault.account.has_usable_password():
        raise SlotMissing(attr="slots")
    if change.get("aek"):
        _take_encryption_key(vault, change)
    if change.get("ring"):
        _put_ring(vault.account_id, **change["ring"])
    elif change.get("aek") and Ring.objects.filter(account_id=vault.account_id).exists():
        raise RingMissing(attr="ring")
    _put_slots(vault, _still_useful(vault, change["slots"]))
    advance(vault, change["sealed_keys"])


def check_revision(vault: Vault, revision: int | None) -> None:
    """Raise StaleVault unless a change was made from the present content."""
    if revision != vault.revision:
        raise StaleVault(revision=vault.revision)


def add_slot(vault: Vault, slot: dict[str, Any], sealed_keys: bytes) -> None:
    """Add one slot to a locked vault, in place of an earlier one of its name. Raises TooManySlots."""
    others = vault.slots.exclude(name=slot["name"])
    if others.count() >= SLOTS_MAX:
        raise TooManySlots
    vault.slots.filter(name=slot["name"]).delete()
    VaultSlot.objects.create(vault=vault, **slot)
    advance(vault, sealed_keys)


def advance(vault: Vault, sealed_keys: bytes) -> None:
    """Store the sealed keys of a locked vault and count the change."""
    vault.sealed_keys = sealed_keys
    vault.revision += 1
    vault.save(
        update_fields=["sealed_keys", "revision", "aek", "aek_version", "aek_signature"],
    )
    publish(VaultChanged(account_id=vault.account_id), to=[vault.account_id])


def _take_encryption_key(vault: Vault, change: dict[str, Any]) -> None:
    version = change["aek_version"]
    if version != vault.aek_version + 1:
        raise StatementRefused(attr="aek_version")
    _check_encryption_key(
        vault.account_id,
        bytes(vault.aik),
        version=version,
        aek=change["aek"],
        signature=change["aek_signature"],
    )
    vault.aek, vault.aek_version, vault.aek_signature = change["aek"], version, change["aek_signature"]
    publish(EncryptionKeyChanged(account_id=vault.account_id))


def _check_encryption_key(
    account_id: UUID, aik: bytes, *, version: int, aek: bytes, signature: bytes
) -> None:
    statement = statements.encryption_key(account_id=account_id, version=version, aek=aek)
    if not statements.holds(public_key=aik, signature=signature, statement=statement):
        raise StatementRefused(attr="aek_signature")


def _still_useful(vault: Vault, slots: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the slots without those of devices that ended, which a device may not have heard of yet."""
    live = {f"{DEVICE_SLOT}{device.pk}" for device in live_devices(vault.account_id)}
    return [one for one in slots if not one["name"].startswith(DEVICE_SLOT) or one["name"] in live]


def _put_slots(vault: Vault, slots: list[dict[str, Any]]) -> None:
    """Replace all slots. A sheet that stays the same keeps the key it signs in with."""
    sheet = vault.slots.filter(name=SHEET_SLOT).first()
    known = {(SHEET_SLOT, bytes(sheet.public_key)): sheet.auth_key} if sheet else {}
    vault.slots.all().delete()
    VaultSlot.objects.bulk_create(
        VaultSlot(
            vault=vault,
            name=one["name"],
            public_key=one["public_key"],
            sealed=one["sealed"],
            auth_key=one.get("auth_key") or known.get((one["name"], one["public_key"])),
        )
        for one in slots
    )
