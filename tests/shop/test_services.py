"""Ordering, paying, and what follows: once each, whatever is told twice or late."""

import pytest

from books import access as books
from prifora.kernel.errors import Absent
from prifora.kernel.money import Money
from shop import access, services
from shop.models import DueCode, Order, Parcel, Post, Product, Refund, Reservation, State, Subscription
from tests.shop import buying

pytestmark = pytest.mark.django_db


class TestPlaceOrder:
    def test_sets_goods_apart_and_asks_the_vat_of_the_country(self, products, provider):
        order = buying.placed(
            {"home-station": 2}, buyer={**buying.BUYER, "country": "LU", "postcode": "1234"}
        )
        assert (order.vat_rate, order.one_stop_shop) == (17, True)
        assert Reservation.objects.get().quantity == 2
        assert access.available(products["home-station"], buying.later(minutes=1)) == 3
        assert access.available(products["home-station"], buying.later(hours=2)) == 5

    def test_is_refused_for_more_than_there_is(self, products, provider):
        buying.placed({"home-station": 4})
        with pytest.raises(services.SoldOut):
            buying.placed({"home-station": 2})
        assert Order.objects.count() == 1

    def test_is_refused_for_nothing(self, products, provider):
        with pytest.raises(services.NothingOrdered):
            buying.placed({"nothing": 2})

    def test_a_subscription_alone_has_no_delivery(self, products, provider):
        order = buying.pay(buying.placed({"family-year": 1}))
        assert not Parcel.objects.exists()
        assert not hasattr(order, "delivery")
        assert order.total_cents == 9900

    def test_what_lies_in_the_database_says_nothing_of_the_customer(self, order):
        sealed = bytes(order.buyer.sealed) + bytes(order.delivery.sealed)
        assert b"Riet" not in sealed
        assert access.buyer_of(order)["name"] == "Riet Bakker"


class TestTakePayment:
    def test_bills_it_takes_the_stock_and_owes_a_code(self, paid):
        assert (paid.state, paid.invoice[-6:]) == (State.PAID, "000001")
        assert Product.objects.get(slug="home-station").stock == 4
        assert not Reservation.objects.exists()
        assert Parcel.objects.get().state == "to_pack"
        assert Subscription.objects.get().months_paid == 12
        assert (DueCode.objects.get().months, DueCode.objects.get().with_station) == (12, True)
        assert books.owed(buying.attempt_of(paid).pk) == Money(0)
        assert books.bill_numbered(paid.invoice).payable == Money(paid.total_cents)

    def test_told_five_times_it_happens_once(self, paid):
        for _again in range(5):
            buying.say_paid(buying.attempt_of(paid))
        assert Product.objects.get(slug="home-station").stock == 4
        assert DueCode.objects.count() == Post.objects.count() == 1
        assert not Refund.objects.exists()

    def test_paid_after_it_failed_still_counts(self, order):
        services.payment_ended(reference=buying.attempt_of(order).pk, now=buying.later())
        assert buying.pay(order).state == State.PAID

    def test_paid_twice_the_second_goes_back(self, order):
        first = buying.attempt_of(order)
        services.payment_ended(reference=first.pk, now=buying.later())
        services.ask_payment(order=order, now=buying.later())
        second = buying.attempt_of(order)
        assert first != second
        buying.say_paid(second)
        buying.say_paid(first)
        assert Refund.objects.get().attempt == first
        assert Order.objects.get().state == State.PAID

    def test_paid_a_day_late_is_paid_back_when_somebody_else_has_the_last(self, products, provider, letters):
        late = buying.placed({"cover": 5})
        Reservation.objects.update(ends_at=buying.later(hours=-1))
        buying.pay(buying.placed({"cover": 1}))
        assert buying.pay(late).state == State.REFUNDED
        assert Product.objects.get(slug="cover").stock == 4
        assert Refund.objects.get().amount_cents == late.total_cents
        assert "Het spijt ons: je bestelling is uitverkocht" in [one.subject for one in letters()]

    def test_an_unknown_reference_changes_nothing(self, order):
        services.take_payment(
            reference=order.pk, mandate=None, amount=Money(order.total_cents), now=buying.later()
        )
        assert Order.objects.get().state == State.PLACED


class TestCodes:
    def test_is_shown_once_and_mailed(self, paid, mailoutbox, django_capture_on_commit_callbacks):
        due = DueCode.objects.get()
        with django_capture_on_commit_callbacks(execute=True):
            code = services.show_code(order=paid, code_id=due.pk, now=buying.later())
        assert code in mailoutbox[-1].body
        with pytest.raises(Absent):
            services.show_code(order=paid, code_id=due.pk, now=buying.later())
        assert services.mail_codes(now=buying.later(days=1)) == 0

    def test_nobody_asked_it_goes_by_mail(self, paid, mailoutbox):
        assert services.mail_codes(now=buying.later(minutes=1)) == 0
        assert services.mail_codes(now=buying.later(minutes=11)) == 1
        assert mailoutbox[-1].to == ["riet@mail.example"]

    def test_one_that_cannot_be_mailed_is_void_and_owed_again(self, paid, settings):
        from plans.models import Code

        settings.EMAIL_BACKEND = "nowhere.Backend"
        assert services.mail_codes(now=buying.later(minutes=11)) == 0
        assert (DueCode.objects.get().taken_at, Code.objects.count()) == (None, 0)

    def test_one_that_was_made_when_the_process_died_is_owed_again(self, paid, mailoutbox, monkeypatch):
        def dies(**_what):
            raise KeyboardInterrupt

        with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
            dying.setattr("shop.services.codes.mail_code", dies)
            services.mail_codes(now=buying.later(minutes=11))
        mailoutbox.clear()
        assert services.mail_codes(now=buying.later(minutes=11)) == 0
        assert services.mail_codes(now=buying.later(minutes=12)) == 1
        assert services.mail_codes(now=buying.later(minutes=20)) == 0
        assert len(mailoutbox) == 1

    def test_one_that_was_shown_is_owed_no_more_when_its_mail_fails(
        self, paid, settings, mailoutbox, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            settings.EMAIL_BACKEND = "nowhere.Backend"
            services.show_code(order=paid, code_id=paid.codes.get().pk, now=buying.later())
        assert services.mail_codes(now=buying.later(days=1)) == 0


class TestLetters:
    @pytest.mark.obligation("PRI-43", partial=True)
    def test_the_confirmation_has_invoice_terms_and_withdrawal(self, paid, letters):
        (confirmed,) = letters()
        assert [name for name, _file, _kind in confirmed.attachments] == [
            "prifora-factuur.pdf",
            "prifora-voorwaarden.pdf",
            "prifora-teruggeven.pdf",
        ]
        assert all(bytes(file).startswith(b"%PDF") for _name, file, _kind in confirmed.attachments)
        assert f"/shop/order/{access.link_of(paid.pk)}" in confirmed.body
        assert letters() == []
