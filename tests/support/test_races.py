"""Staff who act at the same moment: the ledger stays one chain, and nobody says yes twice."""

import pytest
from django.db import transaction

from prifora.kernel import clock
from prifora.kernel.ids import new_id
from support import services
from support.models import Case, LedgerLine, State
from support.services.ledger import write_line
from tests.race import at_once
from tests.rows import unguarded
from tests.support.casework import approved, officer, received, step


@pytest.fixture(autouse=True)
def emptied(transactional_db):
    """Tests that commit are cleaned up row by row, which the ledger refuses."""
    yield
    with transaction.atomic(), unguarded():
        LedgerLine.objects.all().delete()


def test_lines_that_come_at_once_follow_on_each_other():
    def write():
        for _time in range(5):
            write_line(what="breach_drill", person=None, facts={"breach": str(new_id())}, now=clock.now())

    at_once(*[write] * 4)
    assert list(LedgerLine.objects.order_by("n").values_list("n", flat=True)) == list(range(1, 21))
    assert services.check_ledger(now=clock.now()) == []


def test_two_yeses_of_one_officer_at_once_are_one(alice):
    case = received(alice)
    step(case, services.verify_case)
    step(case, services.scope_case, tables=["accounts.Account"])
    me = officer()

    def say_yes():
        try:
            services.approve_case(case_id=case.pk, staff_id=me, now=clock.now())
        except services.SameEyes:
            return "refused"
        return "taken"

    assert sorted(at_once(say_yes, say_yes)) == ["refused", "taken"]
    assert Case.objects.get().state == State.SCOPED


def test_a_package_is_made_once(alice):
    case = approved(received(alice))
    me = officer()

    def deliver():
        try:
            return services.deliver_case(case_id=case.pk, staff_id=me, now=clock.now())
        except services.StepLeftOut:
            return b""

    made = at_once(deliver, deliver)
    assert sorted(map(bool, made)) == [False, True]
