"""Telling everybody of a new version of the privacy policy, in good time."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import PARTS, everybody
from notices.rules import Facts
from notices.services import tell
from prifora.kernel.errors import Conflict
from prifora.kernel.terms import day_of
from privacy.models import Announcement
from privacy.rules import policy_may_begin


class BeginsTooSoon(Conflict):
    """Whoever is told today would not have POLICY_WORKING_DAYS working days."""

    code = "policy_begins_too_soon"
    sentence = _(
        "This version of the privacy policy begins too soon: everybody must be told at least 30 "
        "working days before."
    )


class BeginsOtherwise(Conflict):
    """People were told another day already."""

    code = "policy_begins_otherwise"
    sentence = _("People were told that this version begins on another day.")


@transaction.atomic
def begin_with(*, number: int, now: datetime) -> bool:
    """Note at the very first start with which version this server begins; return whether it was that start.

    Nobody has to be told of it: whoever signs up reads it. On a server that has people already, it is the
    first version.
    """
    if Announcement.objects.exists():
        return False
    Announcement.objects.get_or_create(
        number=1 if _has_people() else number,
        defaults={"begins_on": day_of(now), "part": PARTS, "done_at": now},
    )
    return True


@transaction.atomic
def tell_part(*, number: int, begins_on: date, now: datetime) -> bool:
    """Tell the next part of all people that a version begins; return whether there is more to do.

    Each part is told once, whoever dies in between. Who signs up meanwhile reads both versions there.
    Raises BeginsTooSoon when `begins_on` is less than POLICY_WORKING_DAYS working days after `now`, and
    BeginsOtherwise.
    """
    said, _is_new = Announcement.objects.select_for_update().get_or_create(
        number=number, defaults={"begins_on": begins_on, "created_at": now}
    )
    if said.done_at is not None:
        return False
    if said.begins_on != begins_on:
        raise BeginsOtherwise
    people, today = everybody(said.part), day_of(now)
    if not policy_may_begin(begins_on=begins_on, told_on=today) and _has_people():
        raise BeginsTooSoon
    if people:
        facts: Facts = {"number": number, "begins_on": begins_on.isoformat()}
        said.told += tell(
            account_ids=people, kind="privacy.policy", facts=facts, once=f"policy {number}", now=now
        )
        said.told_on = today
    said.part += 1
    if said.part == PARTS:
        said.done_at = now
    said.save(update_fields=["told", "told_on", "part", "done_at"])
    return said.done_at is None


def _has_people() -> bool:
    return any(everybody(part) for part in range(PARTS))
