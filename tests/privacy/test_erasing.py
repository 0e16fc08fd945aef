"""Who is erased is nowhere any more; what they said and whom they looked after is dealt with as declared."""

import json
from dataclasses import replace

import pytest
from django.apps import apps

from accounts.models import Account, LogLine
from chat.models import ArchiveRecord, Conversation, Entry, SealedFile
from contacts.models import Bond, Family, Forebear
from media.models import Item, Part, Upload
from prifora.kernel import clock, erasure, ledger
from prifora.kernel.completeness import people_named_in
from prifora.kernel.policy import Kept, Policy
from privacy import services
from privacy.models import Closure, ErasureLine
from privacy.services import erasing
from privacy.services.plan import what_stays
from tests import mls
from tests.chat.sealed_files import on_disk
from tests.media.albums import added, made
from tests.media.uploading import begun
from tests.rows import row_of

pytestmark = pytest.mark.django_db
WITH_POLICY = [one for one in apps.get_models() if isinstance(getattr(one, "policy", None), Policy)]


def erased(someone, *, withdraw=False):
    services.close_at_once(account_id=someone.pk, withdraw=withdraw, now=clock.now())
    services.erase(account_id=someone.pk, now=clock.now())


def counted(monkeypatch, app, what="end"):
    """Return a list that grows whenever an app is asked to end something."""
    ending, calls = erasure._endings[app], []
    real = getattr(ending, what)

    def called(leaving):
        calls.append(leaving)
        return real(leaving)

    monkeypatch.setitem(erasure._endings, app, replace(ending, **{what: called}))
    return calls


class TestErase:
    @pytest.mark.parametrize("model", WITH_POLICY, ids=lambda one: one._meta.label)
    def test_covers_every_table_that_is_about_people(self, alice, model):
        row = row_of(model, about=alice.account)
        about = bool(people_named_in(model)) or model.policy.subject not in ("", "self")
        for part in services.plan():
            if part.model is model:
                part.carry_out(alice.pk, at_once=100)
        left = model._base_manager.filter(pk=row.pk).values().first() or {}
        kept = model.policy.kept is not None
        if about and not kept:
            assert alice.pk not in left.values()

    @pytest.mark.parametrize("number", [1, 2, 3])
    def test_empties_and_deletes_a_piece_at_a_time(self, alice, number):
        LogLine.objects.bulk_create([LogLine(account=alice.account, what="x") for _ in range(3)])
        [part] = [one for one in services.plan() if one.model is LogLine]
        whole, more, pieces = LogLine.objects.filter(account=alice.account).count(), True, 0
        while more:
            more, pieces = part.carry_out(alice.pk, at_once=number), pieces + 1
        assert pieces == whole // number + 1
        assert not LogLine.objects.filter(account=alice.account).exists()

    def test_twice_is_once(self, alice):
        erased(alice)
        erased(alice)
        lines = [line for line in ledger.ledger().lines() if line.person == ledger.digest_of(alice.pk)]
        assert len(lines) == 1

    def test_writes_one_line_without_anything_about_anybody(self, alice):
        erased(alice)
        line = ErasureLine.objects.get(person=ledger.digest_of(alice.pk))
        assert set(json.loads(line.counts)) == {"rows", "withdrawn"}
        assert str(alice.pk) not in line.counts
        ledger.check(ledger.ledger().lines())

    def test_begins_anew_when_rows_came_back(self, alice, monkeypatch):
        real = erasing._forget_bytes

        def comes_back(closure, now):
            real(closure, now)
            account = Account(pk=alice.pk, username="back")
            account.set_unusable_password()
            account.save(force_insert=True)

        monkeypatch.setattr(erasing, "_forget_bytes", comes_back)
        services.close_at_once(account_id=alice.pk, withdraw=False, now=clock.now())
        with pytest.raises(services.Incomplete):
            services.erase(account_id=alice.pk, now=clock.now())
        assert Closure.objects.get().done == erasing.FIRST
        monkeypatch.undo()
        services.erase(account_id=alice.pk, now=clock.now())
        assert not Account.objects.filter(pk=alice.pk).exists()


