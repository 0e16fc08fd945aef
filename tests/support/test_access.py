"""The rules behind what staff see; the pages themselves are in test_admin.py."""

import pytest

from accounts.models import Account, Device, Vault, VaultSlot
from chat.models import Entry
from contacts.models import Bond
from prifora.kernel.ids import new_id
from prifora.kernel.policy import Category, Held, Policy, Purpose, Role, Seen
from support import access, services
from support.models import StaffMember
from tests.rows import row_of
from tests.support import desk


class TestColumnsFor:
    def test_follows_the_policy_in_the_order_of_the_table(self):
        columns = access.columns_for(Device, Role.SUPPORT)
        assert columns == ["id", "created_at", "account", "kind", "last_seen_on", "revoked_at"]
        assert access.columns_for(Device, Role.SYSTEM) == ["id", "created_at", "kind", "revoked_at"]

    @pytest.mark.parametrize("model", [Account, Bond, Device])
    def test_is_empty_for_a_role_without_a_task_there(self, model):
        assert access.columns_for(model, Role.FINANCE) == []

    @pytest.mark.parametrize("model", [Vault, VaultSlot])
    @pytest.mark.parametrize("role", Role)
    def test_never_opens_keys(self, model, role):
        assert access.columns_for(model, role) == []

    @pytest.mark.parametrize("seen", Seen)
    def test_opens_no_bytes_even_where_a_policy_would_by_mistake(self, monkeypatch, seen):
        mistaken = {"sealed_name": Held(Category.DEVICE, Purpose.SECURITY, seen, staff=tuple(Role))}
        policy = Policy(subject="account", keep=None, fields={**Device.policy.fields, **mistaken})
        monkeypatch.setattr(Device, "policy", policy)
        assert "sealed_name" not in access.columns_for(Device, Role.SUPPORT)


@pytest.mark.obligation("PRI-17", partial=True)
@pytest.mark.django_db
class TestSubjectOf:
    @pytest.mark.parametrize("model", [Account, Bond, Device, Vault, VaultSlot, StaffMember])
    def test_is_the_person_a_row_is_about(self, alice, model):
        assert access.subject_of(row_of(model, about=alice.account)) == alice.pk

    def test_is_nobody_once_they_are_erased(self, alice):
        row = row_of(Entry, about=alice.account)
        Entry.objects.filter(pk=row.pk).update(sender_id=new_id())
        assert access.subject_of(Entry.objects.get(pk=row.pk)) is None


@pytest.mark.django_db
class TestRoleOf:
    def test_is_nothing_for_people_and_strangers(self, alice):
        assert access.role_of(alice.pk) is None
        assert access.role_of(new_id()) is None

    @pytest.mark.parametrize("role", Role)
    def test_is_what_was_given_last(self, alice, role):
        desk.give_second_factor(alice.account)
        services.give_role(account_id=alice.pk, role=Role.FINANCE)
        services.give_role(account_id=alice.pk, role=role)
        assert access.role_of(alice.pk) is role
