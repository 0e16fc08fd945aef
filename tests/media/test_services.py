import pytest

from media import services
from media.models import Portrait
from media.rules import SENT_MAX_BYTES
from prifora.kernel import crypto, events, keystore
from prifora.kernel.errors import Absent, TooLarge
from tests.media.pictures import bomb, moving, picture


@pytest.fixture
def told(django_capture_on_commit_callbacks, monkeypatch):
    """The hints that reach devices, as (name, body, people)."""
    heard = []
    monkeypatch.setattr(events, "_carriers", [lambda *hint: heard.append(hint)])
    return heard


def stored(someone):
    return Portrait.objects.get(account_id=someone.pk)


class TestMakePortrait:
    @pytest.mark.parametrize(
        ("sent", "refusal"),
        [
            (b"no picture", services.PortraitUnreadable),
            (moving("WEBP"), services.PortraitMoving),
            (bomb(30_000, 30_000), services.PortraitTooManyPixels),
            (picture() + b"\0" * SENT_MAX_BYTES, TooLarge),
        ],
        ids=["unreadable", "moving", "bomb", "too many bytes"],
    )
    def test_says_why_not(self, sent, refusal):
        with pytest.raises(refusal):
            services.make_portrait(sent)

    def test_goes_on_after_a_refusal(self):
        with pytest.raises(services.PortraitUnreadable):
            services.make_portrait(b"no picture")
        assert services.make_portrait(picture())


class TestSetPortrait:
    def test_keeps_it_sealed(self, alice):
        made = services.make_portrait(picture())
        services.set_portrait(account_id=alice.pk, picture=made)
        assert services.picture_of(stored(alice)) == made
        assert made not in bytes(stored(alice).sealed)
        assert b"WEBP" not in bytes(stored(alice).sealed)

    def test_replaces_the_one_there_was_and_changes_the_version(self, alice):
        first = services.set_portrait(account_id=alice.pk, picture=b"one").version
        services.set_portrait(account_id=alice.pk, picture=b"two")
        assert services.picture_of(stored(alice)) == b"two"
        assert stored(alice).version != first

    def test_tells_the_family_and_nobody_else(
        self, told, family, alice, bob, charlie, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            services.set_portrait(account_id=alice.pk, picture=b"one")
        ((name, body, people),) = told
        assert (name, body) == ("account.portrait", {"account_id": str(alice.pk)})
        assert set(people) == {alice.pk, bob.pk}


class TestRemovePortrait:
    def test_forgets_it(self, alice):
        services.set_portrait(account_id=alice.pk, picture=b"one")
        services.remove_portrait(account_id=alice.pk)
        assert not Portrait.objects.exists()

    def test_says_nothing_when_there_is_none(self, told, alice, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            services.remove_portrait(account_id=alice.pk)
        assert not told


class TestPictureOf:
    def test_does_not_open_bytes_moved_from_another_person(self, alice, bob):
        for someone in (alice, bob):
            services.set_portrait(account_id=someone.pk, picture=someone.account.username.encode())
        moved = stored(alice)
        moved.sealed = stored(bob).sealed
        with pytest.raises(crypto.Unreadable):
            services.picture_of(moved)

    def test_is_absent_once_the_persons_key_is_destroyed(self, alice):
        services.set_portrait(account_id=alice.pk, picture=b"one")
        keystore.destroy_key(alice.pk)
        with pytest.raises(Absent):
            services.picture_of(stored(alice))
