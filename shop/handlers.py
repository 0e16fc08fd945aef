"""What the shop does when payments says something. In the transaction in which payments writes it down."""

from payments.events import (
    ChargebackReversed,
    ChargedBack,
    Expired,
    Failed,
    Paid,
    Refunded,
    RefundFailed,
)
from prifora.kernel import clock
from shop import services


def take_payment(event: Paid) -> None:
    """Bill and deliver what was paid."""
    services.take_payment(
        reference=event.reference, mandate=event.mandate, amount=event.amount, now=clock.now()
    )


def end_payment(event: Failed | Expired) -> None:
    """Let what was not paid be paid again."""
    services.payment_ended(reference=event.reference, now=clock.now())


def finish_refund(event: Refunded) -> None:
    """Tell the customer that their money went back."""
    services.refund_done(
        reference=event.reference, refund_id=event.refund, amount=event.amount, now=clock.now()
    )


def fail_refund(event: RefundFailed) -> None:
    """Ask the customer how else their money can go back."""
    services.refund_failed(
        reference=event.reference,
        refund_id=event.refund,
        amount=event.amount,
        was_told=event.was_told,
        now=clock.now(),
    )


def lose_payment(event: ChargedBack) -> None:
    """Charge nothing more to whose bank took a payment back."""
    services.payment_taken_back(reference=event.reference, amount=event.amount, now=clock.now())


def find_payment(event: ChargebackReversed) -> None:
    """Book what is ours again."""
    services.payment_came_again(reference=event.reference, amount=event.amount, now=clock.now())
