"""A sign-up that nobody finishes is forgotten: row, address and key."""

import os
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts import tasks
from accounts.models import Account
from prifora.kernel import keystore
from tests.accounts.browser import BASE, form


def begin(**changes):
    return Client().post(BASE + "/auth/signup", form(**changes), content_type="application/json")


def age(username, by):
    Account.objects.filter(username=username).update(created_at=timezone.now() - by)


@pytest.mark.django_db
class TestDropUnfinished:
    def test_forgets_a_sign_up_whose_phone_was_never_proved(self, django_capture_on_commit_callbacks):
        begin()
        account = Account.objects.get()
        age("anna.v", timedelta(hours=25))
        with django_capture_on_commit_callbacks(execute=True):
            assert tasks.drop_unfinished() == 1
        assert not Account.objects.exists()
        assert not EmailAddress.objects.exists()
        with pytest.raises(keystore.Erased):
            keystore.existing_key_of(account.pk)

    def test_frees_number_and_name_for_their_owner(self):
        begin()
        age("anna.v", timedelta(hours=25))
        tasks.drop_unfinished()
        cache.clear()  # a day later no limit of the first try counts any more
        begin()
        assert Account.objects.filter(username="anna.v").exists()

    def test_waits_a_day(self):
        begin()
        age("anna.v", timedelta(hours=23))
        assert tasks.drop_unfinished() == 0
        assert Account.objects.exists()

    def test_leaves_people_and_managed_accounts_alone(self, alice, family):
        Account.objects.update(created_at=timezone.now() - timedelta(days=400))
        before = Account.objects.count()
        assert tasks.drop_unfinished() == 0
        assert Account.objects.count() == before


class TestDropMessages:
    def test_forgets_what_was_delivered_to_files_long_ago(self, settings, tmp_path):
        settings.DATA_DIR, settings.EMAIL_FILE_PATH = tmp_path, tmp_path / "mail"
        (tmp_path / "sms").mkdir()
        old = tmp_path / "sms" / "old.txt"
        old.write_text("code", encoding="utf-8")
        os.utime(old, (0, 0))
        (tmp_path / "sms" / "new.txt").write_text("code", encoding="utf-8")
        assert tasks.drop_messages() == 1
        assert [file.name for file in (tmp_path / "sms").iterdir()] == ["new.txt"]
