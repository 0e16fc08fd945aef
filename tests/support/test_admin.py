"""Every page of the admin site, for every role: just what the policies allow, once opened, and nothing else."""

import base64
import re
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import models

from accounts.models import Account
from contacts.models import Bond
from prifora.kernel.policy import EVERY_ROW, Category, Policy, Role, Seen
from support import access
from support.models import Grant, StaffLook
from tests.rows import CANARY, row_of
from tests.support import desk

OF_EVERY_ROW = set(EVERY_ROW)
OPENED = {("accounts.Account", "sealed"): "contact"}
TABLES = [model for model in apps.get_models() if isinstance(getattr(model, "policy", None), Policy)]
CONTENT = (Category.CIPHERTEXT, Category.CREDENTIAL)
PLACES = ("change/", "delete/", "history/")


def declared(model, role):
    """Return what the policy lets `role` see of a row, read from the declarations alone."""
    own = {
        OPENED.get((model._meta.label, name), name)
        for name, held in model.policy.fields.items()
        if role in held.staff and (held.seen is Seen.BY_SERVER or (model._meta.label, name) in OPENED)
    }
    return own | OF_EVERY_ROW if own else set()


SHOWN = [apps.get_model(name) for name in access.SHOWN]


def fields_in(page):
    return set(re.findall(r'class="form-row field-(\w+)"', page.content.decode()))


def bytes_in(row):
    fields = (field for field in row._meta.local_concrete_fields if isinstance(field, models.BinaryField))
    return [bytes(value) for field in fields if (value := getattr(row, field.attname))]


def named(alice, model):
    """Return a row of `model` that is about Alice in everything."""
    return row_of(model, about=alice.account)


@pytest.mark.django_db
class TestPages:
    def test_exist_for_what_staff_need_and_for_no_table_of_a_library(self):
        booked = {
            apps.get_model(name) for name in (*access.BOOKED, *access.SALES, *access.ASKED, *access.UNKNOWN)
        }
        assert set(admin.site._registry) == set(SHOWN) | booked
        for model in SHOWN:
            assert any(declared(model, role) for role in Role), model

    @pytest.mark.obligation("PRI-82")
    @pytest.mark.parametrize("role", Role)
    def test_show_just_the_declared_columns_once_a_colleague_said_yes(self, alice, role):
        browser = desk.staff(role)
        for model in SHOWN:
            page = desk.look(browser, named(alice, model))
            wanted = declared(model, role)
            assert page.status_code == (200 if wanted else 403), model
            assert fields_in(page) == wanted, model

    @pytest.mark.obligation("PRI-82")
    @pytest.mark.obligation("PRI-81", partial=True)
    @pytest.mark.parametrize("role", Role)
    def test_show_nothing_of_a_person_before_a_colleague_said_yes(self, alice, role):
        browser = desk.staff(role)
        for model in SHOWN:
            page = browser.get(desk.path_of(model, named(alice, model)))
            assert not fields_in(page), model
            assert page.status_code == (200 if declared(model, role) else 403), model
            assert (b'name="reason"' in page.content) == bool(declared(model, role)), model
            for value in ("Alice", "Tester", str(alice.account.phone), CANARY.decode()):
                assert value not in page.content.decode(), model

    @pytest.mark.parametrize("role", Role)
    def test_list_ids_only_and_only_for_who_may_open_them(self, alice, role):
        browser = desk.staff(role)
        for model in SHOWN:
            row = named(alice, model)
            page = browser.get(desk.path_of(model))
            assert page.status_code == (200 if declared(model, role) else 403), model
            text = page.content.decode()
            assert (str(row.pk) in text) == bool(declared(model, role)), model
            assert set(re.findall(r'<t[hd] class="field-(\w+)', text)) <= {"__str__"}
            for value in ("Alice", "Tester", str(alice.account.phone)):
                assert value not in text, model

    @pytest.mark.obligation("PRI-82")
    @pytest.mark.parametrize("role", Role)
    def test_never_show_bytes(self, alice, role):
        browser = desk.staff(role)
        for model in SHOWN:
            row = named(alice, model)
            text = desk.look(browser, row).content.decode()
            for raw in bytes_in(row):
                for form in (str(raw[:12])[2:-1], raw[:12].hex(), base64.b64encode(raw[:12]).decode()):
                    assert form not in text, model
            for sign in ("memory at", "b&#x27;", CANARY.decode().strip()):
                assert sign not in text, model

    def test_differ_between_roles(self, alice):
        seen = {role: fields_in(desk.look(desk.staff(role), alice.account)) for role in Role}
        assert "contact" in seen[Role.SUPPORT]
        assert "contact" not in seen[Role.SYSTEM] | seen[Role.PRIVACY] | seen[Role.FINANCE]
        assert seen[Role.FINANCE] == set()

    def test_index_names_the_tables_of_the_role_only(self):
        for role in Role:
            text = desk.staff(role).get("/admin/").content.decode()
            for model in SHOWN:
                assert (f'href="{desk.path_of(model)}"' in text) == bool(declared(model, role)), model

    def test_of_a_row_that_is_not_there_are_no_different_from_the_start(self):
        answer = desk.staff(Role.SUPPORT).get(f"/admin/accounts/account/{uuid4()}/change/")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")


