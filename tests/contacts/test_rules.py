"""By whose statement people are in a family, without a database."""

from dataclasses import dataclass
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contacts import rules
from prifora.kernel import statements
from prifora.kernel.errors import StatementRefused
from tests.cast import b64, raw

FAMILY, ME, BY = uuid4(), uuid4(), uuid4()
MINE, THEIRS, CODE = (Ed25519PrivateKey.generate() for _ in range(3))


@dataclass(frozen=True)
class Bond:
    account_id: UUID
    by: UUID | None = None

    @property
    def admission(self):
        return {"by": str(self.by)} if self.by else {}


class TestAncestors:
    def test_are_those_by_whom_the_present_came_in_one_by_another(self):
        first, second, third, stranger = (uuid4() for _ in range(4))
        past = [Bond(first), Bond(second, first), Bond(third, second), Bond(stranger, first)]
        assert rules.ancestors([Bond(uuid4(), third)], past) == [past[2], past[1], past[0]]

    def test_are_nobody_when_all_came_by_people_who_are_there(self):
        present = [Bond(ME), Bond(BY, ME)]
        assert rules.ancestors(present, [Bond(uuid4(), ME)]) == []

    def test_count_by_what_somebody_was_before_they_came_back(self):
        before = Bond(ME, BY)
        present = [Bond(uuid4(), ME), Bond(ME, uuid4())]
        assert rules.ancestors(present, [before]) == [before]

    def test_end_when_two_let_each_other_in(self):
        past = [Bond(ME, BY), Bond(BY, ME)]
        assert rules.ancestors([Bond(uuid4(), ME)], past) == past


def founding(signer=MINE, *, family=FAMILY, account=ME, aik=None):
    aik = aik or raw(MINE)
    said = statements.founding(family_id=FAMILY, account_id=ME, aik=raw(MINE))
    return rules.founding(family_id=family, account_id=account, aik=aik, signature=signer.sign(said))


class TestFounding:
    def test_is_by_the_founders_own_key(self):
        stated = founding()
        assert (stated["kind"], stated["aik"], len(stated["signature"])) == ("founder", b64(raw(MINE)), 86)

    @pytest.mark.parametrize(
        "wrong", [{"signer": THEIRS}, {"family": uuid4()}, {"account": BY}, {"aik": raw(THEIRS)}]
    )
    def test_is_nothing_else(self, wrong):
        with pytest.raises(StatementRefused):
            founding(**wrong)


def checked(signer=THEIRS, *, family=FAMILY, by=BY, key=None, history="start"):
    said = statements.invitation(family_id=FAMILY, by=BY, key=raw(CODE), history="start")
    rules.check_invitation(
        family_id=family,
        by=by,
        by_aik=raw(THEIRS),
        key=key or raw(CODE),
        history=history,
        signature=signer.sign(said),
    )


class TestCheckInvitation:
    def test_takes_what_the_inviter_signed(self):
        checked()

    @pytest.mark.parametrize(
        "wrong",
        [{"signer": MINE}, {"family": uuid4()}, {"by": ME}, {"key": raw(MINE)}, {"history": "today"}],
    )
    def test_takes_nothing_else(self, wrong):
        with pytest.raises(StatementRefused):
            checked(**wrong)


INVITATION = SimpleNamespace(
    family_id=FAMILY, made_by_id=BY, key=raw(CODE), history="today", signature=b"s" * 64
)


def invited(signer=CODE, *, account=ME, aik=None):
    said = statements.admission(family_id=FAMILY, account_id=ME, aik=raw(MINE))
    return rules.invited(
        invitation=INVITATION,
        account_id=account,
        by_aik=raw(THEIRS),
        aik=aik or raw(MINE),
        signature=signer.sign(said),
    )


class TestInvited:
    def test_says_by_whom_with_which_code_and_since_when_one_may_read(self):
        stated = invited()
        assert stated == {
            "kind": "invited",
            "by": str(BY),
            "by_aik": b64(raw(THEIRS)),
            "key": b64(raw(CODE)),
            "history": "today",
            "by_signature": b64(b"s" * 64),
            "aik": b64(raw(MINE)),
            "signature": stated["signature"],
        }

    @pytest.mark.parametrize(
        "wrong", [{"signer": MINE}, {"signer": THEIRS}, {"account": BY}, {"aik": raw(THEIRS)}]
    )
    def test_needs_the_code(self, wrong):
        with pytest.raises(StatementRefused):
            invited(**wrong)


def paired(signer=THEIRS, *, by=BY, account=ME, aik=None):
    said = statements.paired(family_id=FAMILY, by=BY, account_id=ME, aik=raw(MINE))
    return rules.paired(
        family_id=FAMILY,
        by=by,
        by_aik=raw(THEIRS),
        account_id=account,
        aik=aik or raw(MINE),
        by_signature=signer.sign(said),
    )


class TestPaired:
    def test_says_who_approved_which_keys(self):
        stated = paired()
        assert (stated["kind"], stated["by"], stated["aik"]) == ("paired", str(BY), b64(raw(MINE)))
        assert stated["by_aik"] == b64(raw(THEIRS))

    @pytest.mark.parametrize("wrong", [{"signer": MINE}, {"by": ME}, {"account": BY}, {"aik": raw(THEIRS)}])
    def test_is_by_the_relative_for_these_keys_only(self, wrong):
        with pytest.raises(StatementRefused):
            paired(**wrong)
