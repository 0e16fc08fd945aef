"""What happens to families when somebody in them is erased."""

from typing import Any
from uuid import UUID

from django.db import transaction

from contacts import access, rules
from contacts.events import BondEnded, FamilyChanged
from contacts.models import Bond, BondRole, Family, Forebear
from prifora.kernel.erasure import Leaving
from prifora.kernel.events import publish


@transaction.atomic
def end_person(leaving: Leaving) -> None:
    """End somebody's place in every family, whoever they are in it.

    Where nobody would look after it, who has been there longest does from now on. A family without people
    ends with everything in it. By whose statement others came in stays known, without a name.
    """
    mine = Bond.objects.filter(account_id=leaving.account_id)
    ids = set(mine.values_list("family_id", flat=True))
    for family in Family.objects.select_for_update().filter(pk__in=ids).order_by("pk"):
        others = _others_in(family.pk, leaving.account_id)
        if not others:
            family.delete()
            continue
        _keep_lineage(family, leaving.account_id, others)
        if mine.filter(family=family, ended_at=None).exists():
            mine.filter(family=family).delete()
            publish(BondEnded(family_id=family.pk, account_id=leaving.account_id), to=[leaving.account_id])
        _hand_over(others)
        publish(FamilyChanged(family_id=family.pk), to=[one.account_id for one in others])


def tell_person(account_id: UUID) -> dict[str, Any]:
    """Return what somebody's families lose with them: one entry each.

    `alone`: the family ends; `last_admin`: somebody else has to look after it, and will.
    """
    families = []
    for family_id, bonds in access.people_of(access.families_of(account_id)).items():
        others = [one for one in bonds if one.account_id != account_id]
        families.append(
            {
                "family_id": str(family_id),
                "people": len(others),
                "alone": not others,
                "last_admin": bool(others) and not any(_looks_after(one) for one in others),
                "is_user": any(one.role == BondRole.USER and one.account_id == account_id for one in bonds),
            }
        )
    return {"families": families}


def _others_in(family_id: UUID, account_id: UUID) -> list[Bond]:
    """Return the open bonds of everybody else, oldest first."""
    return [one for one in access.people_of([family_id])[family_id] if one.account_id != account_id]


def _looks_after(bond: Bond) -> bool:
    return bond.is_admin or bond.role == BondRole.USER


def _hand_over(others: list[Bond]) -> None:
    if not any(_looks_after(one) for one in others):
        others[0].is_admin = True
        others[0].save(update_fields=["is_admin"])


def _keep_lineage(family: Family, account_id: UUID, others: list[Bond]) -> None:
    """Keep by what statement the person was in a family, where others are trusted because of it."""
    ended = Bond.objects.filter(family=family).exclude(admission=None)
    past: list[Any] = [*ended.exclude(pk__in=[one.pk for one in others]), *family.forebears.all()]
    needed = rules.ancestors(others, past)
    mine = next((one for one in needed if one.account_id == account_id), None)
    if mine is not None:
        Forebear.objects.get_or_create(
            family=family, account_id=account_id, defaults={"admission": mine.admission}
        )
