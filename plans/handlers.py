"""What plans does when something happens elsewhere, and what it answers when others ask."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings

from contacts.events import BondBegan
from plans import services
from prifora.kernel import clock
from prifora.kernel.errors import Refused


def begin_plan(event: BondBegan) -> None:
    """A family that begins may try everything for a while."""
    if settings.PLANS_USED:
        services.begin_plan(family_id=event.family_id, now=clock.now())


def lapsed(family_ids: Iterable[UUID], permission: str) -> dict[UUID, Refused]:
    """Say, when something is about to be done, whose plan does not cover it."""
    return services.lapsed(family_ids, permission, now=clock.now())
