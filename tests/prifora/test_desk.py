"""What staff may do with a row: only what is offered for its table, to their role, while it can be done."""

from datetime import UTC, datetime

import pytest
from django import forms

from prifora.kernel import desk
from prifora.kernel.policy import Role
from support.models import StaffLook, StaffMember


@pytest.fixture
def offered(monkeypatch):
    monkeypatch.setattr(desk, "_acts", {})
    monkeypatch.setattr(desk, "_told", {})
    monkeypatch.setattr(desk, "_makings", {})
    desk.offer(
        desk.Act(
            model="support.StaffLook",
            name="close",
            words="Close",
            role=Role.PRIVACY,
            form=forms.Form,
            do=lambda *_: None,
            when=lambda row: row.reason == "open",
        )
    )
    told = [desk.Paragraph(datetime(2027, 1, 1, tzinfo=UTC), "staff", "Read.")]
    desk.tell_beside("support.StaffLook", Role.PRIVACY, lambda _row: told)
    return told


class TestActsFor:
    @pytest.mark.parametrize(
        ("role", "reason", "names"),
        [(Role.PRIVACY, "open", ["close"]), (Role.PRIVACY, "shut", []), (Role.SUPPORT, "open", [])],
    )
    def test_are_those_of_the_role_that_can_be_done(self, offered, role, reason, names):
        assert [act.name for act in desk.acts_for(StaffLook(reason=reason), role)] == names


class TestToldBeside:
    def test_is_for_its_role_only(self, offered):
        assert desk.told_beside(StaffLook(), Role.PRIVACY) == offered
        assert desk.told_beside(StaffLook(), Role.SUPPORT) == []


class TestMakingFor:
    def test_is_for_its_table_and_its_role_only(self, offered):
        making = desk.Making(
            model="support.StaffLook",
            words="Add",
            role=Role.PRIVACY,
            form=forms.Form,
            do=lambda *_: StaffLook(),
        )
        desk.offer_making(making)
        assert desk.making_for(StaffLook, Role.PRIVACY) is making
        assert desk.making_for(StaffLook, Role.SUPPORT) is None
        assert desk.making_for(StaffMember, Role.PRIVACY) is None
