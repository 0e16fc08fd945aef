"""The pages of one order, reached by its link alone: paying, following, giving back, the subscription."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from books import services as books
from prifora.kernel import clock
from prifora.kernel.errors import Absent
from prifora.kernel.money import Money
from prifora.kernel.terms import day_of
from shop import access, rules, services
from shop.forms import PlanForm, WithdrawForm
from shop.models import Charge, ChargeState, Order, ParcelState, State, Subscription, SubscriptionState
from shop.site import page, show

STEPS = {
    ParcelState.TO_PACK: _("We are packing your parcel"),
    ParcelState.PACKED: _("Your parcel is packed"),
    ParcelState.ANNOUNCED: _("The carrier knows of your parcel"),
    ParcelState.ON_ITS_WAY: _("Your parcel is on its way"),
    ParcelState.DELIVERED: _("Your parcel was delivered"),
    ParcelState.STOPPED: _("Your parcel was stopped before it left"),
    ParcelState.RETURN_ASKED: _("We are making a label to send it back"),
    ParcelState.RETURN_ANNOUNCED: _("You can send it back"),
    ParcelState.RETURNED: _("It came back to us"),
}
RECIPIENTS = {
    rules.To.CARRIER.value: _("the carrier"),
    rules.To.FINANCE.value: _("somebody of our bookkeeping"),
    rules.To.LOGISTIC.value: _("somebody who packs parcels"),
}
PROVIDER = _("the payment provider")
FIELDS = {
    "reference": _("a number"),
    "weight": _("the weight"),
    "name": _("name"),
    "company": _("company"),
    "vat_id": _("VAT id"),
    "street": _("street"),
    "postcode": _("postcode"),
    "city": _("town"),
    "country": _("country"),
    "mobile": _("mobile number"),
    "email": _("e-mail address"),
    "holder": _("name on the account or card"),
}
PAPERS = {"pdf": "application/pdf", "xml": "application/xml"}


@page("GET")
def order(request: HttpRequest, order: Order) -> HttpResponse:
    """All there is to see and to do about an order."""
    return _show_order(request, order)


@page("GET")
def pay(request: HttpRequest, order: Order) -> HttpResponse:
    """Lead on to the provider's page; a page in between, since browsers let no form lead to another site."""
    if order.state != State.PLACED:
        return redirect(_path(order))
    now = clock.now()
    services.hold_again(order_id=order.pk, now=now)
    told = {"pay": services.ask_payment(order=order, now=now), "order": order, "total": _total(order)}
    answer = show(request, "pay", told, language=order.language)
    answer.headers["Refresh"] = f"0; url={told['pay']}"
    return answer


@page("GET")
def pay_term(request: HttpRequest, order: Order, charge_id: UUID) -> HttpResponse:
    """The same for a term of a subscription that could not be charged."""
    address = services.ask_term(order=order, charge_id=charge_id, now=clock.now())
    charge = Charge.objects.get(pk=charge_id)
    told = {"pay": address, "order": order, "total": _words(order, charge.total_cents)}
    answer = show(request, "pay", told, language=order.language)
    answer.headers["Refresh"] = f"0; url={address}"
    return answer


@page("POST")
def code(request: HttpRequest, order: Order, code_id: UUID) -> HttpResponse:
    """Make an activation code and show it, this once."""
    made = services.show_code(order=order, code_id=code_id, now=clock.now())
    return show(request, "code", {"code": made, "back": _path(order)}, language=order.language)


@page("GET", "POST")
def withdraw(request: HttpRequest, order: Order) -> HttpResponse:
    """Give (a part of) an order back: choose, then confirm (Directive 2011/83/EU art. 11a)."""
    now = clock.now()
    if not access.may_withdraw(order, day_of(now)):
        raise services.TooLateToWithdraw
    ours = [(str(one.pk), f"{one.quantity} × {one.name}") for one in access.still_ours(order)]
    asked = request.POST if request.method == "POST" and "change" not in request.POST else None
    form = WithdrawForm(asked, lines=ours)
    told: dict[str, Any] = {
        "form": form,
        "order": order,
        "back": _path(order),
        "buyer": access.buyer_of(order),
    }
    told["has_code"] = any(one.taken_at for one in access.codes_of(order))
    if asked is None or not form.is_valid():
        status = 400 if asked is not None else 200
        return show(request, "withdraw", told, language=order.language, status=status)
    chosen = form.cleaned_data["lines"]
    if "confirm" not in asked:
        told |= {"chosen": [words for ident, words in ours if ident in chosen], "idents": chosen}
        return show(request, "withdraw_sure", told, language=order.language)
    services.withdraw(
        order_id=order.pk,
        line_ids={UUID(one) for one in chosen},
        code=form.cleaned_data["code"],
        now=now,
    )
    return redirect(f"{_path(order)}#given-back")


@page("GET", "POST")
def cancel(request: HttpRequest, order: Order, subscription_id: UUID) -> HttpResponse:
    """End a subscription: say what that means, then confirm."""
    subscription = access.subscription_of(order, subscription_id)
    if request.method == "POST":
        services.cancel(subscription_id=subscription.pk, now=clock.now())
        return redirect(f"{_path(order)}#subscription")
    told = {"subscription": _subscription(subscription), "back": _path(order)}
    return show(request, "cancel", told, language=order.language)


