"""The shop app."""

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """What is sold, to whom, and what became of it; it knows no account and no family."""

    name = "shop"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from payments import events
        from prifora.kernel.events import subscribe
        from shop import foreign, handlers

        foreign.declare()
        subscribe(events.Paid, handlers.take_payment)
        subscribe(events.Failed, handlers.end_payment)
        subscribe(events.Expired, handlers.end_payment)
        subscribe(events.Refunded, handlers.finish_refund)
        subscribe(events.RefundFailed, handlers.fail_refund)
        subscribe(events.ChargedBack, handlers.lose_payment)
        subscribe(events.ChargebackReversed, handlers.find_payment)
