"""What people do with families. Each function is one use case and one transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import keys_of
from accounts.services import make_managed_account
from contacts import access, rules
from contacts.events import BlockChanged, BondBegan, BondEnded, FamilyChanged
from contacts.models import INVITATION_LASTS, Block, Bond, BondRole, BondState, Family, Favourite, Invitation
from prifora.kernel import crypto
from prifora.kernel.errors import Absent, Conflict, Refused, StatementRefused
from prifora.kernel.events import publish
from prifora.kernel.gates import need_plan

INVITATIONS_OPEN_MAX = 20
PEOPLE_MAX = 100


class InvitationUnknown(Refused):
    """Wrong, expired, withdrawn or used: which of them is not said."""

    status, code = 404, "invitation_unknown"
    sentence = _("This invitation does not work. Ask for a new one.")


class AlreadyJoined(Conflict):
    """The person is in this family already."""

    code = "already_joined"
    sentence = _("You are already in this family.")


class LastAdmin(Conflict):
    """Nobody would be left to look after the family."""

    code = "last_admin"
    sentence = _("Somebody must look after the family. First make another person admin.")


class TheUserStays(Conflict):
    """The Home Station user cannot be removed from their own family."""

    code = "the_user_stays"
    sentence = _("This family is theirs, so they cannot be removed.")


class TooManyInvitations(Conflict):
    """INVITATIONS_OPEN_MAX are open."""

    code = "too_many_invitations"
    sentence = _("Many invitations are still open. Withdraw one first.")


class FamilyFull(Conflict):
    """PEOPLE_MAX are in the family."""

    code = "family_full"
    sentence = _("This family has no room for more people.")


@transaction.atomic
def make_family(
    *,
    family_id: UUID,
    maker_id: UUID,
    user: dict[str, Any] | None,
    now: datetime,
    founder: dict[str, bytes] | None = None,
) -> Family:
    """Make a family; the maker is its admin and its founder.

    `user` None: the maker is the Home Station user too. Else the details of the person it is for, who
    gets a managed account. `founder` is the maker's key and signature (`aik`, `signature`); None only for a
    maker without keys (tests). The same maker asking again for the same id gets the family
    made the first time. Raises Conflict when the id is taken by others, UsernameTaken, StatementRefused.
    """
    admission = None
    if founder is not None:
        _same_key(maker_id, founder["aik"])
        admission = rules.founding(family_id=family_id, account_id=maker_id, **founder)
    begun = {"founder_ref": maker_id, "founder_aik": founder["aik"]} if founder else {}
    family, made = Family.objects.get_or_create(pk=family_id, defaults={"created_at": now, **begun})
    if not made:
        return _made_before(family, maker_id)
    first = Bond(family=family, account_id=maker_id, is_admin=True, seen_at=now, created_at=now)
    first.admission = admission
    if user is None:
        first.role = BondRole.USER
        first.save()
        return _began(family, [maker_id])
    profile = {name: value for name, value in user.items() if name != "username" and value}
    managed = make_managed_account(username=user["username"], profile=profile)
    Bond.objects.create(family=family, account=managed, role=BondRole.USER, seen_at=now, created_at=now)
    first.save()
    return _began(family, [maker_id, managed.pk])


@transaction.atomic
def make_invitation(
    *,
    bond: Bond,
    invitation_id: UUID,
    lookup: bytes,
    proof: bytes,
    sealed_note: bytes,
    key: bytes,
    history: str,
    signature: bytes,
    now: datetime,
    aik: bytes | None = None,
) -> Invitation:
    """Store an invitation by somebody who leads the family; it lasts INVITATION_LASTS and works once.

    `signature` is by the inviter's identity key, over the invitation's `key` and what `history` a newcomer
    may read. Raises StatementRefused, TooManyInvitations, Conflict when the id or the code is taken.
    """
    rules.check_invitation(
        family_id=bond.family_id,
        by=bond.account_id,
        by_aik=_same_key(bond.account_id, aik),
        key=key,
        history=history,
        signature=signature,
    )
    Family.objects.select_for_update().get(pk=bond.family_id)
    open_ones = Invitation.objects.filter(
        family_id=bond.family_id, used_at=None, withdrawn_at=None, expires_at__gt=now
    )
    if open_ones.count() >= INVITATIONS_OPEN_MAX:
        raise TooManyInvitations
    try:
        with transaction.atomic():
            return Invitation.objects.create(
                pk=invitation_id,
                family_id=bond.family_id,
                made_by_id=bond.account_id,
                lookup_hash=crypto.digest(lookup),
                proof=proof,
                sealed_note=sealed_note,
                key=key,
                history=history,
                signature=signature,
                expires_at=now + INVITATION_LASTS,
                created_at=now,
            )
    except IntegrityError as twice:
        raise Conflict from twice


@transaction.atomic
def withdraw_invitation(*, family_id: UUID, invitation_id: UUID, now: datetime) -> None:
    """Make an invitation useless; raises Absent when the family has none of that id."""
    found = Invitation.objects.filter(pk=invitation_id, family_id=family_id)
    if not found.exists():
        raise Absent
    found.filter(withdrawn_at=None).update(withdrawn_at=now)


@transaction.atomic
def accept_invitation(
    *, lookup: bytes, account_id: UUID, proof: bytes, signature: bytes, now: datetime
) -> Family:
    """Let a person into the family they were invited to, and use the invitation up, both or neither.

    `signature` is by the invitation's key, over this account and its identity key.
    Raises InvitationUnknown, AlreadyJoined, FamilyFull, StatementRefused, and why the plan does not cover it.
    """
    invitation = access.open_invitation(lookup, now)
    if invitation is None:
        raise InvitationUnknown
    family = Family.objects.select_for_update().get(pk=invitation.family_id)
    people = access.people_in_family(family.pk)
    if account_id in people:
        raise AlreadyJoined
    if len(people) >= PEOPLE_MAX:
        raise FamilyFull
    need_plan(family.pk, access.Permission.JOIN)
    admission = rules.invited(
        invitation=invitation,
        account_id=account_id,
        by_aik=_same_key(invitation.made_by_id),
        aik=_same_key(account_id),
        signature=signature,
    )
    used = Invitation.objects.filter(pk=invitation.pk, used_at=None, withdrawn_at=None)
    if not used.update(used_at=now, used_by_id=account_id) or not access.leads(
        invitation.made_by_id, family.pk
    ):
        raise InvitationUnknown
    Bond.objects.create(
        family=family,
        account_id=account_id,
        invited_by_id=invitation.made_by_id,
        proof=proof,
        admission=admission,
        created_at=now,
    )
    return _began(family, [account_id])


@transaction.atomic
def join_directly(*, family_id: UUID, account_id: UUID, invited_by: UUID, now: datetime) -> None:
    """Let somebody into a family without an invitation (tests only)."""
    family = Family.objects.get(pk=family_id)
    Bond.objects.create(family=family, account_id=account_id, invited_by_id=invited_by, created_at=now)
    _began(family, [account_id])


@transaction.atomic
def admit_paired(*, family_id: UUID, by: UUID, by_aik: bytes, aik: bytes, by_signature: bytes) -> None:
    """Let the Home Station user's keys be those that a relative approved, as long as there are none yet.

    The relative who pairs again before the vault is made replaces what was approved. Raises
    StatementRefused, and Conflict when the user has other keys by now.
    """
    bond = Bond.objects.select_for_update().get(family_id=family_id, role=BondRole.USER, ended_at=None)
    present = keys_of(bond.account_id)
    if present is not None and present[0] != aik:
        raise Conflict
    admission = rules.paired(
        family_id=family_id,
        by=by,
        by_aik=_same_key(by, by_aik),
        account_id=bond.account_id,
        aik=aik,
        by_signature=by_signature,
    )
    if present is None:
        bond.admission = admission
        bond.save(update_fields=["admission"])
        _changed(family_id)


@transaction.atomic
def set_retention(*, family_id: UUID, days: int | None) -> None:
    """Choose for how many days a family keeps what is said in it; None is as long as it exists."""
    family = Family.objects.select_for_update().get(pk=family_id)
    family.retention_days = days
    family.save(update_fields=["retention_days"])
    _changed(family_id)


@transaction.atomic
def welcome(*, family_id: UUID, account_id: UUID, now: datetime) -> None:
    """Note that the Home Station user saw who joined and is fine with it."""
    bond = access.person(family_id, account_id)
    Bond.objects.filter(pk=bond.pk, seen_at=None).update(seen_at=now)
    _changed(family_id)


@transaction.atomic
def refuse(*, family_id: UUID, account_id: UUID, now: datetime) -> None:
    """End the bond of somebody the Home Station user does not want; raises TheUserStays for themselves."""
    _end(family_id=family_id, account_id=account_id, state=BondState.REFUSED, now=now)


@transaction.atomic
def remove(*, family_id: UUID, account_id: UUID, now: datetime) -> None:
    """End somebody's bond; their account and other families stay as they are."""
    _end(family_id=family_id, account_id=account_id, state=BondState.REMOVED, now=now)


