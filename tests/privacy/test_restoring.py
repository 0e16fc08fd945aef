"""A backup that is put back brings nobody back: compared before the port opens, and erased again."""

import pytest

from accounts.models import Account
from prifora.kernel import clock, keystore, ledger
from prifora.kernel.ledger import Broken
from privacy import services
from privacy.models import Closure, ErasureLine
from privacy.services.erasing import copy_ledger
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path, monkeypatch):
    """A key store and a list of erasures of one's own."""
    settings.KEYS_URL = str(tmp_path / "keys.sqlite3")
    monkeypatch.setattr(keystore, "_store", None)
    monkeypatch.setattr(keystore, "_cache", {})


def erase(someone, *, withdraw=False):
    services.close_at_once(account_id=someone.pk, withdraw=withdraw, now=clock.now())
    services.erase(account_id=someone.pk, now=clock.now())


def written_down(someone):
    """The list of erasures knows of somebody; the database, as an old copy, does not."""
    return ledger.write_down(account_id=someone.pk, now=clock.now(), counts={"rows": {}, "withdrawn": False})


class TestReplayErasures:
    def test_does_nothing_where_list_and_copy_agree(self):
        alice, bob = cast.person("alice"), cast.person("bob")
        erase(alice)
        assert services.replay_erasures(now=clock.now()) == 0
        assert Account.objects.filter(pk=bob.pk).exists()

    def test_erases_again_whoever_an_old_database_brought_back(self):
        alice, bob = cast.person("alice"), cast.person("bob")
        line = written_down(alice)
        assert services.replay_erasures(now=clock.now()) == 1
        assert list(Account.objects.values_list("pk", flat=True)) == [bob.pk]
        assert services.rows_about(alice.pk) == {}
        assert [bytes(one) for one in ErasureLine.objects.values_list("hash", flat=True)] == [line.hash]
        assert ledger.ledger().lines() == [line]
        assert services.replay_erasures(now=clock.now()) == 0

    def test_needs_no_key_of_theirs(self):
        alice = cast.person("alice")
        keystore.destroy_key(alice.pk)
        written_down(alice)
        assert services.replay_erasures(now=clock.now()) == 1
        assert not Account.objects.exists()

    def test_withdraws_again_what_was_withdrawn(self, monkeypatch):
        seen = []
        alice = cast.person("alice")
        ledger.write_down(account_id=alice.pk, now=clock.now(), counts={"rows": {}, "withdrawn": True})
        real = services.erasing._end
        monkeypatch.setattr(
            services.erasing,
            "_end",
            lambda ending, closure, now: (seen.append(closure.withdraw), real(ending, closure, now))[1],
        )
        services.replay_erasures(now=clock.now())
        assert set(seen) == {True}

    def test_destroys_again_the_keys_an_old_key_store_brought_back(self, settings, tmp_path, monkeypatch):
        alice, bob = cast.person("alice"), cast.person("bob")
        old = tmp_path / "old.sqlite3"
        old.write_bytes((tmp_path / "keys.sqlite3").read_bytes())
        erase(alice)
        settings.KEYS_URL = str(old)
        monkeypatch.setattr(keystore, "_store", None)
        keystore._cache.clear()
        assert keystore.existing_key_of(alice.pk)
        services.replay_erasures(now=clock.now())
        with pytest.raises(keystore.Erased):
            keystore.existing_key_of(alice.pk)
        assert keystore.existing_key_of(bob.pk)
        assert len(ledger.ledger().lines()) == 1

    def test_goes_on_with_whoever_was_half_erased_in_the_backup(self):
        alice = cast.person("alice")
        services.close_at_once(account_id=alice.pk, withdraw=False, now=clock.now())
        for _ in range(20):
            services.erasing.do_step(account_id=alice.pk, now=clock.now())
        ErasureLine.objects.all().delete()
        assert services.replay_erasures(now=clock.now()) == 1
        assert not Closure.objects.exists()
        assert services.rows_about(alice.pk) == {}

    @pytest.mark.parametrize("wrong", [{"at": "never"}, {"hash": bytes(32)}, {"n": 7}])
    def test_refuses_a_list_that_was_changed(self, wrong):
        alice = cast.person("alice")
        written_down(alice)
        copy_ledger()
        ErasureLine.objects.update(**wrong)
        with pytest.raises(Broken):
            services.replay_erasures(now=clock.now())
        assert Account.objects.exists()

    def test_refuses_a_list_of_another_server(self, settings, tmp_path):
        written_down(cast.person("alice"))
        copy_ledger()
        settings.KEYS_URL = str(tmp_path / "other.sqlite3")
        written_down(cast.person("bob"))
        with pytest.raises(Broken):
            services.replay_erasures(now=clock.now())