class TestWhatWasSaid:
    def test_stays_with_the_others_under_a_number(self, alice, bob, family):
        talk = mls.conversation_of(alice, bob, family)
        seq = talk.send(bob, archived=True)
        erased(bob)
        record = ArchiveRecord.objects.get(conversation_id=talk.id, seq=seq)
        assert (record.sender_id, bool(record.record)) == (bob.pk, True)
        assert bytes(Entry.objects.get(conversation_id=talk.id, seq=seq).body)

    def test_is_emptied_when_it_is_withdrawn(self, alice, bob, family, told):
        talk = mls.conversation_of(alice, bob, family)
        mine, theirs = talk.send(alice, archived=True), talk.send(bob, archived=True)
        heard = told(lambda: erased(bob, withdraw=True))
        assert list(ArchiveRecord.objects.values_list("seq", flat=True)) == [mine]
        assert bytes(Entry.objects.get(seq=theirs).body) == b""
        assert bytes(Entry.objects.get(seq=mine).body)
        gone = [body["seq"] for name, body, people in heard if name == "message.gone" and alice.pk in people]
        assert gone == [str(theirs)]

    def test_between_two_goes_as_a_whole_when_one_withdraws(self, alice, bob, family):
        talk = mls.conversation_of(alice, bob, family, kind="direct")
        talk.send(alice, archived=True)
        erased(bob, withdraw=True)
        assert not Conversation.objects.filter(pk=talk.id).exists()

    @pytest.mark.parametrize("kind", ["group", "direct"])
    def test_is_withdrawn_a_piece_at_a_time(self, alice, bob, family, monkeypatch, kind):
        monkeypatch.setattr("chat.services.endings.LINES_AT_ONCE", 2)
        talk = mls.conversation_of(alice, bob, family, kind=kind)
        for _ in range(5):
            talk.send(bob, archived=True)
        pieces = counted(monkeypatch, "chat")
        erased(bob, withdraw=True)
        assert len(pieces) >= 3
        assert not ArchiveRecord.objects.filter(conversation_id=talk.id).exists()
        assert not Entry.objects.filter(conversation_id=talk.id, kind="message").exclude(body=b"").exists()
        assert Conversation.objects.filter(pk=talk.id).exists() is (kind == "group")

    def test_between_two_stays_with_the_other(self, alice, bob, family):
        talk = mls.conversation_of(alice, bob, family, kind="direct")
        talk.send(bob, archived=True)
        erased(bob)
        assert ArchiveRecord.objects.get(conversation_id=talk.id).sender_id == bob.pk


class TestStoredBytes:
    @pytest.fixture(autouse=True)
    def store(self, settings, tmp_path):
        settings.DATA_DIR = tmp_path

    def test_go_even_when_nothing_that_follows_a_commit_is_done(self, as_, alice, bob, family):
        album = made(as_(bob), family, bob, viewers=[alice])
        added(as_(bob), album, "original", "thumb")
        hers = made(as_(alice), family, alice)
        added(as_(alice), hers)
        begun(as_(bob), family.pk, 1000)
        before = len(on_disk())
        erased(bob)
        assert len(on_disk()) == before - 2
        assert len(on_disk()) == Part.objects.count() == 1
        assert not Upload.objects.exists()

    def test_go_a_piece_at_a_time(
        self, as_, alice, bob, family, monkeypatch, django_capture_on_commit_callbacks
    ):
        monkeypatch.setattr("media.services.endings.ITEMS_AT_ONCE", 2)
        mine = made(as_(bob), family, bob, viewers=[alice])
        hers = made(as_(alice), family, alice, contributors=[bob])
        for album in (mine, mine, mine, hers, hers, hers):
            added(as_(bob), album)
        kept, _bodies = added(as_(alice), hers)
        pieces = counted(monkeypatch, "media", "empty")
        with django_capture_on_commit_callbacks(execute=True):
            erased(bob)
        assert len(pieces) == 5
        assert [str(one.pk) for one in Item.objects.all()] == [kept["id"]]
        assert len(on_disk()) == Part.objects.count() == 1


