"""The record of consents: only added to, kept without a name when somebody goes, and asked anew for new words."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import Account
from prifora.kernel import clock, ledger
from privacy import purposes, services
from privacy.models import CONSENT_KEPT, Consent
from privacy.purposes import OPTIONAL, Choice, Wording
from tests.privacy.taking import tables_of

pytestmark = pytest.mark.django_db
NEWS = Choice.NEWS_MAIL


def give(someone, choice=NEWS, now=None):
    text_hash = OPTIONAL[choice].current.hash_of(choice, "nl")
    moment = now or clock.now()
    services.give_consent(account=someone.account, choice=choice, text_hash=text_hash, how="app", now=moment)
    return Consent.objects.filter(account_id=someone.pk, purpose=choice).latest("n")


def refused(statement, *values):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def changes():
    """Every column that is not emptied at the end, and another value for it."""
    other = {"BinaryField": b"\x01" * 32, "UUIDField": None, "DateTimeField": timezone.now()}
    for field in Consent._meta.local_concrete_fields:
        if field.name not in ("id", "account", "closed_at"):
            kind = field.get_internal_type()
            yield field.column, other.get(kind, 77 if "Integer" in kind else "xx")


class TestConsent:
    @pytest.mark.parametrize(("column", "value"), list(changes()), ids=lambda one: str(one)[:12])
    def test_is_never_changed(self, alice, column, value):
        row = give(alice)
        refused(f"UPDATE privacy_consent SET {column} = %s", value)
        with pytest.raises(DatabaseError), transaction.atomic():
            Consent.objects.filter(pk=row.pk).update(**{column: value})
        again = Consent.objects.get(pk=row.pk)
        assert (again.act, again.version, again.created_at) == (row.act, row.version, row.created_at)

    def test_is_never_given_to_somebody_else(self, alice, bob):
        row = give(alice)
        with pytest.raises(DatabaseError), transaction.atomic():
            Consent.objects.filter(pk=row.pk).update(account_id=bob.pk)

    @pytest.mark.obligation("PRE-34", partial=True)
    def test_is_never_deleted(self, alice):
        row = give(alice)
        refused("DELETE FROM privacy_consent")
        with pytest.raises(DatabaseError), transaction.atomic():
            row.delete()
        assert Consent.objects.filter(pk=row.pk).exists()

    def test_stays_under_no_name_when_its_person_is_erased_and_goes_in_the_end(self, alice):
        row = give(alice)
        services.close_at_once(account_id=alice.pk, withdraw=False, now=clock.now())
        services.erase(account_id=alice.pk, now=clock.now())
        left = Consent.objects.get(pk=row.pk)
        assert (left.account_id, left.act, left.purpose) == (None, "given", NEWS)
        assert bytes(left.person) == ledger.digest_of(alice.pk)
        assert not Account.objects.filter(pk=alice.pk).exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            Consent.objects.filter(pk=row.pk).update(closed_at=timezone.now())
        ended = left.closed_at + CONSENT_KEPT
        services.delete_ended_rows(now=ended)
        assert Consent.objects.filter(pk=row.pk).exists()
        for hours in range(1, 60):
            services.delete_ended_rows(now=ended + timezone.timedelta(hours=hours))
        assert not Consent.objects.filter(pk=row.pk).exists()

    def test_is_named_among_what_stays(self, alice):
        stays = services.closing_of(alice.account)["certificate"]["stays"]
        assert "GDPR art. 7(1)" in {one["article"] for one in stays}

    def test_is_in_the_export(self, as_, alice):
        give(alice)
        (row,) = tables_of(as_(alice))["privacy_consent"]
        assert (row["purpose"], row["act"], row["version"], row["language"]) == (NEWS, "given", 1, "nl")
        assert "person" not in row


class TestAllows:
    def test_stops_at_new_words_until_they_are_agreed_to(self, alice, monkeypatch):
        give(alice)
        old = OPTIONAL[NEWS]
        words = {language: (title, f"{text} (2)") for language, (title, text) in old.current.words.items()}
        monkeypatch.setitem(
            purposes.OPTIONAL, NEWS, replace(old, wordings=(*old.wordings, Wording(2, words)))
        )
        assert not services.allows(alice.pk, NEWS, now=clock.now())
        stated = next(
            one for one in services.consents_of(account=alice.account, now=clock.now()) if one.purpose == NEWS
        )
        assert (stated.state, stated.allowed, stated.version) == ("given", False, 2)
        give(alice)
        assert services.allows(alice.pk, NEWS, now=clock.now())
        assert [row.version for row in Consent.objects.order_by("n")] == [1, 2]

    def test_is_off_while_somebody_is_restricted(self, alice):
        give(alice)
        services.restrict(account_id=alice.pk, cause="incorrect", now=clock.now())
        assert not services.allows(alice.pk, NEWS, now=clock.now())

    def test_knows_no_purpose_that_is_not_declared(self, alice):
        with pytest.raises(ValueError, match="profiles"):
            services.allows(alice.pk, "profiles", now=clock.now())

    def test_is_off_for_a_closed_account(self, alice):
        give(alice)
        Account.objects.filter(pk=alice.pk).update(is_active=False)
        assert not services.allows(alice.pk, NEWS, now=clock.now())
