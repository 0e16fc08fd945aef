"""Subscriptions: begun, told of, charged, tried again, ended. Nothing a family has is ever deleted for it.

A term is a row with its first day, and there can be but one, so that none is charged twice. Each paid term
brings a new activation code by mail: the shop does not know which family the first one was for.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy

from payments import services as payments
from prifora.kernel.errors import Refused
from prifora.kernel.money import Money
from prifora.kernel.terms import day_of, months_after
from shop import rules
from shop.models import (
    Attempt,
    AttemptState,
    Charge,
    ChargeState,
    Order,
    OrderLine,
    Product,
    Subscription,
    SubscriptionState,
)
from shop.services.booking import bill_term
from shop.services.codes import owe_code
from shop.services.posting import post
from shop.services.refunding import give_back

GOES_ON = (SubscriptionState.RUNNING, SubscriptionState.OVERDUE)
AT_ONCE = 200


class NotRunning(Refused):
    """The subscription was ended already."""

    status, code = 409, "not_running"
    sentence = gettext_lazy("This subscription was ended already.")


def start(*, order: Order, line: OrderLine, mandate: UUID | None, now: datetime) -> Subscription:
    """Let a subscription begin today, as part of taking the payment of its order."""
    if line.product is None:
        raise NotRunning
    today = day_of(now)
    return Subscription.objects.create(
        order=order,
        product=line.product,
        quantity=line.quantity,
        started_on=today,
        months_paid=line.product.months,
        paid_until=months_after(today, line.product.months),
        mandate=mandate,
        created_at=now,
    )


def next_product(subscription: Subscription) -> Product:
    """Return what the next term is of."""
    return subscription.next_product or subscription.product


def next_total(subscription: Subscription) -> Money:
    """Return what the next term costs, with VAT."""
    return _price(subscription)[1]


@transaction.atomic
def cancel(*, subscription_id: UUID, now: datetime) -> Subscription:
    """End a subscription with the term that is paid; what is due and unpaid is not asked any more.

    Raises NotRunning.
    """
    subscription = _held(subscription_id)
    if subscription.state not in GOES_ON:
        raise NotRunning
    subscription.charges.filter(state=ChargeState.DUE).update(state=ChargeState.GIVEN_UP)
    is_over = subscription.paid_until <= day_of(now)
    subscription.state = SubscriptionState.ENDED if is_over else SubscriptionState.ENDING
    subscription.cancelled_at = now
    subscription.save(update_fields=["state", "cancelled_at"])
    facts = {"ends_on": subscription.paid_until.isoformat()}
    once = f"cancelled {subscription.pk}"
    post(order=subscription.order, kind="cancelled", once=once, facts=facts, now=now, at_once=True)
    return subscription


@transaction.atomic
def change_plan(*, subscription_id: UUID, product: Product, now: datetime) -> Subscription:
    """Let the next term be of another subscription; the paid one stays as it is. Raises NotRunning."""
    subscription = _held(subscription_id)
    if subscription.state not in GOES_ON:
        raise NotRunning
    subscription.next_product = None if product.pk == subscription.product_id else product
    subscription.save(update_fields=["next_product"])
    subscription = _held(subscription_id)
    facts = {**_next_facts(subscription), "moment": now.isoformat()}
    once = f"changed {subscription.pk} {now:%Y%m%d%H%M%S}"
    post(order=subscription.order, kind="plan_changed", once=once, facts=facts, now=now)
    return subscription


@transaction.atomic
def tell_of_terms(*, now: datetime) -> int:
    """Tell customers of a term that is near, once for each; return how many were told."""
    today = day_of(now)
    furthest = today + timedelta(days=max(rules.NOTICE_DAYS.values()))
    near = Subscription.objects.filter(state=SubscriptionState.RUNNING, paid_until__lte=furthest)
    told = 0
    for one in near.exclude(noticed_for=F("paid_until")).select_related("order", "product", "next_product"):
        if rules.notice_day(one.paid_until, one.product.months) > today:
            continue
        Subscription.objects.filter(pk=one.pk).update(noticed_for=one.paid_until)
        once = f"notice {one.pk} {one.paid_until}"
        told += post(order=one.order, kind="renewal_notice", once=once, facts=_next_facts(one), now=now)
    return told


def charge_terms(*, now: datetime) -> int:
    """Charge every term that has begun and is not paid, on the days of TRIES_AFTER; return how many."""
    _begin_terms(now)
    tried = len(rules.TRIES_AFTER)
    due = Charge.objects.filter(state=ChargeState.DUE, try_on__lte=day_of(now), tries__lt=tried)
    ids = list(due.order_by("try_on", "pk").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_try(charge_id, now) for charge_id in ids)


@transaction.atomic
def end_terms(*, now: datetime) -> int:
    """End what was cancelled and is over, and what nobody paid in its grace; return how many ended."""
    today = day_of(now)
    over = Subscription.objects.filter(state=SubscriptionState.ENDING, paid_until__lte=today)
    ended = over.update(state=SubscriptionState.ENDED)
    last = today - timedelta(days=rules.GRACE_DAYS)
    unpaid = Charge.objects.filter(state=ChargeState.DUE, first_day__lt=last)
    for charge in unpaid.select_related("subscription__order").select_for_update(of=("self",)):
        if _is_awaited(charge, today):
            continue
        charge.state = ChargeState.GIVEN_UP
        charge.save(update_fields=["state"])
        Subscription.objects.filter(pk=charge.subscription_id).update(state=SubscriptionState.ENDED)
        post(order=charge.subscription.order, kind="ended", once=f"ended {charge.subscription_id}", now=now)
        ended += 1
    return ended


@transaction.atomic
def forget_mandates(*, now: datetime) -> int:
    """Have payments forget the mandates by which nothing is charged any more; return how many."""
    ended = Subscription.objects.exclude(state__in=GOES_ON).exclude(mandate=None)
    going = Subscription.objects.filter(state__in=GOES_ON).exclude(mandate=None).values("mandate")
    found = ended.exclude(mandate__in=going).values_list("mandate", flat=True)
    forgotten = {mandate for mandate in found if mandate is not None}
    for mandate in forgotten:
        payments.forget_mandate(mandate, now=now)
    Subscription.objects.filter(mandate__in=forgotten).update(mandate=None)
    return len(forgotten)


def take_term(*, attempt: Attempt, mandate: UUID | None, now: datetime) -> None:
    """Take it that a term was paid; called by `take_payment`, which holds the attempt."""
    charge = _charge_of(attempt)
    subscription = _held(charge.subscription_id)
    amount = Money(attempt.amount_cents, subscription.order.currency)
    if charge.state != ChargeState.DUE or charge.first_day != subscription.paid_until:
        give_back(attempt=attempt, amount=amount, credit="", due_on=day_of(now), now=now)
        return
    charge.subscription = subscription
    charge.state, charge.invoice = ChargeState.PAID, bill_term(charge, attempt, now=now)
    charge.save(update_fields=["state", "invoice"])
    subscription.product, subscription.next_product = charge.product, None
    subscription.months_paid += charge.product.months
    subscription.paid_until = _end_of(subscription, subscription.months_paid)
    subscription.state, subscription.mandate = SubscriptionState.RUNNING, mandate or subscription.mandate
    subscription.save(
        update_fields=["product", "next_product", "months_paid", "paid_until", "state", "mandate"]
    )
    Order.objects.filter(pk=subscription.order_id).update(
        kept_until=rules.books_end(day_of(now), one_stop_shop=subscription.order.one_stop_shop)
    )
    name = charge.product.names.get(subscription.order.language) or charge.product.slug
    for _piece in range(subscription.quantity):
        owe_code(order=subscription.order, product=charge.product, name=name, charge=charge, now=now)
    facts = {"invoice": charge.invoice, "ends_on": subscription.paid_until.isoformat()}
    post(order=subscription.order, kind="renewed", once=f"renewed {charge.pk}", facts=facts, now=now)


def term_failed(*, attempt: Attempt, now: datetime) -> None:
    """Take it that a charge did not come through: say so, and when it is tried again."""
    charge = _charge_of(attempt)
    if charge.state != ChargeState.DUE:
        return
    subscription = _held(charge.subscription_id)
    subscription.state = SubscriptionState.OVERDUE
    subscription.save(update_fields=["state"])
    later = [days for days in rules.TRIES_AFTER[charge.tries :] if days]
    last = charge.first_day + timedelta(days=rules.GRACE_DAYS)
    charge.try_on = charge.first_day + timedelta(days=later[0]) if later else last
    charge.save(update_fields=["try_on"])
    facts: dict[str, str | int] = {"cents": charge.total_cents, "ends_on": last.isoformat()}
    if later:
        facts["again_on"] = charge.try_on.isoformat()
    post(order=subscription.order, kind="charge_failed", once=f"failed {attempt.pk}", facts=facts, now=now)


def payment_lost(*, attempt: Attempt, now: datetime) -> None:
    """Take it that the bank took a payment back: what it paid for is not charged again by itself."""
    running = Subscription.objects.filter(order_id=attempt.order_id, state__in=GOES_ON)
    running.update(state=SubscriptionState.ENDING, cancelled_at=now)
    post(order=attempt.order, kind="taken_back", once=f"taken back {attempt.pk}", now=now)


def _charge_of(attempt: Attempt) -> Charge:
    return Charge.objects.select_for_update().get(attempts=attempt.pk)


def _held(subscription_id: UUID) -> Subscription:
    rows = Subscription.objects.select_for_update(of=("self",))
    return rows.select_related("order", "product", "next_product").get(pk=subscription_id)


def _end_of(subscription: Subscription, months: int) -> date:
    """Return until when so many months are paid, with the days that came on top."""
    return months_after(subscription.started_on, months) + timedelta(days=subscription.credit_days)


def _price(subscription: Subscription) -> tuple[int, Money]:
    order, product = subscription.order, next_product(subscription)
    net = Money(product.net_cents, order.currency) * subscription.quantity
    return product.net_cents, net + net.vat_of(order.vat_rate)


def _is_awaited(charge: Charge, today: date) -> bool:
    """Return whether a charge is still on its way: a direct debit can take some days."""
    last = charge.first_day + timedelta(days=rules.GRACE_DAYS + rules.DEBIT_DAYS)
    return today <= last and charge.attempts.filter(state=AttemptState.ASKED, by_hand=False).exists()


def _next_facts(subscription: Subscription) -> dict[str, str | int]:
    product = next_product(subscription)
    return {
        "product": product.names.get(subscription.order.language) or product.slug,
        "begins_on": subscription.paid_until.isoformat(),
        "cents": next_total(subscription).cents,
    }


def _begin_terms(now: datetime) -> None:
    """Write down every term that has begun; one for each first day, whoever else does it too."""
    begun = Subscription.objects.filter(state__in=GOES_ON, paid_until__lte=day_of(now))
    for one in begun.select_related("order", "product", "next_product"):
        net, total = _price(one)
        product = next_product(one)
        last = _end_of(one, one.months_paid + product.months) - timedelta(days=1)
        Charge.objects.get_or_create(
            subscription=one,
            first_day=one.paid_until,
            defaults={
                "product": product,
                "last_day": last,
                "net_cents": net,
                "vat_rate": one.order.vat_rate,
                "total_cents": total.cents,
                "try_on": one.paid_until,
            },
        )


@transaction.atomic
def _try(charge_id: UUID, now: datetime) -> bool:
    """Charge one term to the mandate, unless that is under way; without one, ask the customer to pay."""
    charge = Charge.objects.select_for_update().filter(pk=charge_id, state=ChargeState.DUE).first()
    if charge is None or charge.attempts.filter(state=AttemptState.ASKED, by_hand=False).exists():
        return False
    order = Order.objects.get(subscriptions=charge.subscription_id)
    mandate = Subscription.objects.values_list("mandate", flat=True).get(pk=charge.subscription_id)
    charge.tries += 1
    charge.save(update_fields=["tries"])
    attempt = Attempt.objects.create(
        order=order, charge=charge, amount_cents=charge.total_cents, by_hand=False, created_at=now
    )
    try:
        if mandate is None:
            raise payments.NoMandate
        _charge(attempt, order, mandate, now)
    except payments.NoMandate:
        attempt.state, attempt.ended_at = AttemptState.FAILED, now
        attempt.save(update_fields=["state", "ended_at"])
        term_failed(attempt=attempt, now=now)
    return True


def _charge(attempt: Attempt, order: Order, mandate: UUID, now: datetime) -> None:
    payments.charge(
        reference=attempt.pk,
        mandate=mandate,
        amount=Money(attempt.amount_cents, order.currency),
        description=f"PRIFORA {order.number}",
        years_kept=rules.ONE_STOP_SHOP_YEARS if order.one_stop_shop else rules.BOOK_YEARS,
        now=now,
    )
