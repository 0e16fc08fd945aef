"""Authorities that ask: no step is left out, two people agree, and the person is told, or told when a gag ends."""

import json
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from notices.models import Notice
from prifora.kernel import clock
from prifora.kernel.crypto import digest
from prifora.kernel.ids import new_id
from prifora.kernel.policy import Role
from prifora.kernel.terms import ZONE
from privacy.services import close_at_once, erase
from support import services
from support.models import Case, Ground, LedgerLine, State
from support.services import Asked
from tests.privacy.taking import exported
from tests.support import casework, desk
from tests.support.casework import ASKED, GAGGED, approved, officer, received, step

pytestmark = pytest.mark.django_db
LATER = date(2099, 1, 31)


def letters(someone):
    return list(
        Notice.objects.filter(account_id=someone.pk)
        .order_by("created_at", "kind")
        .values_list("kind", flat=True)
    )


class TestReceiveCase:
    @pytest.mark.obligation("PRI-112")
    def test_tells_the_person_at_once_in_the_message_center_and_by_mail(self, as_, alice, mailoutbox):
        from notices.services import send_mail

        desk.EmailAddress.objects.create(
            user=alice.account, email="alice@mail.example", verified=True, primary=True
        )
        received(alice)
        (letter,) = as_(alice).get("/api/v1/notices").json()["items"]
        assert letter["kind"] == "authority_asked"
        send_mail(now=clock.now())
        assert [mail.to for mail in mailoutbox] == [["alice@mail.example"]]

    @pytest.mark.parametrize("name", ["authority", "article", "reference", "wanted"])
    @pytest.mark.obligation("PRI-111", partial=True)
    def test_wants_everything_said(self, alice, name):
        said = {one: getattr(ASKED, one) for one in ASKED.__slots__} | {name: "  "}
        with pytest.raises(services.CaseIncomplete):
            received(alice, asked=Asked(**said))
        assert not Case.objects.exists()

    @pytest.mark.parametrize(("asked", "until"), [(ASKED, LATER), (GAGGED, None), (GAGGED, date(2020, 1, 1))])
    def test_wants_an_article_and_a_day_to_come_for_a_gag(self, alice, asked, until):
        with pytest.raises(services.CaseIncomplete):
            received(alice, asked=asked, gag_until=until)

    @pytest.mark.parametrize("role", [Role.SUPPORT, Role.FINANCE, Role.SYSTEM])
    def test_is_for_privacy_officers(self, alice, role):
        casework.officer()
        other = desk.colleague(role, "other")
        with pytest.raises(services.NotYours):
            services.receive_case(
                account_id=alice.pk,
                ground=Ground.ORDER,
                asked=ASKED,
                gag_until=None,
                staff_id=other,
                received_at=clock.now(),
                now=clock.now(),
            )

    def test_keeps_what_is_asked_sealed(self, alice):
        case = received(alice)
        assert b"Rechtbank" not in bytes(case.sealed)
        assert services.asked_in(Case.objects.get(pk=case.pk)) == ASKED

    @pytest.mark.obligation("PRI-84", partial=True)
    def test_counts_ten_days_and_eight_hours_from_when_it_came(self, alice):
        now = datetime.fromisoformat("2028-02-20T10:00+01:00")
        order = received(alice, now=now, ago=timedelta(hours=2))
        urgent = received(alice, now=now, ago=timedelta(hours=2), ground=Ground.EMERGENCY)
        assert order.due_at == datetime.fromisoformat("2028-03-02T00:00+01:00")
        assert urgent.due_at == datetime.fromisoformat("2028-02-20T16:00+01:00")


