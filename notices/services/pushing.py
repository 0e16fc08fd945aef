"""Pushing to devices that there is something new. Each function is one use case."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import names_of, signed_in_devices
from chat.access import is_waiting
from notices import clients
from notices.models import Notice, PushTarget
from notices.rules import is_push_address, quiet_until
from notices.services.presence import HERE_LASTS
from notices.services.telling import AGAIN_AFTER, AT_ONCE
from prifora.kernel.claims import claim
from prifora.kernel.errors import Refused
from prifora.kernel.gates import restricted_people
from prifora.kernel.keystore import Erased
from prifora.kernel.sealing import open_document, seal_document

PUSH_EVERY = timedelta(minutes=5)
"""A device is pushed to at most this often."""

MESSAGES_EVERY = timedelta(hours=1)
"""For messages at most this often, until the device was connected again."""

PUSH_TRIES = 6
"""So often a push is tried, within some five hours; what is new waits in PRIFORA all the same."""

ADDRESS = "notices_pushtarget.sealed_address"

log = structlog.get_logger(__name__)


class NotAPushService(Refused):
    """The address a browser gave is at none of the push services this server knows."""

    code, sentence = "not_a_push_service", _("Your browser cannot be told by PRIFORA that something is new.")


@transaction.atomic
def push_to(*, account_id: UUID, device_id: UUID, address: clients.Address, now: datetime) -> None:
    """Have a device told from `now` on that something is new; asked again, at the new address.

    Raises NotAPushService for an address elsewhere, and for every one while this server pushes to nobody.
    """
    if not is_push_address(address["endpoint"]):
        raise NotAPushService
    sealed = seal_document({**address}, person=account_id, place=ADDRESS)
    fields = {
        "account_id": account_id,
        "sealed_address": sealed,
        "told_until": now,
        "due_at": now,
        "tries": 0,
        "here_until": now + HERE_LASTS,
        "news_at": None,
        "pushed_at": None,
    }
    PushTarget.objects.update_or_create(device_id=device_id, defaults=fields)


@transaction.atomic
def stop_pushing_to(*, device_id: UUID) -> None:
    """Tell a device no more that something is new."""
    PushTarget.objects.filter(device_id=device_id).delete()


@transaction.atomic
def forget_signed_out(*, account_id: UUID) -> None:
    """Tell nothing more to devices of an account that are signed out, revoked, or of a closed account."""
    targets = PushTarget.objects.filter(account_id=account_id)
    if targets:
        targets.exclude(device_id__in=signed_in_devices(account_id)).delete()


def send_pushes(*, now: datetime) -> int:
    """Push to at most AT_ONCE of the devices with unread letters they were not told of; return to how many.

    Nothing but that there is something goes out. What is owed follows from the letters themselves: a push is
    claimed in one transaction, sent outside of any, and noted in another; when the process dies in between,
    it is sent again within a minute. None goes within PUSH_EVERY of the one before, in the person's quiet
    hours, or while their data may only be stored.
    """
    return _push_each(Q(_has_letters()), now)


def push_messages(*, now: datetime) -> int:
    """Push to at most AT_ONCE of the devices `look_for_messages` found something for; return to how many.

    As `send_pushes` does, to devices that are not connected; until one was connected again, at most one in
    MESSAGES_EVERY. What the device has meanwhile, or was taken back, is pushed no more.
    """
    return _push_each(_has_messages(now), now)


def _push_each(wanted: Q, now: datetime) -> int:
    if not settings.PUSH_CONTACT:
        return 0
    due = list(_due(now).filter(wanted).order_by("due_at").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_push(pk, now) for pk in due)


def _due(now: datetime) -> QuerySet[PushTarget]:
    return PushTarget.objects.filter(due_at__lte=now).exclude(account_id__in=restricted_people())


def _has_letters() -> Exists:
    return Exists(
        Notice.objects.filter(
            account_id=OuterRef("account_id"), read_at=None, created_at__gt=OuterRef("told_until")
        )
    )


def _has_messages(now: datetime) -> Q:
    quiet = Q(pushed_at=None) | Q(pushed_at__lte=now - MESSAGES_EVERY)
    return Q(news_at__isnull=False, here_until__lte=now) & quiet


def _push(pk: UUID, now: datetime) -> bool:
    """Push to one device unless somebody else does, or there is nothing any more; return whether it went."""
    claimed = claim(_due(now).filter(Q(_has_letters()) | _has_messages(now)), pk, now)
    if claimed is None:
        return False
    mine = PushTarget.objects.filter(pk=pk)
    for account_id in mine.values_list("account_id", flat=True):
        forget_signed_out(account_id=account_id)
    target = mine.first()
    if target is None:
        return False
    newest = _newest_letter(target)
    try:
        if newest == target.told_until and not _is_waiting(target):
            mine.update(news_at=None, due_at=now)
            return False
        with claimed:
            later = _push_now(target, now)
    except (clients.Gone, Erased):
        mine.delete()
        return False
    except Exception as failure:  # noqa: BLE001  push services fail in ways of their own
        log.warning("not_delivered", what="push", kind=type(failure).__name__)
        _push_later(target, newest, now)
        return False
    if later:
        mine.update(due_at=later)
    else:
        _note_pushed(target, newest, now)
    return later is None


def _newest_letter(target: PushTarget) -> datetime:
    """Return of when the newest unread letter is that a device was not told of; for none, `told_until`."""
    untold = Notice.objects.filter(
        account_id=target.account_id, read_at=None, created_at__gt=target.told_until
    )
    newest = untold.order_by("-created_at").values_list("created_at", flat=True).first()
    return newest or target.told_until


def _is_waiting(target: PushTarget) -> bool:
    """Return whether others said something since a device was here, and since it was pushed to."""
    since = max(target.here_until, target.pushed_at or target.here_until)
    return target.news_at is not None and is_waiting(target.account_id, since=since)


def _note_pushed(target: PushTarget, newest: datetime, now: datetime) -> None:
    """Note that all there is was said; a device that came back meanwhile may be told of what comes next."""
    mine = PushTarget.objects.filter(pk=target.pk)
    mine.update(told_until=newest, due_at=now + PUSH_EVERY, tries=0, news_at=None)
    mine.filter(here_until__lte=now).update(pushed_at=now)


def _push_now(target: PushTarget, now: datetime) -> datetime | None:
    """Push to a device; in its person's quiet hours only return when they end."""
    later = _quiet_until(target.account_id, now)
    if later is None:
        clients.push(open_document(target.sealed_address, person=target.account_id, place=ADDRESS))
    return later


def _push_later(target: PushTarget, newest: datetime, now: datetime) -> None:
    """Try again after twice as long as before; at last leave it until there is something else."""
    tries = target.tries + 1
    if tries < PUSH_TRIES:
        PushTarget.objects.filter(pk=target.pk).update(tries=tries, due_at=now + AGAIN_AFTER * 2**tries)
    else:
        _note_pushed(target, newest, now)


def _quiet_until(account_id: UUID, now: datetime) -> datetime | None:
    account = names_of([account_id])[account_id]
    told = account.profile
    return quiet_until(
        now,
        begins=told.get("quiet_from", "22:00"),
        ends=told.get("quiet_to", "07:00"),
        zone=told.get("time_zone", "Europe/Amsterdam"),
    )
