"""Who may see and manage which Home Station; the only door to them."""

from datetime import datetime
from uuid import UUID

from django.db.models import Max, QuerySet

from contacts.access import Permission as InFamily
from contacts.access import is_admin_anywhere, leads, my_bond
from prifora.kernel import access, crypto
from prifora.kernel.access import Actor
from prifora.kernel.errors import Absent
from stations.models import Heartbeat, Pairing, Station


class Permission(access.Permission):
    """What stations lets people and stations do."""

    READ = "stations:station:read"
    MANAGE = "stations:station:manage"
    PAIR = "stations:pairing:approve"
    REPORT = "stations:station:report"


def stations_in(actor: Actor, family_id: UUID) -> QuerySet[Station]:
    """Return the paired stations of a family the actor is in; else Absent."""
    my_bond(actor, family_id, InFamily.READ)
    actor.grant(Permission.READ)
    return paired().filter(family_id=family_id).order_by("created_at", "id")


def managed(actor: Actor, family_id: UUID, station_id: UUID, permission: Permission) -> Station:
    """Return a paired station of a family the actor leads; else Absent."""
    station = paired().filter(pk=station_id, family_id=family_id).first()
    if station is None or not leads(actor.id, family_id):
        raise Absent
    actor.grant(permission, family=family_id)
    return station


def may_pair(actor: Actor) -> None:
    """Raise Absent unless the actor leads some family."""
    is_admin_anywhere(actor, Permission.PAIR)


def may_pair_in(actor: Actor, family_id: UUID) -> None:
    """Raise Absent unless the actor leads this family."""
    if not leads(actor.id, family_id):
        raise Absent
    actor.grant(Permission.PAIR, family=family_id)


def mine(actor: Actor) -> Station:
    """Return the station that is asking; else Absent."""
    station = paired().filter(user_id=actor.id, device_id=actor.device()).first()
    if station is None:
        raise Absent
    actor.grant(Permission.REPORT)
    return station


def waiting_pairing(lookup: bytes, now: datetime) -> Pairing | None:
    """Return the device that waits under this look-up value."""
    return Pairing.objects.filter(lookup_hash=crypto.digest(lookup), station=None, expires_at__gt=now).first()


def paired() -> QuerySet[Station]:
    """Return the stations that belong to a family now. For code that checked who asks."""
    return Station.objects.filter(unpaired_at=None)


def pairing(pairing_id: UUID) -> Pairing | None:
    """Return a pairing by id; the caller checks the device's signature."""
    return Pairing.objects.select_related("station").filter(pk=pairing_id).first()


def last_seen_of(account_id: UUID) -> datetime | None:
    """Return when a Home Station of a person was last heard of; None when they have none. For code."""
    return paired().filter(user_id=account_id).aggregate(last=Max("last_seen_at"))["last"]


def users_alive_between(since: datetime, until: datetime) -> set[UUID]:
    """Return whose Home Station gave a sign of life from `since` to just before `until`. For code."""
    alive = Heartbeat.objects.filter(created_at__gte=since, created_at__lt=until)
    return set(alive.values_list("station__user_id", flat=True).distinct())