class TestDeclarations:
    def test_give_staff_no_content_and_no_credentials(self):
        for model in TABLES:
            for name, held in model.policy.fields.items():
                if held.staff:
                    assert held.category not in CONTENT, (model, name)
                    assert held.seen is not Seen.BY_MEMBERS, (model, name)


@pytest.mark.django_db
class TestContact:
    @pytest.mark.obligation("PRI-81", "PRI-29", partial=True)
    def test_shows_support_how_to_reach_a_person_and_nothing_they_keep_to_themselves(self, alice):
        alice.account.profile.update(
            {
                "email": "alice@mail.example",
                "notes": "My secret garden",
                "date_of_birth": "1940-05-06",
                "address": {"line1": "Hidden Lane 9", "city": "Ghent"},
                "other_dates": [{"label": "Our wedding", "on": "1963-07-08"}],
            }
        )
        alice.account.save(update_fields=["sealed"])
        text = desk.look(desk.staff(Role.SUPPORT), alice.account).content.decode()
        for told in ("Alice", "Tester", "alice@mail.example", alice.account.profile["phone"]):
            assert told in text
        for kept in ("secret garden", "1940", "Hidden Lane", "Ghent", "wedding", "1963"):
            assert kept not in text

    def test_is_empty_for_somebody_who_was_erased(self, alice):
        from prifora.kernel import keystore

        keystore.destroy_key(alice.pk)
        page = desk.look(desk.staff(Role.SUPPORT), alice.account)
        assert page.status_code == 200
        assert "Alice" not in page.content.decode()


@pytest.mark.django_db
class TestLooks:
    @pytest.mark.obligation("PRI-83", partial=True)
    @pytest.mark.obligation("PRI-82")
    @pytest.mark.obligation("PRI-81", partial=True)
    def test_are_recorded_one_by_one_before_anything_is_shown(self, alice):
        browser = desk.staff(Role.SUPPORT)
        device = alice.account.devices.get()
        desk.look(browser, alice.account)
        browser.get(desk.path_of(type(device), device))
        browser.get(desk.path_of(type(device), device))
        looks = StaffLook.objects.order_by("created_at").values_list(
            "staff", "subject", "role", "table", "reason"
        )
        by, of, why = browser.account.pk, alice.pk, desk.REASON
        assert list(looks) == [
            (by, of, "support", "accounts.Account", why),
            (by, of, "support", "accounts.Device", why),
            (by, of, "support", "accounts.Device", why),
        ]

    def test_need_a_reason_of_ten_to_two_hundred_characters(self, alice):
        browser = desk.staff(Role.SUPPORT)
        for reason in ("", "  because  ", "x" * 201):
            page = desk.look(browser, alice.account, reason=reason)
            assert page.status_code == 200
            assert not fields_in(page)
        assert not StaffLook.objects.exists()
        assert not Grant.objects.exists()

    def test_at_a_row_about_nobody_are_looks_at_who_it_names(self, alice):
        from chat.models import Conversation

        talk = named(alice, Conversation)
        assert talk.made_by_id == alice.pk
        browser = desk.staff(Role.PRIVACY)
        assert not fields_in(browser.get(desk.path_of(Conversation, talk)))
        assert fields_in(desk.look(browser, talk)) == declared(Conversation, Role.PRIVACY)
        assert StaffLook.objects.get().subject_id == alice.pk

    def test_cannot_be_changed_or_removed_by_staff(self, alice):
        browser = desk.staff(Role.PRIVACY)
        desk.look(browser, alice.account)
        line = StaffLook.objects.get()
        desk.look(browser, line)
        before = StaffLook.objects.filter(pk=line.pk).values().get()
        change = {"reason": "Nothing happened at all.", "role": "support", "post": "yes", "_save": "Save"}
        for tail in PLACES:
            assert browser.post(desk.path_of(StaffLook, line, tail), change).status_code in (
                200,
                302,
                403,
                404,
                405,
            )
        action = {"action": "delete_selected", "_selected_action": str(line.pk), "post": "yes"}
        browser.post(desk.path_of(StaffLook), action)
        assert StaffLook.objects.filter(pk=line.pk).values().get() == before


