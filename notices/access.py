"""Who may read which notices, and have which device told: everybody their own."""

from uuid import UUID

from django.db.models import Q

from notices.models import Notice, PushTarget
from prifora.kernel import access
from prifora.kernel.access import Actor
from prifora.kernel.errors import Absent

PAGE = 50


class Permission(access.Permission):
    """What notices lets people and Home Stations do."""

    READ = "notices:notice:read"
    MARK = "notices:notice:mark"
    PUSH = "notices:push:manage"


def my_notices(actor: Actor, *, before: UUID | None) -> tuple[list[Notice], bool]:
    """Return at most PAGE of the actor's notices, newest first, older than the one named `before`.

    With it, whether there are older ones still. Raises Absent for a `before` that is not one of theirs.
    """
    actor.grant(Permission.READ)
    mine = Notice.objects.filter(account_id=actor.id)
    if before is not None:
        last = mine.filter(pk=before).first()
        if last is None:
            raise Absent
        mine = mine.filter(Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, pk__lt=last.pk))
    found = list(mine.order_by("-created_at", "-id")[: PAGE + 1])
    return found[:PAGE], len(found) > PAGE


def count_unread(actor: Actor) -> int:
    """Return how many notices the actor has not read."""
    actor.grant(Permission.READ)
    return Notice.objects.filter(account_id=actor.id, read_at=None).count()


def may_mark(actor: Actor) -> UUID:
    """Return whose notices the actor may mark as read: their own."""
    actor.grant(Permission.MARK)
    return actor.id


def my_device(actor: Actor) -> UUID:
    """Return the device the actor asks with, the only one they may turn this on for; Absent for none."""
    if actor.device_id is None:
        raise Absent
    actor.grant(Permission.PUSH)
    return actor.device_id


def is_pushed_to(device_id: UUID) -> bool:
    """Return whether a device is told that something is new."""
    return PushTarget.objects.filter(device_id=device_id).exists()