@pytest.mark.obligation("PRI-84")
class TestSteps:
    ACTS = {
        "verify": (services.verify_case, {}),
        "scope": (services.scope_case, {"tables": ["accounts.Account"]}),
        "approve": (services.approve_case, {}),
        "deliver": (services.deliver_case, {}),
    }
    ALLOWED = {
        State.RECEIVED: {"verify"},
        State.VERIFIED: {"scope"},
        State.SCOPED: {"approve"},
        State.APPROVED: {"deliver"},
        State.DELIVERED: set(),
        State.REFUSED: set(),
    }

    def at(self, someone, state):
        case = received(someone)
        if state == State.REFUSED:
            step(case, services.refuse_case)
        elif state in (State.APPROVED, State.DELIVERED):
            approved(case)
            if state == State.DELIVERED:
                step(case, services.deliver_case)
        elif state != State.RECEIVED:
            step(case, services.verify_case)
            if state == State.SCOPED:
                step(case, services.scope_case, tables=["accounts.Account"])
        return Case.objects.get(pk=case.pk)

    @pytest.mark.parametrize("state", list(State))
    def test_come_one_after_the_other(self, alice, state):
        for name, (act, more) in self.ACTS.items():
            case = self.at(alice, state)
            assert case.state == state
            if name in self.ALLOWED[state]:
                step(case, act, **more)
                continue
            with pytest.raises(services.StepLeftOut) as refused:
                step(case, act, **more)
            assert refused.value.status_code == 409
            assert Case.objects.get(pk=case.pk).state == state

    @pytest.mark.parametrize("state", [State.RECEIVED, State.VERIFIED, State.SCOPED, State.APPROVED])
    def test_may_end_in_a_refusal_at_any_time(self, alice, state):
        step(self.at(alice, state), services.refuse_case)
        assert letters(alice) == ["authority_asked", "authority_refused"]

    @pytest.mark.parametrize("tables", [[], ["accounts.Vault", "nothing"], ["support.StaffLook"]])
    def test_scope_only_what_can_be_handed_out(self, alice, tables):
        case = received(alice)
        step(case, services.verify_case)
        with pytest.raises(services.CaseIncomplete):
            step(case, services.scope_case, tables=tables)

    def test_are_all_in_the_ledger(self, alice):
        step(approved(received(alice)), services.deliver_case)
        whats = [line.what for line in LedgerLine.objects.order_by("n")]
        assert whats == [
            "case_received",
            "case_told",
            "case_verified",
            "case_scoped",
            "case_first_yes",
            "case_approved",
            "case_delivered",
            "case_told",
        ]
        assert services.check_ledger(now=clock.now()) == []


class TestApproveCase:
    def scoped(self, someone):
        case = received(someone)
        step(case, services.verify_case)
        step(case, services.scope_case, tables=["accounts.Account"])
        return case

    def test_takes_two_people(self, alice):
        case = self.scoped(alice)
        step(case, services.approve_case)
        with pytest.raises(services.SameEyes):
            step(case, services.approve_case)
        with pytest.raises(services.StepLeftOut):
            step(case, services.deliver_case)
        step(case, services.approve_case, "second")
        assert Case.objects.get(pk=case.pk).state == State.APPROVED

    @pytest.mark.parametrize(
        "columns",
        [
            {"ground": "commercial"},
            {"state": State.APPROVED},
            {"state": State.DELIVERED, "package_hash": b"h"},
            {"state": State.APPROVED, "first_eyes": b"a" * 32},
            {"state": State.APPROVED, "first_eyes": b"a" * 32, "second_eyes": b"a" * 32},
            {"state": State.DELIVERED, "first_eyes": b"a" * 32, "second_eyes": b"b" * 32},
        ],
    )
    def test_is_held_by_the_database_too(self, alice, columns):
        case = self.scoped(alice)
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(**columns)