class TestFamilies:
    def test_without_people_end_with_all_they_have(self, alice, bob, family):
        mls.conversation_of(alice, bob, family)
        erased(bob)
        erased(alice)
        for table in (Family, Bond, Conversation, Entry, SealedFile):
            assert not table.objects.exists()

    def test_get_somebody_who_looks_after_them(self, alice, bob, carol, family):
        erased(alice)
        assert list(Bond.objects.filter(is_admin=True).values_list("account_id", flat=True)) == [bob.pk]

    def test_remember_by_whose_word_the_others_are_trusted(self, alice, bob, family):
        Bond.objects.filter(account=bob.account).update(
            admission={"kind": "invited", "by": str(alice.pk), "aik": "x"}
        )
        Bond.objects.filter(account=alice.account).update(admission={"kind": "founder", "aik": "y"})
        erased(alice)
        forebear = Forebear.objects.get()
        assert (forebear.account_id, forebear.admission["aik"]) == (alice.pk, "y")

    def test_tell_of_them_as_of_one_who_left(self, as_, alice, bob, carol, family):
        Bond.objects.filter(account=carol.account).update(
            admission={"kind": "invited", "by": str(bob.pk), "aik": "x"}
        )
        Bond.objects.filter(account=bob.account).update(
            admission={"kind": "invited", "by": str(alice.pk), "aik": "y"}
        )
        erased(bob)
        [shown] = as_(alice).get("/api/v1/families").json()["items"]
        assert {one["account_id"] for one in shown["people"]} == {str(alice.pk), str(carol.pk)}
        assert [one["account_id"] for one in shown["lineage"]] == [str(bob.pk)]


class TestEraseDue:
    def test_waits_for_the_day(self, alice):
        now = clock.now()
        services.delete_ended_rows(now=now)
        Closure.objects.create(account_ref=alice.pk, due_at=now + services.GRACE)
        assert services.erase_due(now=now) == 0
        assert Account.objects.filter(pk=alice.pk).exists()
        Closure.objects.update(due_at=now)
        assert services.erase_due(now=now) == 1
        assert not Account.objects.filter(pk=alice.pk).exists()

    def test_believes_no_clock_that_jumped(self, alice):
        now = clock.now()
        services.delete_ended_rows(now=now)
        Closure.objects.create(account_ref=alice.pk, due_at=now + services.GRACE)
        assert services.erase_due(now=now + 2 * services.GRACE) == 0
        assert Account.objects.filter(pk=alice.pk).exists()

    def test_goes_on_with_whoever_is_half_erased_whatever_the_clock(self, alice):
        now = clock.now()
        services.close_at_once(account_id=alice.pk, withdraw=False, now=now)
        erasing.do_step(account_id=alice.pk, now=now)
        assert services.erase_due(now=now + 2 * services.GRACE) == 1
        assert not Account.objects.filter(pk=alice.pk).exists()

    def test_one_that_fails_keeps_no_other(self, alice, bob, monkeypatch):
        now = clock.now()
        services.delete_ended_rows(now=now)
        for someone in (alice, bob):
            services.close_at_once(account_id=someone.pk, withdraw=False, now=now)
        real = erasing.erase

        def fails(*, account_id, now):
            if account_id == alice.pk:
                raise ValueError
            real(account_id=account_id, now=now)

        monkeypatch.setattr(erasing, "erase", fails)
        with pytest.raises(ExceptionGroup):
            services.erase_due(now=now)
        assert not Account.objects.filter(pk=bob.pk).exists()


class TestWhatStays:
    @pytest.mark.obligation("PRE-33", partial=True)
    def test_is_said_once_with_an_article(self):
        stays = what_stays()
        assert all(one.article and str(one.what) for one in stays)
        assert len({str(one.what) for one in stays}) == len(stays) >= 3

    @pytest.mark.obligation("PRE-33", partial=True)
    def test_what_a_law_keeps_is_not_erased(self, alice, monkeypatch):
        held = Policy(
            subject="account",
            keep=None,
            fields=dict(_log().policy.fields),
            kept=Kept("Invoices", "art. 52 AWR", by_law=True),
        )
        monkeypatch.setattr(_log(), "policy", held)
        assert not [part for part in services.plan() if part.model is _log()]
        assert "Invoices" in {str(one.what) for one in what_stays()}


def _log():
    return apps.get_model("accounts", "LogLine")
