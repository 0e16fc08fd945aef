"""Giving and taking roles."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.management import CommandError, call_command

from prifora.kernel.policy import Role
from support import access, services
from support.models import StaffMember
from tests import cast
from tests.support import desk


@pytest.mark.django_db
class TestGiveRole:
    def test_needs_a_second_factor(self, alice):
        with pytest.raises(services.SecondFactorNeeded):
            services.give_role(account_id=alice.pk, role=Role.SUPPORT)
        assert not StaffMember.objects.exists()

    def test_does_not_take_recovery_codes_for_one(self, alice):
        RecoveryCodes.activate(alice.account)
        with pytest.raises(services.SecondFactorNeeded):
            services.give_role(account_id=alice.pk, role=Role.SUPPORT)

    def test_replaces_an_earlier_role(self, alice):
        desk.give_second_factor(alice.account)
        services.give_role(account_id=alice.pk, role=Role.SUPPORT)
        services.give_role(account_id=alice.pk, role=Role.PRIVACY)
        assert [member.role for member in StaffMember.objects.all()] == ["privacy"]


@pytest.mark.django_db
class TestTakeRole:
    def test_says_whether_there_was_one(self, alice):
        desk.give_second_factor(alice.account)
        services.give_role(account_id=alice.pk, role=Role.SUPPORT)
        assert services.take_role(account_id=alice.pk)
        assert not services.take_role(account_id=alice.pk)
        assert access.role_of(alice.pk) is None


@pytest.mark.django_db
class TestAppoint:
    @pytest.mark.parametrize("role", Role)
    def test_makes_an_account_staff(self, alice, role, capsys):
        secret = desk.give_second_factor(alice.account)
        call_command("appoint", "Alice", role.value)
        assert access.role_of(alice.pk) is role
        assert desk.sign_in("alice", secret).get("/admin/").status_code == 200
        said = capsys.readouterr().out
        assert "Alice" not in said
        assert str(alice.pk) in said

    def test_refuses_an_account_without_a_second_factor(self, alice):
        with pytest.raises(CommandError, match="second factor"):
            call_command("appoint", "alice", "support")
        assert access.role_of(alice.pk) is None

    def test_refuses_a_name_nobody_has(self):
        with pytest.raises(CommandError, match="no account"):
            call_command("appoint", "nobody-here", "support")

    def test_refuses_a_role_that_does_not_exist(self, alice):
        desk.give_second_factor(alice.account)
        with pytest.raises(CommandError):
            call_command("appoint", "alice", "root")

    def test_ends_a_role_at_once(self, capsys):
        browser = desk.staff(Role.SYSTEM)
        call_command("appoint", browser.account.username, "nobody")
        assert browser.get("/admin/").status_code == 302
        assert "no longer staff" in capsys.readouterr().out

    def test_does_not_take_a_closed_account(self, alice):
        desk.give_second_factor(alice.account)
        cast.accounts.close_account(account=alice.account)
        with pytest.raises(CommandError, match="no account"):
            call_command("appoint", "alice", "support")
