"""Activation codes: owed by a row, made when they are given out, kept nowhere.

No row says which code came from which order. Given out on the order's page, it is mailed as well; what nobody
asked for there goes by mail alone.
"""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F

from plans import services as plans
from prifora.kernel.claims import Claim, claim
from prifora.kernel.errors import Absent
from shop import rules
from shop.models import Charge, DueCode, Order, Product, State
from shop.services.posting import mail_code

PLANS = {True: "home", False: "family"}
"""What the app calls a plan with and without a Home Station."""

AT_ONCE = 50
AGAIN_AFTER = timedelta(minutes=5)

log = structlog.get_logger(__name__)


def owe_code(
    *, order: Order, product: Product | None, name: str, charge: Charge | None, now: datetime
) -> DueCode:
    """Note that a code is owed for a term of a subscription; that of a renewal is mailed at once."""
    if product is None:
        raise Absent
    return DueCode.objects.create(
        order=order,
        charge=charge,
        name=name,
        months=product.months,
        with_station=order.lines.filter(product__with_station=True).exists() or product.with_station,
        mail_due_at=now if charge else now + rules.CODE_MAILED_AFTER,
        created_at=now,
    )


def show_code(*, order: Order, code_id: UUID, now: datetime) -> str:
    """Make the code that is owed and return it, once; it is mailed too. Raises Absent after that."""
    due = order.codes.filter(pk=code_id).first()
    code = _make(due, now) if due else None
    if due is None or code is None:
        raise Absent
    transaction.on_commit(lambda: _mail(due, code, now))
    return code


def mail_codes(*, now: datetime) -> int:
    """Make and mail what is owed and nobody asked for; return how many went.

    One that cannot be mailed is made void at once, and owed again a little later. One that was made when the
    process died is owed again too: nobody may have got it, or its customer gets two.
    """
    unsent = DueCode.objects.filter(mailed_at=None, mail_due_at__lte=now)
    unsent.filter(taken_at__lt=F("mail_due_at")).update(taken_at=None)
    due = unsent.filter(taken_at=None, order__state=State.PAID)
    return sum(_make_and_mail(one, now) for one in list(due.select_related("order")[:AT_ONCE]))


def _make_and_mail(due: DueCode, now: datetime) -> bool:
    taken = _take(due, now)
    if taken is None:
        return False
    claimed, code = taken
    with claimed:
        went = _mail(due, code, now)
    if went:
        return True
    plans.void(code, now=now)
    DueCode.objects.filter(pk=due.pk).update(taken_at=None, mail_due_at=now + AGAIN_AFTER)
    return False


@transaction.atomic
def _take(due: DueCode, now: datetime) -> tuple[Claim, str] | None:
    """Return a new code to be mailed, or nothing when somebody else has it already."""
    owed = DueCode.objects.filter(taken_at=None)
    claimed = claim(owed, due.pk, now, "mail_due_at", taken_at=now)
    return (claimed, _issue(due, now)) if claimed else None


@transaction.atomic
def _make(due: DueCode, now: datetime) -> str | None:
    """Return a new code to be shown, or nothing when somebody else has it already."""
    if not DueCode.objects.filter(pk=due.pk, taken_at=None).update(taken_at=now, mail_due_at=now):
        return None
    return _issue(due, now)


def _issue(due: DueCode, now: datetime) -> str:
    return plans.issue(PLANS[due.with_station], 0, due.with_station, months=due.months, now=now)


def _mail(due: DueCode, code: str, now: datetime) -> bool:
    try:
        mail_code(order=due.order, name=due.name, code=code, now=now)
    except Exception as failure:  # noqa: BLE001  mail gateways fail in ways of their own
        log.warning("not_delivered", what="activation code", kind=type(failure).__name__)
        return False
    DueCode.objects.filter(pk=due.pk).update(mailed_at=now)
    return True