class TestDeliverCase:
    @pytest.mark.obligation("PRI-86", "PRI-87")
    def test_hands_out_once_notes_the_digest_and_tells_the_person(self, as_, alice):
        case = approved(received(alice))
        package = step(case, services.deliver_case)
        case.refresh_from_db()
        assert bytes(case.package_hash) == digest(package)
        line = LedgerLine.objects.get(what="case_delivered")
        assert json.loads(line.facts)["package"] == digest(package).hex()
        assert letters(alice) == ["authority_asked", "authority_delivered"]
        (told,) = as_(alice).get("/api/v1/me/disclosures").json()["items"]
        assert (told["authority"], told["state"]) == (ASKED.authority, "delivered")
        assert told["tables"] == ["accounts.Account", "accounts.Device"]
        with pytest.raises(services.StepLeftOut):
            step(case, services.deliver_case)

    def test_is_not_possible_about_somebody_who_was_erased(self, alice):
        from prifora.kernel.errors import Absent

        case = approved(received(alice))
        close_at_once(account_id=alice.pk, withdraw=False, now=clock.now())
        erase(account_id=alice.pk, now=clock.now())
        with pytest.raises(Absent):
            step(case, services.deliver_case)


class TestGag:
    @pytest.mark.parametrize("day", ["2027-03-28", "2027-10-31", "2028-02-29"])
    @pytest.mark.obligation("PRI-87", partial=True)
    def test_holds_every_word_until_its_day_is_over_and_then_both_letters_go_alone(self, as_, alice, day):
        until, begun = date.fromisoformat(day), datetime.fromisoformat("2027-01-15T10:00+01:00")
        case = received(alice, asked=GAGGED, gag_until=until, now=begun)
        step(approved(case, now=begun), services.deliver_case, now=begun)
        over = datetime.combine(until + timedelta(days=1), datetime.min.time(), tzinfo=ZONE)
        for moment in (begun, begun + timedelta(days=10), over - timedelta(seconds=1)):
            assert services.tell_after_gags(now=moment) == 0
        assert letters(alice) == []
        assert services.tell_after_gags(now=over) == 1
        assert letters(alice) == ["authority_asked", "authority_delivered"]
        assert services.tell_after_gags(now=over + timedelta(days=1)) == 0
        assert len(letters(alice)) == 2

    def test_leaves_no_trace_where_the_person_can_look(self, as_, alice):
        step(approved(received(alice, asked=GAGGED, gag_until=LATER)), services.deliver_case)
        me = as_(alice)
        assert me.get("/api/v1/me/disclosures").json() == {"items": []}
        assert me.get("/api/v1/me/looks").json() == {"items": []}
        assert me.get("/api/v1/notices").json()["items"] == []
        export = str(exported(me))
        closing = me.get("/api/v1/me/closing").content.decode()
        log = me.get("/api/v1/me/log").content.decode()
        for text in (export, closing, log):
            assert "support_case" not in text
            assert "Rechtbank" not in text

    def test_tells_of_an_end_that_comes_after_it(self, alice):
        case = received(
            alice,
            asked=GAGGED,
            gag_until=date(2027, 1, 20),
            now=datetime.fromisoformat("2027-01-15T10:00+01:00"),
        )
        later = datetime.fromisoformat("2027-01-21T10:00+01:00")
        services.tell_after_gags(now=later)
        assert letters(alice) == ["authority_asked"]
        step(case, services.refuse_case, now=later)
        assert letters(alice) == ["authority_asked", "authority_refused"]


class TestEndPerson:
    def test_keeps_that_there_was_a_request_and_not_about_whom(self, alice):
        case = received(alice)
        close_at_once(account_id=alice.pk, withdraw=False, now=clock.now())
        erase(account_id=alice.pk, now=clock.now())
        case.refresh_from_db()
        assert (case.account_ref, bytes(case.sealed), case.state) == (None, b"", State.RECEIVED)
        assert services.tell_after_gags(now=clock.now()) == 0

    def test_does_nothing_to_requests_about_others(self, alice, bob):
        case = received(bob)
        close_at_once(account_id=alice.pk, withdraw=False, now=clock.now())
        erase(account_id=alice.pk, now=clock.now())
        case.refresh_from_db()
        assert case.account_ref == bob.pk


def test_a_request_about_nobody_is_absent(alice):
    from types import SimpleNamespace

    from prifora.kernel.errors import Absent

    officer()
    with pytest.raises(Absent):
        received(SimpleNamespace(pk=new_id()))
