"""What the faults need in the database; runs in the server's environment (tests.server.call)."""

import os
from datetime import datetime, timedelta
from itertools import cycle
from uuid import UUID, uuid4

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from accounts.models import Session
from bench.households import household
from notices import services as notices
from notices.letters import MAINTENANCE
from notices.models import Notice
from payments import services as paying
from payments.models import Payment, Refund
from payments.rules import RefundState, State
from prifora.kernel import clock, keystore
from prifora.kernel.money import Money
from prifora.kernel.terms import day_of
from prifora.kernel.upgrading import AddIndexMeanwhile
from privacy import services as privacy
from privacy.models import Sweep
from tests import cast
from tests.notices.telling import give_address
from tests.payments import stage as payments_stage
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


def take_back() -> int:
    """Take back the indexes that were made last, each by a migration of its own; return how many those were.

    The program runs without them, as the one of the release before did.
    """
    executor = MigrationExecutor(connection)
    loader, taken = executor.loader, 0
    for app, name in sorted(loader.graph.leaf_nodes()):
        one = loader.get_migration(app, name)
        if all(isinstance(act, AddIndexMeanwhile) for act in one.operations):
            [before] = [parent for parent in one.dependencies if parent[0] == app]
            call_command("migrate", *before, verbosity=0)
            taken += 1
    return taken


def until_paid(references: list[str]) -> None:
    """Wait until these were paid."""
    for one in references:
        payments_stage.wait(reference=one, state="paid")


def begin_jobs(buyers: list[str], charges: int, refunds: int, mails: int) -> dict:
    """Have so much be due now; return the provider's numbers of customers, and of what they paid first."""
    mine = {str(one.reference): one for one in Payment.objects.select_related("mandate")}
    first, now = [mine[one] for one in buyers], clock.now()
    with QUICK:
        people = [cast.person(f"mailed.{os.urandom(5).hex()}").account for _ in buyers]
    for one in people:
        give_address(one, f"{one.pk}@example.org")
    with transaction.atomic():
        for _number, one in zip(range(charges), cycle(first), strict=False):
            _charge(one, now)
        for _number, one in zip(range(refunds), cycle(first), strict=False):
            paying.refund(reference=one.reference, refund=uuid4(), amount=Money(cents=1), now=now)
        for number, one in zip(range(mails), cycle(people), strict=False):
            day = (day_of(now) + timedelta(days=number)).isoformat()
            facts = {"away_on": day, "begins": "02:00", "ends": "04:00"}
            notices.tell(account_ids=[one.pk], kind=MAINTENANCE.kind, facts=facts, once=day, now=now)
    return {
        "customers": [one.mandate.customer_id for one in first],
        "paid": [one.provider_id for one in first],
    }


def _charge(first: Payment, now: datetime) -> None:
    mandate, amount = first.mandate_id, Money(cents=99)
    paying.charge(reference=uuid4(), mandate=mandate, amount=amount, description="PRIFORA", now=now)


def jobs_waiting() -> int:
    """Return how much is due, or under way."""
    charges = Payment.objects.filter(is_charge=True).exclude(state=State.PAID)
    refunds = Refund.objects.filter(provider_id="")
    return charges.count() + refunds.count() + Notice.objects.exclude(mail_due_at=None).count()


def jobs_standing() -> int:
    """Return how many charges and refunds are written down as done, or on their way back."""
    refunds = Refund.objects.filter(state__in=(RefundState.SENT, RefundState.DONE))
    return Payment.objects.filter(is_charge=True, state=State.PAID).count() + refunds.count()
