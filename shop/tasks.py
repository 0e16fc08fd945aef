"""The shop in the background. A task decides nothing: it reads the clock and calls services."""

from celery import shared_task

from prifora.kernel import clock
from shop import services


@shared_task(name="shop.go_on")  # type: ignore[untyped-decorator]
def go_on() -> int:
    """Run every 15 s (prifora/schedule.py): letters, codes, parcels, days after outages. Safe twice."""
    now = clock.now()
    done = services.announce_parcels(now=now) + services.credit_outages(now=now)
    return done + services.mail_codes(now=now) + services.send_posts(now=now)


@shared_task(name="shop.track_parcels")  # type: ignore[untyped-decorator]
def track_parcels() -> int:
    """Run every ten minutes. Safe to run twice: a parcel moves on once."""
    return services.track_parcels(now=clock.now())


@shared_task(name="shop.keep_terms")  # type: ignore[untyped-decorator]
def keep_terms() -> int:
    """Run every hour: notices, charges, refunds in time, and what ends. Safe to run twice."""
    now = clock.now()
    done = services.tell_of_terms(now=now) + services.charge_terms(now=now) + services.end_terms(now=now)
    done += services.refund_in_time(now=now) + services.cancel_unpaid(now=now)
    return done + services.forget_mandates(now=now)


@shared_task(name="shop.reduce_orders")  # type: ignore[untyped-decorator]
def reduce_orders() -> int:
    """Run every hour: let go of what orders need no longer. Safe to run twice."""
    return services.reduce_orders(now=clock.now())