@pytest.mark.django_db
class TestNothing:
    @pytest.mark.parametrize("role", Role)
    def test_can_be_added_changed_or_deleted(self, alice, role):
        browser = desk.staff(role)
        for model in SHOWN:
            row = named(alice, model)
            desk.look(browser, row)
            before = list(model._default_manager.order_by("pk").values())
            filled = {field.name: "1" for field in model._meta.local_concrete_fields}
            filled |= {"_save": "Save", "post": "yes"}
            for tail in PLACES:
                answer = browser.post(desk.path_of(model, row, tail), filled)
                assert answer.status_code in (200, 302, 403), (model, tail)
                assert not fields_in(answer), (model, tail)
            picked = {"action": "delete_selected", "_selected_action": str(row.pk), "post": "yes"}
            browser.post(desk.path_of(model), picked)
            browser.post(desk.path_of(model), {"form-0-id": str(row.pk), "form-TOTAL_FORMS": "1", **filled})
            assert browser.post(f"{desk.path_of(model)}add/", filled).status_code == 403
            assert browser.get(f"{desk.path_of(model)}add/").status_code == 403
            assert list(model._default_manager.order_by("pk").values()) == before, model
        assert not LogEntry.objects.exists()

    @pytest.mark.parametrize(
        "query",
        [
            "password__startswith=a",
            "phone__gt=a",
            "sealed__contains=a",
            "kdf_salt__isnull=False",
            "devices__name=a",
            "is_active__exact=1",
        ],
    )
    def test_can_be_found_out_by_filters_in_the_address(self, alice, query):
        answer = desk.staff(Role.SUPPORT).get(f"/admin/accounts/account/?{query}")
        assert answer.status_code in (302, 400)
        assert str(alice.pk) not in answer.content.decode()


@pytest.mark.django_db
class TestSearch:
    def test_finds_a_row_by_its_id(self, alice, bob):
        page = desk.staff(Role.SUPPORT).get("/admin/accounts/account/", {"q": str(alice.pk)}).content.decode()
        assert f"/{alice.pk}/" in page
        assert f"/{bob.pk}/" not in page

    @pytest.mark.parametrize("words", ["alice", "Alice Tester", "%", "x:"])
    def test_finds_nobody_by_other_words(self, alice, words):
        page = desk.staff(Role.SUPPORT).get("/admin/accounts/account/", {"q": words}).content.decode()
        assert str(alice.pk) not in page

    def test_finds_the_rows_about_a_person_only_while_they_are_open(self, alice, bob, family):
        browser = desk.staff(Role.SUPPORT)
        bonds = {one.account_id: str(one.pk) for one in Bond.objects.all()}
        query = {"q": str(alice.pk)}
        assert bonds[alice.pk] not in browser.get(desk.path_of(Bond), query).content.decode()
        desk.look(browser, Account.objects.get(pk=alice.pk))
        found = browser.get(desk.path_of(Bond), query).content.decode()
        assert bonds[alice.pk] in found
        assert bonds[bob.pk] not in found
