"""Who may see and do what in which family; the only door to families."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from contacts import rules
from contacts.models import Block, Bond, BondRole, Family, Favourite, Forebear, Invitation
from prifora.kernel import access, crypto
from prifora.kernel.access import Actor
from prifora.kernel.compiled import Compiled
from prifora.kernel.errors import Absent
from prifora.kernel.fields import from_base64


class Permission(access.Permission):
    """What contacts lets people do."""

    MAKE = "contacts:family:make"
    READ = "contacts:family:read"
    LEAD = "contacts:family:lead"
    WELCOME = "contacts:person:welcome"
    INVITE = "contacts:invitation:make"
    OVERSEE = "contacts:invitation:oversee"
    JOIN = "contacts:invitation:accept"
    REMOVE = "contacts:person:remove"
    CHOOSE = "contacts:favourite:choose"
    BLOCK = "contacts:block:set"


_BLOCKS = Compiled(
    lambda ids: Block.objects.filter(blocker_id__in=ids, blocked_id__in=ids).values_list(
        "blocker_id", "blocked_id"
    )
)


def my_bond(actor: Actor, family_id: UUID, permission: Permission) -> Bond:
    """Return the actor's own bond with a family they are in now; else Absent."""
    bond = _open_bonds().filter(family_id=family_id, account_id=actor.id).select_related("family").first()
    if bond is None:
        raise Absent
    actor.grant(permission, family=family_id)
    return bond


def lead(actor: Actor, family_id: UUID, permission: Permission) -> Bond:
    """Return the actor's bond when they are the user or an admin of the family; else Absent."""
    bond = _open_bonds().filter(family_id=family_id, account_id=actor.id).select_related("family").first()
    if bond is None or not (bond.is_admin or bond.role == BondRole.USER):
        raise Absent
    actor.grant(permission, family=family_id)
    return bond


def as_user(actor: Actor, family_id: UUID, permission: Permission) -> Bond:
    """Return the actor's bond when they are the Home Station user of the family; else Absent."""
    bond = _open_bonds().filter(family_id=family_id, account_id=actor.id, role=BondRole.USER).first()
    if bond is None:
        raise Absent
    actor.grant(permission, family=family_id)
    return bond


def family(actor: Actor, family_id: UUID, permission: Permission) -> Family:
    """Return a family the actor is in now; else Absent."""
    return my_bond(actor, family_id, permission).family


def families(actor: Actor) -> list[Bond]:
    """Return the actor's bonds with the families they are in now, oldest first."""
    actor.grant(Permission.READ)
    return list(
        _open_bonds().filter(account_id=actor.id).select_related("family").order_by("created_at", "id")
    )


def person(family_id: UUID, account_id: UUID) -> Bond:
    """Return somebody's open bond with a family; the caller checked who asks. Else Absent."""
    bond = _open_bonds().filter(family_id=family_id, account_id=account_id).first()
    if bond is None:
        raise Absent
    return bond


def people_of(family_ids: Iterable[UUID]) -> dict[UUID, list[Bond]]:
    """Return the open bonds of families, oldest first, by family; one query."""
    grouped: dict[UUID, list[Bond]] = {family_id: [] for family_id in family_ids}
    for bond in _open_bonds().filter(family_id__in=grouped).order_by("created_at", "id"):
        grouped[bond.family_id].append(bond)
    return grouped


def lineage_of(people: dict[UUID, list[Bond]]) -> dict[UUID, list[Bond | Forebear]]:
    """Return, by family, what holds no more and by which these people came in; two queries.

    Each has `account_id` and `admission`: bonds that ended, and what is left of people who are erased.
    """
    past: dict[UUID, list[Bond | Forebear]] = {family_id: [] for family_id in people}
    closed = Bond.objects.filter(family_id__in=people).exclude(admission=None)
    for bond in closed.exclude(ended_at=None, account__is_active=True).order_by("created_at", "id"):
        past[bond.family_id].append(bond)
    for forebear in Forebear.objects.filter(family_id__in=people).order_by("created_at", "id"):
        past[forebear.family_id].append(forebear)
    return {family_id: rules.ancestors(people[family_id], ended) for family_id, ended in past.items()}


def approved_aik(account_id: UUID) -> bytes | None:
    """Return the identity key a relative approved for somebody they set up, held until the commit."""
    held = Bond.objects.select_for_update().filter(account_id=account_id, ended_at=None)
    paired = [one.admission for one in held if one.admission and one.admission["kind"] == rules.PAIRED]
    return from_base64(paired[0]["aik"]) if paired else None


def retentions() -> dict[UUID, int]:
    """Return for how many days families keep what is said in them, for those that chose."""
    chosen = Family.objects.values_list("id", "retention_days")
    return {family_id: days for family_id, days in chosen if days is not None}


def people_in_family(family_id: UUID) -> list[UUID]:
    """Return the account ids of everyone in a family now."""
    return list(_open_bonds().filter(family_id=family_id).values_list("account_id", flat=True))


