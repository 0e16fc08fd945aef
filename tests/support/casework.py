"""Privacy officers who answer an authority, step by step."""

from datetime import timedelta

from prifora.kernel import clock
from prifora.kernel.policy import Role
from support import services
from support.models import Case, Ground
from support.services import Asked
from tests.support import desk

ASKED = Asked(
    authority="Rechtbank Amsterdam",
    article="Sv art. 126ng",
    reference="AMS-2026-4711",
    wanted="Name, number and devices of this account.",
)
GAGGED = Asked(**{**{name: getattr(ASKED, name) for name in ASKED.__slots__}, "gag_article": "Sv art. 126bb"})


def officer(name="officer"):
    """Return the id of a privacy officer."""
    return desk.colleague(Role.PRIVACY, name)


def received(someone, *, asked=ASKED, gag_until=None, ground=Ground.ORDER, now=None, ago=timedelta()):
    """Write down a request about somebody."""
    now = now or clock.now()
    return services.receive_case(
        account_id=someone.pk,
        ground=ground,
        asked=asked,
        gag_until=gag_until,
        staff_id=officer(),
        received_at=now - ago,
        now=now,
    )


def step(case, act, name="officer", now=None, **more):
    """Do one step with a request as an officer."""
    return act(case_id=case.pk, staff_id=officer(name), now=now or clock.now(), **more)


def approved(case, tables=("accounts.Account", "accounts.Device"), now=None):
    """Bring a request to where two people said yes."""
    step(case, services.verify_case, now=now)
    step(case, services.scope_case, tables=tables, now=now)
    step(case, services.approve_case, now=now)
    step(case, services.approve_case, "second", now=now)
    return Case.objects.get(pk=case.pk)