@page("GET", "POST")
def plan(request: HttpRequest, order: Order, subscription_id: UUID) -> HttpResponse:
    """Choose another subscription for the next term."""
    subscription = access.subscription_of(order, subscription_id)
    others = list(access.other_plans(subscription))
    today = day_of(clock.now())
    words = [
        (one.slug, f"{services.name_of(one, order.language)}: {_gross(one.net_cents, order, today)}")
        for one in others
    ]
    form = PlanForm(request.POST if request.method == "POST" else None, plans=words)
    if request.method == "POST" and form.is_valid():
        chosen = next(one for one in others if one.slug == form.cleaned_data["plan"])
        services.change_plan(subscription_id=subscription.pk, product=chosen, now=clock.now())
        return redirect(f"{_path(order)}#subscription")
    told = {"form": form, "subscription": _subscription(subscription), "back": _path(order)}
    status = 400 if request.method == "POST" else 200
    return show(request, "plan", told, language=order.language, status=status)


@page("GET")
def paper(request: HttpRequest, order: Order, number: str, kind: str) -> HttpResponse:
    """An invoice or credit note of this order, to read or for a bookkeeping program."""
    if number not in {one for one, _words in _bills(order)} or kind not in PAPERS:
        raise Absent
    made = books.pdf(number) if kind == "pdf" else books.xml(number)
    name = f'attachment; filename="prifora-{number}.{kind}"'
    return HttpResponse(made, PAPERS[kind], headers={"Content-Disposition": name})


@page("GET")
def receipt(request: HttpRequest, order: Order, withdrawal_id: UUID) -> HttpResponse:
    """The proof that something was given back, as it was mailed."""
    found = order.withdrawals.filter(pk=withdrawal_id).first()
    if found is None:
        raise Absent
    name = 'attachment; filename="prifora.pdf"'
    return HttpResponse(services.receipt(found), PAPERS["pdf"], headers={"Content-Disposition": name})


def _show_order(request: HttpRequest, order: Order) -> HttpResponse:
    now = clock.now()
    lines = [
        {
            "name": one.name,
            "pieces": one.quantity if one.product_id else None,
            "gross": _words(order, one.gross_cents),
            "back": hasattr(one, "withdrawn"),
        }
        for one in access.lines_of(order)
    ]
    parcel = getattr(order, "parcel", None)
    told = {
        "order": order,
        "path_here": _path(order),
        "lines": lines,
        "total": _total(order),
        "parcel": parcel,
        "steps": [(STEPS[ParcelState(one.state)], one.created_at) for one in parcel.steps.all()]
        if parcel
        else [],
        "codes": access.codes_of(order) if order.state == State.PAID else [],
        "subscriptions": [
            _subscription(one) for one in order.subscriptions.select_related("product", "next_product")
        ],
        "bills": _bills(order),
        "withdrawals": [_withdrawal(one) for one in order.withdrawals.select_related("refund")],
        "may_withdraw": access.may_withdraw(order, day_of(now)),
        "told": _told(order),
        "buyer": access.buyer_of(order),
    }
    return show(request, "order", told, language=order.language)


def _subscription(one: Subscription) -> dict[str, Any]:
    due = one.charges.filter(state=ChargeState.DUE).first()
    goes_on = one.state in (SubscriptionState.RUNNING, SubscriptionState.OVERDUE)
    return {
        "id": one.pk,
        "name": services.name_of(one.product, one.order.language),
        "next": services.name_of(one.next_product, one.order.language) if one.next_product else "",
        "state": one.state,
        "paid_until": one.paid_until,
        "goes_on": goes_on,
        "amount": services.next_total(one).words(one.order.language) if goes_on else "",
        "due": due,
        "due_amount": _words(one.order, due.total_cents) if due else "",
        "others": goes_on and access.other_plans(one).exists(),
    }


def _withdrawal(one: Any) -> dict[str, Any]:
    refund = one.refund
    lines = [row.line.name for row in one.withdrawn.select_related("line").order_by("line__place")]
    amount = _words(one.order, refund.amount_cents) if refund else ""
    return {"row": one, "lines": lines, "amount": amount, "done": bool(refund and refund.done_at)}


def _bills(order: Order) -> list[tuple[str, Any]]:
    """Return the numbers of an order's bills, and what each is."""
    found = [(order.invoice, _("Invoice"))] if order.invoice else []
    charges = Charge.objects.filter(subscription__order=order).exclude(invoice="")
    found += [(one.invoice, _("Invoice")) for one in charges]
    refunds = order.withdrawals.exclude(refund=None).select_related("refund")
    return found + [(one.refund.credit, _("Credit note")) for one in refunds if one.refund]


def _told(order: Order) -> list[tuple[datetime, Any, str]]:
    return [
        (
            at,
            RECIPIENTS.get(to) or f"{PROVIDER} ({to})",
            ", ".join(str(FIELDS.get(one, one)) for one in fields),
        )
        for at, to, fields in access.told_of(order)
    ]


def _path(order: Order) -> str:
    return f"/shop/order/{access.link_of(order.pk)}"


def _total(order: Order) -> str:
    return _words(order, order.total_cents)


def _words(order: Order, cents: int) -> str:
    return Money(cents, order.currency).words(order.language)


def _gross(net_cents: int, order: Order, _today: Any) -> str:
    net = Money(net_cents, order.currency)
    return (net + net.vat_of(order.vat_rate)).words(order.language)