def hold_family(family_id: UUID) -> None:
    """Let nobody join or leave a family until this transaction ends."""
    Family.objects.select_for_update().filter(pk=family_id).first()


def families_of(account_id: UUID) -> list[UUID]:
    """Return the families an account is in now."""
    return list(_open_bonds().filter(account_id=account_id).values_list("family_id", flat=True))


def bonded_with(account_id: UUID) -> set[UUID]:
    """Return everyone who shares a family with an account now, without the account itself."""
    return near_to([account_id])[account_id]


def near_to(account_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Return, for each of some accounts, everyone else who shares a family with it now; two queries."""
    near: dict[UUID, set[UUID]] = {one: set() for one in account_ids}
    mine = list(_open_bonds().filter(account_id__in=near).values_list("account_id", "family_id"))
    people: dict[UUID, set[UUID]] = {family_id: set() for _account_id, family_id in mine}
    for family_id, person_id in (
        _open_bonds().filter(family_id__in=people).values_list("family_id", "account_id")
    ):
        people[family_id].add(person_id)
    for account_id, family_id in mine:
        near[account_id] |= people[family_id] - {account_id}
    return near


def share_a_family(one: UUID, other: UUID) -> bool:
    """Return whether two accounts are in one family now."""
    mine = _open_bonds().filter(account_id=one).values("family_id")
    return _open_bonds().filter(family_id__in=mine, account_id=other).exists()


def leads(account_id: UUID, family_id: UUID) -> bool:
    """Return whether an account is the user or an admin of a family now."""
    mine = _open_bonds().filter(family_id=family_id, account_id=account_id)
    return mine.filter(Q(is_admin=True) | Q(role=BondRole.USER)).exists()


def leaders_of(family_id: UUID) -> list[UUID]:
    """Return the account ids of everybody who is the user or an admin of a family now."""
    leading = _open_bonds().filter(family_id=family_id).filter(Q(is_admin=True) | Q(role=BondRole.USER))
    return list(leading.values_list("account_id", flat=True))


def families_without(family_ids: QuerySet, *, at_most: int) -> list[UUID]:
    """Return families that are not among `family_ids` (a query), oldest first. For code about all."""
    rows = Family.objects.exclude(pk__in=family_ids).order_by("created_at", "id")
    return list(rows.values_list("pk", flat=True)[:at_most])


def is_admin_anywhere(actor: Actor, permission: access.Permission) -> None:
    """Raise Absent unless the actor is the user or an admin of some family."""
    mine = _open_bonds().filter(account_id=actor.id).filter(Q(is_admin=True) | Q(role=BondRole.USER))
    if not mine.exists():
        raise Absent
    actor.grant(permission)


def user_of(family_id: UUID) -> UUID | None:
    """Return the Home Station user of a family."""
    return (
        _open_bonds()
        .filter(family_id=family_id, role=BondRole.USER)
        .values_list("account_id", flat=True)
        .first()
    )


def favourites_of(actor: Actor) -> set[tuple[UUID, UUID]]:
    """Return the actor's favourites as (family, account)."""
    rows = Favourite.objects.filter(bond__account_id=actor.id, bond__ended_at=None)
    return set(rows.values_list("bond__family_id", "account_id"))


def blocked_by(account_id: UUID) -> set[UUID]:
    """Return whom an account has blocked."""
    return set(Block.objects.filter(blocker_id=account_id).values_list("blocked_id", flat=True))


def blocked_pairs(account_ids: Iterable[UUID]) -> set[frozenset[UUID]]:
    """Return the pairs among these accounts of which one has blocked the other; one query."""
    return {frozenset(row) for row in _BLOCKS.rows(set(account_ids))}


def is_blocked_pair(one: UUID, other: UUID) -> bool:
    """Return whether one of the two has blocked the other."""
    return frozenset((one, other)) in blocked_pairs([one, other])


def open_invitation(lookup: bytes, now: datetime) -> Invitation | None:
    """Return the invitation that can still be used, found by its look-up value.

    It ends with its maker's place: whoever no longer looks after the family invites nobody into it.
    """
    found = (
        Invitation.objects.select_related("family")
        .filter(lookup_hash=crypto.digest(lookup), used_at=None, withdrawn_at=None, expires_at__gt=now)
        .first()
    )
    return found if found and leads(found.made_by_id, found.family_id) else None


def invitations(actor: Actor, family_id: UUID) -> QuerySet[Invitation]:
    """Return the invitations of a family the actor leads, newest first; else Absent."""
    lead(actor, family_id, Permission.OVERSEE)
    return Invitation.objects.filter(family_id=family_id).order_by("-created_at")


def allow(actor: Actor, permission: Permission) -> None:
    """Grant what every signed-in person may do for themselves."""
    actor.grant(permission)


def _open_bonds() -> QuerySet[Bond]:
    return Bond.objects.filter(ended_at=None, account__is_active=True)
