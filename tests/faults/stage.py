"""What the faults need in the database; runs in the server's environment (tests.server.call)."""

import os
from datetime import timedelta
from uuid import UUID

from django.db import connection

from accounts.models import Session
from bench.households import household
from payments.models import Payment
from prifora.kernel import clock, keystore
from privacy import services as privacy
from privacy.models import Sweep
from tests import cast
from tests.realtime.stage import QUICK, signed_in


def families(count: int) -> list[dict]:
    """Make families of eight people with two devices each, who all talk in one conversation."""
    with QUICK:
        return [household(number) for number in range(count)]


def synchronous() -> int:
    """Return how thoroughly SQLite writes, on a connection as the server makes it."""
    with connection.cursor() as cursor:
        return cursor.execute("PRAGMA synchronous").fetchone()[0]


def people(count: int) -> list[str]:
    """Make people who belong to nobody; return their ids."""
    with QUICK:
        return [str(cast.person(f"canary.{os.urandom(5).hex()}").pk) for _ in range(count)]


def erase(stay: list[str], withdraw: list[str]) -> None:
    """Erase these, and those with what they shared."""
    for account_id in [*stay, *withdraw]:
        now = clock.now()
        privacy.close_at_once(account_id=UUID(account_id), withdraw=account_id in withdraw, now=now)
        privacy.erase(account_id=UUID(account_id), now=now)


def rows_about(account_ids: list[str]) -> int:
    """Return how many rows are about these people, and how many keys are theirs."""
    kept = {str(one) for one in keystore.store().people()} & set(account_ids)
    return len(kept) + sum(sum(privacy.rows_about(UUID(one)).values()) for one in account_ids)


def signed_out() -> dict:
    """Return the cookie of a session that has ended."""
    with QUICK:
        someone = cast.person(f"gone.{os.urandom(5).hex()}")
        gone = signed_in(someone)
    Session.objects.filter(account_id=someone.pk).delete()
    return gone


def swept(seconds: float) -> bool:
    """Let the hourly sweep come by so many seconds from now; return whether it believed the clock."""
    now = clock.now() + timedelta(seconds=seconds)
    privacy.delete_ended_rows(now=now)
    return Sweep.objects.filter(swept_at=now).exists()


def payments() -> dict[str, str]:
    """Return the provider's number of every payment, by its reference."""
    return {str(one.reference): one.provider_id for one in Payment.objects.all()}
