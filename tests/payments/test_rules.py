"""States in any order and any number of times lead to one end; amounts, days and what may be told."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.clients import charge_body, customer_body, payment_body, refund_body
from payments.rules import (
    FIELDS,
    KEPT,
    LATEST,
    SOONEST,
    WATCHED_FOR,
    WORDS,
    Reason,
    RefundState,
    Sent,
    State,
    check,
    further,
    furthest,
    kept_from,
    kept_unpaid_from,
    masked,
    reason_of,
    refund_state_of,
    state_of,
    wait_after_failure,
    wait_before_look,
)
from prifora.kernel.ids import new_id
from prifora.kernel.money import Money
from prifora.kernel.terms import ZONE

WORDS_OF_THE_PROVIDER = ["open", "pending", "authorized", "paid", "failed", "canceled", "expired", "new word"]
KINDS = pytest.mark.parametrize("kind", [State, RefundState])
DAY = timedelta(days=1)


class TestFurther:
    @KINDS
    def test_does_not_depend_on_order_grouping_or_repetition(self, kind):
        for one in kind:
            assert further(one, one) is one
            for other in kind:
                assert further(one, other) is further(other, one)
                for third in kind:
                    assert further(further(one, other), third) is further(one, further(other, third))

    @given(st.lists(st.sampled_from(WORDS_OF_THE_PROVIDER), min_size=1), st.randoms())
    def test_ends_the_same_however_often_and_in_whatever_order_it_is_told(self, said, random):
        again = said * 5
        random.shuffle(again)
        ends = {furthest(map(state_of, one), State.WAITING) for one in (said, said[::-1], again)}
        assert len(ends) == 1

    @given(st.lists(st.sampled_from(WORDS_OF_THE_PROVIDER)))
    def test_never_takes_back_that_something_was_paid(self, said):
        assert furthest(map(state_of, said), State.PAID) is State.PAID

    def test_knows_that_a_refund_that_was_done_can_fail(self):
        assert further(RefundState.DONE, refund_state_of("failed")) is RefundState.FAILED


class TestWordsOfTheProvider:
    def test_that_we_do_not_know_change_nothing(self):
        assert state_of("something new") is State.WAITING
        assert refund_state_of("something new") is RefundState.WAITING

    @pytest.mark.parametrize(
        ("state", "failure", "reason"),
        [
            (State.CANCELLED, "", Reason.CANCELLED),
            (State.FAILED, "AM04", Reason.NO_MONEY),
            (State.FAILED, "insufficient_funds", Reason.NO_MONEY),
            (State.FAILED, "card_expired", Reason.REFUSED),
        ],
    )
    def test_become_reasons_of_ours(self, state, failure, reason):
        assert reason_of(state, failure) is reason


class TestWaits:
    @given(st.timedeltas(min_value=timedelta(0), max_value=500 * DAY))
    def test_after_a_failure_are_never_too_short_or_too_long(self, age):
        assert SOONEST <= wait_after_failure(age=age) <= LATEST

    @pytest.mark.parametrize("state", [State.OPEN, State.PENDING])
    def test_for_what_is_not_over_grow_but_never_end(self, state):
        waits = [wait_before_look(state=state, age=n * DAY / 24, is_refunding=False) for n in range(2000)]
        assert waits == sorted(waits)
        assert waits[-1] == DAY

    def test_for_what_is_paid_last_as_long_as_a_bank_may_take_it_back(self):
        paid = {"state": State.PAID, "is_refunding": False}
        assert wait_before_look(age=WATCHED_FOR, **paid) == 30 * DAY
        assert wait_before_look(age=WATCHED_FOR + DAY, **paid) is None
        assert wait_before_look(state=State.PAID, age=DAY / 24, is_refunding=True) < DAY

    @pytest.mark.parametrize("state", [State.FAILED, State.EXPIRED, State.CANCELLED])
    def test_for_what_is_over_are_none(self, state):
        assert wait_before_look(state=state, age=DAY, is_refunding=False) is None


class TestKeptFrom:
    @given(st.dates(min_value=date(2020, 1, 1), max_value=date(2090, 12, 31)), st.sampled_from([7, 10]))
    def test_ends_so_many_years_after_the_end_of_the_year(self, day, years):
        ends = (kept_from(day, years=years) + KEPT).astimezone(ZONE)
        assert ends == datetime(day.year + years + 1, 1, 1, tzinfo=ZONE)

    def test_ends_after_ninety_days_when_nothing_was_paid(self):
        begun = datetime(2028, 2, 29, 12, tzinfo=UTC)
        assert kept_unpaid_from(begun) + KEPT == begun + 90 * DAY


class TestCheck:
    @pytest.mark.parametrize(("cents", "said"), [(0, "x"), (-1, "x"), (1, ""), (1, "x" * 141)])
    def test_refuses_what_nobody_can_pay_or_read(self, cents, said):
        with pytest.raises(ValueError, match="nothing to pay"):
            check(cents=cents, description=said)

    def test_lets_the_rest_pass(self):
        check(cents=1, description="x" * 140)


class TestMasked:
    @pytest.mark.parametrize(
        ("number", "shown"),
        [
            ("NL91 ABNA 0417 1643 00", "NL•••• 4300"),
            ("4111111111111111", "•••• 1111"),
            ("1111", "•••• 1111"),
            ("", ""),
        ],
    )
    def test_leaves_country_and_last_four(self, number, shown):
        assert masked(number) == shown

    @given(st.text(alphabet="ABCXYZ0123456789 -", max_size=40))
    def test_never_leaves_more(self, number):
        assert sum(one.isdigit() for one in masked(number)) <= 4


@pytest.mark.obligation("PRI-69", partial=True)
class TestFields:
    BODIES = {
        Sent.CUSTOMER: customer_body(holder="Jan"),
        Sent.PAYMENT: payment_body(
            payment=new_id(),
            amount=Money(cents=5),
            description="x",
            method="",
            language="nl",
            back_url="b",
            hook_url="h",
            customer_id="cst_1",
        ),
        Sent.CHARGE: charge_body(
            payment=new_id(),
            amount=Money(cents=5),
            description="x",
            hook_url="h",
            customer_id="cst_1",
            mandate_id="mdt_1",
        ),
        Sent.REFUND: refund_body(refund=new_id(), amount=Money(cents=5), description="x"),
    }

    @pytest.mark.parametrize("sent", Sent)
    def test_are_exactly_what_is_told(self, sent):
        assert self.BODIES[sent].keys() == FIELDS[sent]

    def test_all_have_words(self):
        assert WORDS.keys() == frozenset().union(*FIELDS.values())

    def test_of_a_payment_without_a_mandate_name_nobody(self):
        told = payment_body(
            payment=new_id(),
            amount=Money(cents=1234567),
            description="x",
            method="ideal",
            language="fr",
            back_url="b",
            hook_url="h",
        )
        assert not told.keys() & {"customerId", "sequenceType", "name"}
        assert (told["amount"]["value"], told["locale"]) == ("12345.67", "fr_FR")