@transaction.atomic
def leave(*, family_id: UUID, account_id: UUID, now: datetime) -> None:
    """End one's own bond. Raises LastAdmin while others are there and nobody else looks after them."""
    _end(family_id=family_id, account_id=account_id, state=BondState.LEFT, now=now)


@transaction.atomic
def set_admin(*, family_id: UUID, account_id: UUID, is_admin: bool) -> None:
    """Give or take the task of looking after the family. Raises LastAdmin."""
    Family.objects.select_for_update().get(pk=family_id)
    bond = access.person(family_id, account_id)
    if bond.is_admin and not is_admin:
        _another_admin_or_refuse(bond)
    bond.is_admin = is_admin
    bond.save(update_fields=["is_admin"])
    _changed(family_id)


@transaction.atomic
def announce_keys(*, account_id: UUID) -> None:
    """Tell the families of an account that its keys changed."""
    for family_id, bonds in access.people_of(access.families_of(account_id)).items():
        publish(FamilyChanged(family_id=family_id), to=[one.account_id for one in bonds])


@transaction.atomic
def set_favourite(*, bond: Bond, account_id: UUID, wanted: bool) -> None:
    """Keep somebody of the family within reach, or no longer."""
    access.person(bond.family_id, account_id)
    if wanted:
        Favourite.objects.get_or_create(bond=bond, account_id=account_id)
    else:
        Favourite.objects.filter(bond=bond, account_id=account_id).delete()
    publish(FamilyChanged(family_id=bond.family_id), to=[bond.account_id])


