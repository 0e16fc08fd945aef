"""Key packages: how a device can be added to a conversation while it is offline."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.access import keys_of, live_devices_of
from chat import access
from chat.events import ConversationChanged, KeysLow
from chat.models import PACKAGES_MAX, Claim, Conversation, KeyPackage, Welcome
from chat.refusals import PackageRefused
from prifora.kernel.errors import Absent
from prifora.kernel.events import publish
from prifora.kernel.mls.checks import check_key_package, read_group, ref_of
from prifora.kernel.mls.codec import MlsError

if TYPE_CHECKING:
    from accounts.models import Device

LOW = 5


@transaction.atomic
def store_key_packages(
    *, account_id: UUID, device_id: UUID, packages: Iterable[bytes], last_resort: bytes | None, now: datetime
) -> int:
    """Store a device's key packages; all of them or, when one does not hold, none. Returns how many are left.

    Raises PackageRefused.
    """
    keys = keys_of(account_id)
    if keys is None:
        raise PackageRefused(reason="owner")
    owner = (account_id, device_id, keys[0])
    rows = [_checked(owner, one, is_last=False, now=now) for one in packages]
    if last_resort is not None:
        KeyPackage.objects.filter(device_id=device_id, is_last=True).delete()
        rows.append(_checked(owner, last_resort, is_last=True, now=now))
    had = access.package_count(device_id)
    if had + len(rows) > PACKAGES_MAX:
        raise PackageRefused(reason="too_many")
    try:
        with transaction.atomic():
            KeyPackage.objects.bulk_create(rows)
    except IntegrityError as twice:
        raise PackageRefused(reason="twice") from twice
    if had == 0 and rows:
        tell_of_device(account_id=account_id)
    return access.package_count(device_id)


def tell_of_device(*, account_id: UUID) -> None:
    """Tell everyone who talks with an account that there is something to do for a device of it."""
    for conversation_id, people in access.member_ids_of(access.conversations_of(account_id)).items():
        publish(ConversationChanged(conversation_id=conversation_id), to=people)


@transaction.atomic
def claim_key_packages(
    *, conversation: Conversation, account_ids: Iterable[UUID], now: datetime
) -> list[tuple[UUID, UUID, bytes]]:
    """Return (account, device, package) for every device of these accounts that has no leaf here yet.

    The accounts must belong to the conversation (Absent otherwise). Single-use packages go out once;
    when a device has none left, its last one is given again.
    """
    wanted = set(account_ids)
    if not wanted <= set(access.people_in(conversation.pk)):
        raise Absent
    inside = {owner.device_id for owner in read_group(bytes(conversation.group_info)).owners.values()}
    devices = {one.pk: one for one in live_devices_of(wanted) if one.pk not in inside}
    rows = [row for row in (_good(device_id, now) for device_id in devices) if row is not None]
    _take(rows, now)
    _tell_low([devices[row.device_id] for row in rows])
    return [(devices[row.device_id].account_id, row.device_id, bytes(row.package)) for row in rows]


@transaction.atomic
def drop_welcome(*, device_id: UUID, welcome_id: UUID) -> None:
    """Forget a Welcome its device has used; raises Absent when there is none."""
    gone, _rows = Welcome.objects.filter(pk=welcome_id, device_id=device_id).delete()
    if not gone:
        raise Absent


def _checked(owner: tuple[UUID, UUID, bytes], raw: bytes, *, is_last: bool, now: datetime) -> KeyPackage:
    """Return the row for a package of (account, device, identity key)."""
    try:
        package, found = check_key_package(raw, now=now)
    except MlsError as wrong:
        raise PackageRefused(reason=wrong.code) from wrong
    if (found.account_id, found.device_id, found.aik) != owner:
        raise PackageRefused(reason="owner")
    return KeyPackage(
        device_id=found.device_id, ref=ref_of(package), package=raw, is_last=is_last, created_at=now
    )


def _good(device_id: UUID, now: datetime) -> KeyPackage | None:
    """Return the next package of a device that has not expired."""
    row = _next(device_id)
    while row is not None and not _still_holds(row, now):
        row = _next(device_id)
    return row


def _take(rows: list[KeyPackage], now: datetime) -> None:
    """Note which packages were given out; each goes out once, but for the last one of a device."""
    Claim.objects.bulk_create(
        [Claim(ref=bytes(row.ref), device_id=row.device_id, created_at=now) for row in rows]
    )
    KeyPackage.objects.filter(pk__in=[row.pk for row in rows if not row.is_last]).delete()


def _tell_low(devices: "list[Device]") -> None:
    """Tell each device that has few packages left."""
    left = access.package_counts([one.pk for one in devices])
    for device in devices:
        if left[device.pk] < LOW:
            publish(KeysLow(device_id=device.pk), to=[device.account_id])


def _next(device_id: UUID) -> KeyPackage | None:
    """Return a package nobody else is being given now; else the last one, which is for everybody."""
    rows = KeyPackage.objects.filter(device_id=device_id)
    once = rows.filter(is_last=False).select_for_update(skip_locked=True)
    return once.order_by("created_at", "id").first() or rows.filter(is_last=True).first()


def _still_holds(row: KeyPackage, now: datetime) -> bool:
    """Return whether a stored package may still be given out; forgets it when it has expired."""
    try:
        check_key_package(bytes(row.package), now=now)
    except MlsError:
        row.delete()
        return False
    return True
