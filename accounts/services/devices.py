"""Devices: certified by the account's identity key, and listed in a statement that it signs."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import live_devices
from accounts.events import DeviceAdded, DeviceRevoked, SessionsEnded
from accounts.models import Device, Session, Vault, VaultSlot
from accounts.services.sessions import note_in_log
from accounts.services.vaults import DEVICE_SLOT, add_slot, check_revision, hold_vault, store_change
from prifora.kernel import statements
from prifora.kernel.errors import Conflict, Refused, StatementRefused
from prifora.kernel.events import publish
from prifora.kernel.fields import to_base64
from prifora.kernel.mls.credential import certificate_is_valid
from prifora.kernel.sealing import open_bytes, seal_bytes
from prifora.kernel.terms import day_of

DEVICE_NAME_PLACE = "accounts_device.sealed_name"
DEVICES_MAX = 20


class CertificateRefused(Refused):
    """The device's certificate is not by the account's identity key."""

    code = "certificate_refused"
    sentence = _("This device could not be added. Sign in again.")


class TooManyDevices(Refused):
    """DEVICES_MAX devices are in use."""

    status, code = 409, "too_many_devices"
    sentence = _("You have too many devices. Remove one first.")


class StaleDevices(Conflict):
    """The signed list does not follow on the present one; `version` and `devices` say which that is."""

    code = "stale_devices"
    sentence = _("Your devices changed in the meantime. Please try again.")


@transaction.atomic
def add_device(
    *,
    account_id: UUID,
    device_id: UUID,
    kind: str,
    name: str,
    signature_key: bytes,
    box_key: bytes,
    certificate: bytes,
    version: int | None,
    list_signature: bytes | None,
    now: datetime,
    slot: dict[str, Any] | None = None,
    sealed_keys: bytes | None = None,
    revision: int | None = None,
) -> Device:
    """Add a device whose certificate and place in the device list the account's identity key signed.

    With `slot` (as SlotShape), `sealed_keys` and `revision` the vault opens with the device from now on.
    A device that is in use already is returned as it is. Raises CertificateRefused, TooManyDevices,
    StaleDevices, StatementRefused, StaleVault, Conflict when the id is another account's or has ended.
    """
    vault = Vault.objects.select_for_update().filter(account_id=account_id).first()
    if vault is None or not certificate_is_valid(
        account_id=account_id,
        device_id=device_id,
        signature_key=signature_key,
        aik=bytes(vault.aik),
        certificate=certificate,
    ):
        raise CertificateRefused
    known = Device.objects.filter(pk=device_id).first()
    if known is not None:
        return _same(known, account_id, signature_key, box_key)
    live = list(live_devices(account_id))
    if len(live) >= DEVICES_MAX:
        raise TooManyDevices
    listed = [*map(_keys, live), (device_id, signature_key, box_key)]
    _store_list(vault, live, listed, version, list_signature)
    device = Device.objects.create(
        pk=device_id,
        account_id=account_id,
        kind=kind,
        sealed_name=seal_bytes(name.encode(), person=account_id, place=DEVICE_NAME_PLACE),
        signature_key=signature_key,
        box_key=box_key,
        certificate=certificate,
        last_seen_on=day_of(now),
    )
    if slot is not None and sealed_keys is not None:
        check_revision(vault, revision)
        add_slot(vault, slot, sealed_keys)
    note_in_log(account_id=account_id, what="device_added", now=now)
    publish(DeviceAdded(account_id=account_id, device_id=device.pk), to=[account_id])
    return device


@transaction.atomic
def end_device(
    *, device: Device, version: int, list_signature: bytes, vault: dict[str, Any] | None, now: datetime
) -> None:
    """End a device by a signed list without it, and change the vault with it (`vault` as VaultChangeIn).

    Raises StaleDevices, StatementRefused, and what `change_vault` raises.
    """
    held = hold_vault(device.account_id)
    live = list(live_devices(device.account_id))
    listed = [_keys(one) for one in live if one.pk != device.pk]
    _store_list(held, live, listed, version, list_signature)
    revoke_device(device=device, now=now)
    if vault is not None:
        store_change(held, vault)
        note_in_log(account_id=device.account_id, what="keys_changed", now=now)


@transaction.atomic
def revoke_device(*, device: Device, now: datetime) -> None:
    """End a device: its sessions, its sockets (within 5 s), its slot, its place in every conversation.

    The device list stays as it was signed: the server can only take away from it.
    """
    device.revoked_at = now
    device.save(update_fields=["revoked_at"])
    Session.objects.filter(device=device).delete()
    VaultSlot.objects.filter(vault__account_id=device.account_id, name=f"{DEVICE_SLOT}{device.pk}").delete()
    note_in_log(account_id=device.account_id, what="device_revoked", now=now)
    publish(DeviceRevoked(account_id=device.account_id, device_id=device.pk), to=[device.account_id])
    publish(SessionsEnded(account_id=device.account_id), to=[device.account_id])


def device_name(device: Device) -> str:
    """Return what the person called the device."""
    return open_bytes(device.sealed_name, person=device.account_id, place=DEVICE_NAME_PLACE).decode()


def _same(known: Device, account_id: UUID, signature_key: bytes, box_key: bytes) -> Device:
    keys = bytes(known.signature_key), bytes(known.box_key)
    if known.account_id != account_id or known.revoked_at or keys != (signature_key, box_key):
        raise Conflict
    return known


def _store_list(
    vault: Vault,
    live: list[Device],
    listed: Iterable[statements.Keys],
    version: int | None,
    signature: bytes | None,
) -> None:
    """Store the signed list of `listed` in a locked vault; it must follow on the list that is there."""
    if version is None or signature is None or version != vault.list_version + 1:
        raise _stale(vault, live)
    body = statements.device_list(account_id=vault.account_id, version=version, devices=listed)
    if not statements.holds(public_key=bytes(vault.aik), signature=signature, statement=body):
        raise _stale(vault, live) if _ended_since(vault, live) else StatementRefused(attr="list_signature")
    vault.list_version, vault.list_body, vault.list_signature = version, body, signature
    vault.save(update_fields=["list_version", "list_body", "list_signature"])


def _ended_since(vault: Vault, live: list[Device]) -> bool:
    """Return whether a device of the signed list ended on its own, which its person may not know."""
    now = statements.device_list(
        account_id=vault.account_id, version=vault.list_version, devices=map(_keys, live)
    )
    return vault.list_version > 0 and bytes(vault.list_body) != now


def _stale(vault: Vault, live: list[Device]) -> StaleDevices:
    devices = [
        {
            "id": str(one.pk),
            "signature_key": to_base64(bytes(one.signature_key)),
            "box_key": to_base64(bytes(one.box_key)),
        }
        for one in live
    ]
    return StaleDevices(version=vault.list_version, devices=devices)


def _keys(device: Device) -> statements.Keys:
    return device.pk, bytes(device.signature_key), bytes(device.box_key)