@transaction.atomic
def set_block(*, blocker_id: UUID, blocked_id: UUID, wanted: bool) -> None:
    """Stop or resume everything between two people who share a family; only the blocker is told."""
    if blocked_id == blocker_id or not access.share_a_family(blocker_id, blocked_id):
        raise Absent
    if wanted:
        Block.objects.get_or_create(blocker_id=blocker_id, blocked_id=blocked_id)
    else:
        Block.objects.filter(blocker_id=blocker_id, blocked_id=blocked_id).delete()
    publish(BlockChanged(blocker_id=blocker_id, blocked_id=blocked_id), to=[blocker_id])


def _same_key(account_id: UUID, said: bytes | None = None) -> bytes:
    """Return an account's identity key. Raises StatementRefused for none, or another than it says."""
    keys = keys_of(account_id)
    if keys is None or said not in (None, keys[0]):
        raise StatementRefused
    return keys[0]


def _end(*, family_id: UUID, account_id: UUID, state: BondState, now: datetime) -> None:
    Family.objects.select_for_update().get(pk=family_id)
    bond = access.person(family_id, account_id)
    if bond.role == BondRole.USER:
        raise TheUserStays
    if bond.is_admin:
        _another_admin_or_refuse(bond)
    bond.state, bond.ended_at, bond.is_admin = state, now, False
    bond.save(update_fields=["state", "ended_at", "is_admin"])
    Favourite.objects.filter(bond=bond).delete()
    Favourite.objects.filter(bond__family_id=family_id, account_id=account_id).delete()
    publish(BondEnded(family_id=family_id, account_id=account_id), to=[account_id])
    _changed(family_id)


def _another_admin_or_refuse(bond: Bond) -> None:
    others = [one for one in access.people_of([bond.family_id])[bond.family_id] if one.pk != bond.pk]
    if others and not any(one.is_admin for one in others):
        raise LastAdmin


def _made_before(family: Family, maker_id: UUID) -> Family:
    # whoever is in a family from its first moment made it, or it was made for them
    if not Bond.objects.filter(
        family=family, account_id=maker_id, created_at=family.created_at, ended_at=None
    ).exists():
        raise Conflict
    return family


def _began(family: Family, account_ids: list[UUID]) -> Family:
    for account_id in account_ids:
        publish(BondBegan(family_id=family.pk, account_id=account_id))
    _changed(family.pk)
    return family


def _changed(family_id: UUID) -> None:
    publish(FamilyChanged(family_id=family_id), to=access.people_in_family(family_id))
