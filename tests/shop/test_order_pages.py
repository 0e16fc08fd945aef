"""The pages of an order open by its link alone, and show and do what is its customer's."""

import re

import pytest

from books.models import Bill
from shop import access, services
from shop.models import Attempt, Charge, Subscription, Withdrawal
from tests.shop import buying

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(visitor):
    """at(order)("/withdraw", {...}) asks for a page of an order."""

    def of(order):
        def ask(path="", form=None):
            url = f"/shop/order/{access.link_of(order.pk)}{path}"
            return visitor.get(url) if form is None else visitor.post(url, form)

        return ask

    return of


def text(page):
    return page.content.decode().replace("\xa0", " ")


def test_every_link_but_the_right_one_is_nothing(paid, visitor):
    right = access.link_of(paid.pk)
    first, last = ("B" if right.startswith("A") else "A"), ("BB" if right.endswith("AA") else "AA")
    for wrong in (right[:-1], right[:-2] + last, right[::-1], first + right[1:], str(paid.pk)):
        assert visitor.get(f"/shop/order/{wrong}").status_code == 404
    assert visitor.get(f"/shop/order/{right}").status_code == 200


def test_leaves_nothing_behind_in_the_browser(paid, at):
    page = at(paid)()
    assert not page.cookies
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "same-origin")


@pytest.mark.obligation("PRI-71", partial=True)
def test_shows_the_parcel_and_what_the_carrier_got(paid, at):
    order = buying.deliver(paid)
    page = text(at(order)())
    assert "Je pakket is bezorgd" in page
    assert "de bezorger" in page
    assert "mobiel nummer" in page


def test_counts_pieces_but_not_the_delivery(paid, at, letters):
    page, (letter, *_more) = text(at(paid)()), letters()
    for said in (page, letter.body):
        assert "1 × home-station nl" in said
        assert "Bezorgen" in said
        assert "× Bezorgen" not in said


def test_shows_its_papers_and_no_others(paid, at, products):
    other = buying.pay(buying.placed({"cover": 1}))
    assert at(paid)(f"/paper/{paid.invoice}.pdf").content.startswith(b"%PDF")
    assert b"<" in at(paid)(f"/paper/{paid.invoice}.xml").content
    for path in (f"/paper/{other.invoice}.pdf", f"/paper/{paid.invoice}.txt", "/paper/nothing.pdf"):
        assert at(paid)(path).status_code == 404
    assert Bill.objects.count() == 2


def test_shows_a_code_once(paid, at):
    path = f"/code/{paid.codes.get().pk}"
    first = at(paid)(path, {})
    assert re.search(r'class="code">([A-Z]{4}-){3}[A-Z]{4}<', text(first))
    assert at(paid)(path, {}).status_code == 404
    assert "Laat mijn code zien" not in text(at(paid)())


class TestWithdraw:
    def test_takes_two_steps(self, paid, at):
        ident = str(access.still_ours(paid)[0].pk)
        assert "Overeenkomst hier herroepen" in text(at(paid)("/withdraw"))
        sure = at(paid)("/withdraw", {"lines": [ident], "code": ""})
        assert "Herroeping bevestigen" in text(sure)
        assert not Withdrawal.objects.exists()
        done = at(paid)("/withdraw", {"lines": [ident], "code": "", "confirm": "1"})
        assert done.headers["Location"].endswith("#given-back")
        withdrawal = Withdrawal.objects.get()
        assert at(paid)(f"/withdraw/{withdrawal.pk}").content.startswith(b"%PDF")

    def test_nothing_chosen_is_said(self, paid, at):
        assert at(paid)("/withdraw", {"confirm": "1"}).status_code == 400

    def test_lines_of_others_cannot_be_given_back(self, paid, at, products):
        other = buying.pay(buying.placed({"cover": 1}))
        ident = str(access.still_ours(other)[0].pk)
        assert at(paid)("/withdraw", {"lines": [ident], "confirm": "1"}).status_code == 400

    def test_without_anything_left_it_is_refused(self, paid, at):
        services.withdraw(
            order_id=paid.pk,
            line_ids={one.pk for one in access.still_ours(paid)},
            code="",
            now=buying.later(),
        )
        assert at(paid)("/withdraw").status_code == 409


class TestSubscription:
    def test_ends_in_two_steps(self, paid, at):
        path = f"/subscription/{Subscription.objects.get().pk}/cancel"
        assert "Ja, stop het" in text(at(paid)(path))
        assert Subscription.objects.get().state == "running"
        at(paid)(path, {})
        assert Subscription.objects.get().state == "ending"

    def test_of_others_is_nothing(self, paid, at, products):
        other = buying.pay(buying.placed({"family-month": 1}))
        path = f"/subscription/{other.subscriptions.get().pk}/cancel"
        assert at(paid)(path, {}).status_code == 404

    def test_changes_the_plan(self, paid, at, products):
        path = f"/subscription/{Subscription.objects.get().pk}/plan"
        assert "€ 9,95" in text(at(paid)(path))
        assert at(paid)(path, {"plan": "nothing"}).status_code == 400
        at(paid)(path, {"plan": "family-month"})
        assert Subscription.objects.get().next_product == products["family-month"]

    def test_a_due_term_can_be_paid(self, paid, at):
        subscription = Subscription.objects.get()
        later = buying.later(days=370)
        services.charge_terms(now=later)
        services.payment_ended(reference=Attempt.objects.get(by_hand=False).pk, now=later)
        assert subscription.charges.exists()
        page = at(paid)(f"/pay/{Charge.objects.get().pk}")
        assert "/shop/payments/" in page.headers["Refresh"]


def test_an_unpaid_order_can_be_paid_later(order, at):
    assert "nog niet betaald" in text(at(order)())
    assert "/shop/payments/" in at(order)("/pay").headers["Refresh"]
    buying.pay(order)
    assert at(order)("/pay").status_code == 302
