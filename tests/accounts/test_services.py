"""What happens to an account as a whole: made, locked, closed."""

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts import access, services
from accounts.models import Account, LogLine, Session, Vault
from prifora.kernel import clock
from prifora.kernel.errors import Absent
from tests import cast
from tests.accounts.browser import Browser, signed_in, signed_up

SLOT = {"name": "password", "public_key": bytes(32), "sealed": bytes(80)}


@pytest.mark.django_db
class TestMakeAccount:
    def test_refuses_a_username_that_is_taken_and_keeps_the_first(self):
        first = cast.account("anna")
        with pytest.raises(services.UsernameTaken):
            cast.account("ANNA")
        assert Account.objects.get().pk == first.pk

    def test_refuses_a_phone_number_that_is_taken(self):
        cast.account("anna", phone="+31612345678")
        with pytest.raises(services.UsernameTaken):
            cast.account("bert", phone="+31612345678")


@pytest.mark.django_db
class TestMakeManagedAccount:
    def test_keeps_a_relatives_number_without_claiming_it(self):
        told = {"first_name": "Oma", "phone": "+31612345678", "phone_via_relative": True}
        oma = services.make_managed_account(username="oma", profile=told)
        assert oma.is_managed
        assert not oma.has_usable_password()
        assert oma.profile["phone"] == "+31612345678"
        signed_up(Browser())
        assert Account.objects.get(phone="+31612345678").username == "anna.v"

    def test_refuses_a_username_that_is_taken(self):
        cast.account("oma")
        with pytest.raises(services.UsernameTaken) as refused:
            services.make_managed_account(username="oma", profile={})
        assert refused.value.attr == "username"


@pytest.mark.django_db
class TestEndSessions:
    def test_signs_out_everywhere_and_nobody_else(self, bob, as_):
        browsers = [Browser(), Browser()]
        signed_up(browsers[0])
        signed_in(browsers[1])
        other = as_(bob)
        services.end_sessions(account_id=Account.objects.get(username="anna.v").pk)
        assert [one.is_in() for one in browsers] == [False, False]
        assert other.get("/api/v1/me").status_code == 200


@pytest.mark.django_db
class TestCloseAccount:
    def test_ends_every_session_and_every_way_in(self):
        browser = Browser()
        signed_up(browser)
        services.close_account(account=Account.objects.get())
        assert not browser.is_in()
        assert not Session.objects.exclude(account=None).exists()
        again = Browser()
        signed_in(again)
        assert not again.is_in()


@pytest.mark.django_db
class TestNoteInLog:
    def test_tells_its_owner_what_happened_newest_first_and_nobody_else(self, bob, as_):
        browser = Browser()
        signed_up(browser)
        signed_in(Browser())
        lines = browser.api("get", "me/log").json()["items"]
        assert [line["what"] for line in lines] == ["signed_in", "signed_in"]
        assert lines[0]["at"] > lines[1]["at"]
        assert {line["who"] for line in lines} == {"you"}
        theirs = as_(bob).get("/api/v1/me/log").json()["items"]
        assert "signed_in" not in [line["what"] for line in theirs]

    def test_holds_codes_and_no_addresses(self):
        signed_up(Browser())
        assert {field.name for field in LogLine._meta.fields} == {
            "id", "created_at", "account", "what", "who",
        }  # fmt: skip


@pytest.mark.django_db
class TestDeviceName:
    def test_is_sealed_in_the_table_and_open_to_its_owner(self, alice):
        device = access.live_devices(alice.pk).get()
        assert b"Test browser" not in bytes(device.sealed_name)
        assert services.device_name(device) == "Test browser"


@pytest.mark.django_db
class TestChangeVault:
    def test_is_undone_with_the_use_case_it_is_part_of(self, alice):
        change = {"revision": 1, "sealed_keys": b"k" * 96, "slots": [SLOT]}
        with pytest.raises(RuntimeError), transaction.atomic():
            services.change_vault(account_id=alice.pk, now=clock.now(), **change)
            raise RuntimeError
        assert Vault.objects.get(account=alice.account).revision == 1

    def test_of_an_account_without_a_vault_is_absent(self):
        nina = cast.account("nina")
        with pytest.raises(Absent):
            services.change_vault(
                account_id=nina.pk, now=clock.now(), revision=1, sealed_keys=b"k" * 96, slots=[SLOT]
            )


@pytest.mark.django_db
class TestDropLostFactors:
    def test_takes_app_codes_and_spare_codes_and_leaves_passkeys_and_other_people(self, alice, bob):
        for one in (alice, bob):
            for kind in Authenticator.Type:
                Authenticator.objects.create(user=one.account, type=kind, data={})
        services.drop_lost_factors(alice.account)
        assert [one.type for one in Authenticator.objects.filter(user=alice.account)] == ["webauthn"]
        assert Authenticator.objects.filter(user=bob.account).count() == len(Authenticator.Type)
