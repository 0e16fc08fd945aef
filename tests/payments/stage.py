"""Payments on a running server, as whoever sells makes them; run by `server.call`."""

import sys
import time
from contextlib import redirect_stdout
from uuid import UUID

from payments import services
from payments.models import Payment, Refund
from payments.rules import Method
from prifora.kernel import clock
from prifora.kernel.money import Money

WAIT_SECONDS = 90


def begin(*, wanted: list[dict]) -> list[str]:
    """Begin payments of 12.34; return the pages to go to."""
    return [_begin(**one) for one in wanted]


def _begin(
    *,
    reference: str,
    description: str,
    method: str = "",
    mandate: bool = False,
    holder: str = "",
    language: str = "nl",
) -> str:
    return services.begin(
        reference=UUID(reference),
        amount=Money(cents=1234),
        description=description,
        method=Method(method) if method else None,
        language=language,
        return_url="/",
        keeps_mandate=mandate,
        holder=holder,
    )


def standing(*, reference: str) -> dict:
    """Return how a payment stands."""
    payment, now = Payment.objects.get(reference=reference), services.standing(UUID(reference))
    return {
        "state": now.state,
        "refunded": now.refunded.cents,
        "charged_back": now.charged_back.cents,
        "customer": payment.mandate.customer_id if payment.mandate else "",
        "provider_id": payment.provider_id,
    }


def wait(*, reference: str, **so: object) -> dict:
    """Wait until a payment stands so; return how it does."""
    end = time.monotonic() + WAIT_SECONDS
    while not so.items() <= (now := standing(reference=reference)).items():
        if time.monotonic() > end:
            raise AssertionError(now)
        time.sleep(0.1)
    return now


def charge_and_refund(*, of: str, charge: str, paid: str, refund: str, go_on: bool) -> None:
    """Charge 9.99 to the mandate of a payment, and pay 2.00 of another back; carry it out, or leave it due."""
    mandate = Payment.objects.get(reference=of).mandate_id
    services.charge(reference=UUID(charge), mandate=mandate, amount=Money(cents=999), description="Vervolg")
    services.refund(reference=UUID(paid), refund=UUID(refund), amount=Money(cents=200))
    if go_on:
        hasten(times=1)


def hasten(*, times: int) -> None:
    """Have everything that is due some time be due now, and do it, as one more worker; so many times."""
    with redirect_stdout(sys.stderr):
        for _ in range(times):
            now = clock.now()
            Payment.objects.exclude(due_at=None).update(due_at=now)
            Refund.objects.exclude(due_at=None).update(due_at=now)
            services.go_on(now=now)
            time.sleep(0.5)
