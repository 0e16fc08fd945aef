"""What a provider could say of a payment, put together by hand: for tests that try every order."""

from payments.clients import ChargebackSeen, RefundSeen, Seen
from prifora.kernel.money import Money


def seen(one, /, said="paid", *, refunds=(), chargebacks=(), **more) -> Seen:
    """A payment as the provider tells it; refunds and chargebacks as (number, state or reversed, cents)."""
    return Seen(
        **{
            "provider_id": f"tr_{one.pk.hex}",
            "payment": str(one.pk),
            "said": said,
            "amount": one.amount,
            "refunds": tuple(
                RefundSeen(provider_id=name, refund=ours, said=word, amount=Money(cents=cents))
                for name, ours, word, cents in refunds
            ),
            "chargebacks": tuple(
                ChargebackSeen(provider_id=name, amount=Money(cents=cents), is_reversed=is_reversed)
                for name, is_reversed, cents in chargebacks
            ),
            **more,
        }
    )
