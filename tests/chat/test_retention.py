"""How long a family keeps what is said: exactly as long as it chose, and by nobody's clock but a steady one."""

from datetime import timedelta

import pytest

from chat import services
from chat.models import ArchiveRecord, Conversation, Entry, HistoryBox, SealedFile
from contacts.models import Family
from prifora.kernel import clock
from privacy import services as privacy
from tests import cast, mls
from tests.chat.sealed_files import kept, on_disk

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def choose(family, days):
    Family.objects.filter(pk=family.pk).update(retention_days=days)


def age(talk, ago, *, seqs=None):
    """Let what there is of a conversation have been made some time ago."""
    then = clock.now() - ago
    records = ArchiveRecord.objects.filter(conversation_id=talk.id)
    (records if seqs is None else records.filter(seq__in=seqs)).update(created_at=then)
    for table in (HistoryBox, SealedFile):
        table.objects.filter(conversation_id=talk.id).update(created_at=then)


def numbers(talk):
    rows = ArchiveRecord.objects.filter(conversation_id=talk.id).order_by("seq")
    return list(rows.values_list("seq", flat=True))


def epochs(talk):
    rows = HistoryBox.objects.filter(conversation_id=talk.id).order_by("epoch")
    return sorted(set(rows.values_list("epoch", flat=True)))


@pytest.fixture
def full(as_, alice, bob, talk):
    """A conversation with a record in epoch 1 (number 2), one in epoch 2 (number 4), a file, and epoch 3."""
    talk.send(alice, archived=True)
    talk.post(alice, talk.group.commit(alice))
    talk.send(bob, archived=True)
    talk.post(bob, talk.group.commit(bob))
    kept(as_(alice), talk)
    return talk


@pytest.mark.django_db(transaction=True)
class TestApplyRetention:
    @pytest.mark.parametrize("days", [30, 90, 365])
    def test_keeps_everything_until_the_time_is_over(self, full, family, days):
        choose(family, days)
        age(full, timedelta(days=days) - 60 * SECOND)
        assert services.apply_retention(now=clock.now()) == {"records": 0, "files": 0, "boxes": 0}
        assert (numbers(full), len(on_disk()), epochs(full)) == ([2, 4], 1, [0, 1, 2, 3])

    @pytest.mark.obligation("PIM-10", partial=True)
    @pytest.mark.parametrize("days", [30, 90, 365])
    def test_ends_records_files_and_the_keys_of_what_is_gone(self, full, family, days):
        choose(family, days)
        age(full, timedelta(days=days) + SECOND)
        services.apply_retention(now=clock.now())
        assert (numbers(full), on_disk()) == ([], [])
        assert epochs(full) == [3]
        assert not SealedFile.objects.exists()

    def test_ends_nothing_in_a_family_that_chose_no_time(self, full, family):
        choose(family, None)
        age(full, timedelta(days=20_000))
        services.apply_retention(now=clock.now())
        assert (numbers(full), len(on_disk()), epochs(full)) == ([2, 4], 1, [0, 1, 2, 3])

    def test_keeps_the_key_of_an_epoch_while_a_record_needs_it(self, full, family):
        choose(family, 30)
        age(full, timedelta(days=31), seqs=[2])
        services.apply_retention(now=clock.now())
        assert numbers(full) == [4]
        assert epochs(full) == [2, 3]

    def test_keeps_a_young_key_of_an_epoch_without_records(self, full, family):
        choose(family, 30)
        age(full, timedelta(days=31))
        HistoryBox.objects.filter(conversation_id=full.id, epoch=1).update(created_at=clock.now())
        services.apply_retention(now=clock.now())
        assert epochs(full) == [1, 3]

    def test_leaves_other_families_alone(self, full, as_, alice, bob, family):
        other = mls.conversation_of(bob, alice, cast.family_of(bob, alice))
        other.send(bob, archived=True)
        kept(as_(bob), other)
        choose(family, 30)
        for place in (full, other):
            age(place, timedelta(days=31))
        services.apply_retention(now=clock.now())
        assert (numbers(full), numbers(other), len(on_disk())) == ([], [2], 1)

    def test_leaves_the_log_to_its_own_time(self, full, family):
        choose(family, 30)
        age(full, timedelta(days=31))
        services.apply_retention(now=clock.now())
        lines = Entry.objects.filter(conversation_id=full.id).order_by("seq")
        assert [line.seq for line in lines] == [1, 2, 3, 4, 5]
        assert all(bytes(line.body) for line in lines)

    def test_includes_conversations_that_ended(self, full, family):
        choose(family, 30)
        age(full, timedelta(days=31))
        Conversation.objects.filter(pk=full.id).update(ended_at=clock.now())
        services.apply_retention(now=clock.now())
        assert numbers(full) == []

    def test_does_nothing_the_second_time(self, full, family):
        choose(family, 30)
        age(full, timedelta(days=31))
        services.apply_retention(now=clock.now())
        assert services.apply_retention(now=clock.now()) == {"records": 0, "files": 0, "boxes": 0}

    def test_leaves_the_conversation_usable(self, full, family, alice, bob, as_):
        choose(family, 30)
        age(full, timedelta(days=31))
        services.apply_retention(now=clock.now())
        seq = full.send(alice, archived=True)
        archive = as_(bob).get(f"{full.path}/archive").json()["items"]
        assert [one["seq"] for one in archive] == [seq]


@pytest.mark.django_db
class TestByAClockThatJumped:
    def test_nothing_is_deleted(self, talk, alice, family):
        talk.send(alice, archived=True)
        choose(family, 30)
        now = clock.now()
        assert privacy.apply_retention(now=now) == {}
        privacy.delete_ended_rows(now=now)
        assert privacy.apply_retention(now=now + timedelta(days=400)) == {}
        privacy.delete_ended_rows(now=now + timedelta(days=400))
        assert privacy.apply_retention(now=now + timedelta(days=400)) == {}
        assert numbers(talk) == [2]

    def test_what_is_due_goes_once_it_is_believed(self, talk, alice, family):
        talk.send(alice, archived=True)
        choose(family, 30)
        age(talk, timedelta(days=31))
        privacy.delete_ended_rows(now=clock.now())
        assert privacy.apply_retention(now=clock.now())["records"] == 1
