"""Giving back within 14 days: receipt at once, money in time, delivery cost with the last goods."""

from datetime import timedelta

import pytest

from books import access as books
from plans.models import Code
from prifora.kernel.terms import day_of
from shop import access, services
from shop.models import Delivery, OrderLine, Parcel, Product, Refund, State, Withdrawal
from tests.shop import buying

pytestmark = pytest.mark.django_db


def give_back(order, *, lines=None, code="", now=None):
    ours = lines or access.still_ours(order)
    return services.withdraw(
        order_id=order.pk, line_ids={one.pk for one in ours}, code=code, now=now or buying.later()
    )


class TestBeforeItLeft:
    @pytest.mark.obligation("PRI-68", "PRI-70", partial=True)
    def test_all_money_goes_at_once_and_nothing_leaves(self, paid):
        withdrawal = give_back(paid)
        paid.refresh_from_db()
        assert (withdrawal.waits_for_goods, paid.state) == (False, State.REFUNDED)
        refund = Refund.objects.get()
        assert (refund.amount_cents, refund.failed_at) == (paid.total_cents, None)
        assert refund.credit.startswith("C")
        assert Parcel.objects.get().state == "stopped"
        assert Product.objects.get(slug="home-station").stock == 5
        assert books.bill_numbered(refund.credit).payable.cents == paid.total_cents

    @pytest.mark.obligation("PRI-43", partial=True)
    def test_the_receipt_is_mailed_at_once_with_a_paper(
        self, paid, mailoutbox, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            give_back(paid)
        receipt = mailoutbox[-1]
        assert receipt.subject == "We hebben je bericht dat je je bestelling teruggeeft"
        assert [name for name, _file, _kind in receipt.attachments] == ["prifora-bewijs.pdf"]
        assert str(day_of(buying.later()).year) in receipt.body

    def test_the_code_ends_with_it_and_one_not_given_out_is_never_made(self, paid):
        code = services.show_code(order=paid, code_id=paid.codes.get().pk, now=buying.later())
        assert give_back(paid, code=code).code_ended
        assert not Code.objects.exists()

    def test_the_subscription_ends(self, paid):
        give_back(paid)
        assert paid.subscriptions.get().state == "ended"
        assert not paid.codes.exists()

    def test_twice_is_refused(self, paid):
        give_back(paid)
        with pytest.raises(services.TooLateToWithdraw):
            give_back(paid, lines=list(OrderLine.objects.exclude(product=None)))
        assert Withdrawal.objects.count() == Refund.objects.count() == 1

    def test_a_part_goes_without_the_delivery_cost_and_the_rest_with_it(self, paid):
        year, station = sorted(access.still_ours(paid), key=lambda one: one.kind, reverse=True)
        give_back(paid, lines=[year])
        paid.refresh_from_db()
        assert (paid.state, Refund.objects.get().amount_cents) == (State.PAID, 9900)
        give_back(paid, lines=[station])
        paid.refresh_from_db()
        assert paid.state == State.REFUNDED
        assert sum(Refund.objects.values_list("amount_cents", flat=True)) == paid.total_cents


class TestAfterItCame:
    @pytest.fixture
    def came(self, paid):
        return buying.deliver(paid)

    def test_money_waits_for_the_goods(self, came):
        withdrawal = give_back(came)
        assert (withdrawal.waits_for_goods, Refund.objects.count()) == (True, 0)
        services.announce_parcels(now=buying.later())
        parcel = Parcel.objects.get()
        assert parcel.state == "return_announced"
        buying.move(parcel.return_track, "delivered")
        services.track_parcels(now=buying.later())
        assert Refund.objects.get().amount_cents == came.total_cents
        assert Product.objects.get(slug="home-station").stock == 5

    def test_but_never_beyond_the_term(self, came):
        withdrawal = give_back(came)
        early = withdrawal.created_at + timedelta(days=12)
        assert services.refund_in_time(now=early) == 0
        assert services.refund_in_time(now=early + timedelta(days=1)) == 1
        assert day_of(early + timedelta(days=1)) < withdrawal.refund_by
        assert services.refund_in_time(now=early + timedelta(days=2)) == 0

    def test_after_14_days_it_is_too_late(self, came):
        last = access.rules.last_day_to_withdraw(day_of(came.delivered_at))
        assert access.may_withdraw(came, last)
        assert not access.may_withdraw(came, last + timedelta(days=1))
        with pytest.raises(services.TooLateToWithdraw):
            give_back(came, now=buying.later(days=30))

    def test_the_address_goes_after_a_while_and_not_while_it_comes_back(self, came):
        services.reduce_orders(now=came.delivered_at + timedelta(days=59))
        assert Delivery.objects.exists()
        give_back(came)
        services.reduce_orders(now=came.delivered_at + timedelta(days=61))
        assert Delivery.objects.exists()
        services.goods_came_back(parcel_id=Parcel.objects.get().pk, now=buying.later())
        services.reduce_orders(now=came.delivered_at + timedelta(days=61))
        assert not Delivery.objects.exists()


class TestRefunds:
    def test_done_is_booked_and_told_once(self, paid, letters):
        give_back(paid)
        refund, attempt = Refund.objects.get(), buying.attempt_of(paid)
        letters()
        for _again in range(3):
            services.refund_done(
                reference=attempt.pk,
                refund_id=refund.pk,
                amount=books.bill_numbered(refund.credit).payable,
                now=buying.later(),
            )
        assert [one.subject for one in letters()] == ["Je geld is op weg terug"]
        assert books.owed(attempt.pk).cents == 0

    def test_failed_after_it_was_done_is_undone_in_the_books(self, paid, letters):
        give_back(paid)
        refund, attempt = Refund.objects.get(), buying.attempt_of(paid)
        amount = books.bill_numbered(refund.credit).payable
        services.refund_done(reference=attempt.pk, refund_id=refund.pk, amount=amount, now=buying.later())
        services.refund_failed(
            reference=attempt.pk, refund_id=refund.pk, amount=amount, was_told=True, now=buying.later()
        )
        assert books.owed(attempt.pk) == -amount
        assert letters()[-1].subject == "We konden je niet terugbetalen"
