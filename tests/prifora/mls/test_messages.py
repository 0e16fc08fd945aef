"""Reading every structure: what is right is read whole, what is changed raises MlsError and nothing else."""

import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from prifora.kernel import clock
from prifora.kernel.mls import checks, messages
from prifora.kernel.mls.codec import MESSAGE_MAX_BYTES, MlsError, Reader
from prifora.kernel.mls.messages import Content, Sender, Source
from prifora.kernel.mls.proposals import removal
from tests import mls
from tests.mls.wire import u8, u16, vec

ROUNDS = 2500


@pytest.fixture
def structures(group, adding, alice, bob):
    """Each structure as bytes, and what reads it."""
    now = clock.now()

    def commit(raw):
        checks.check_commit(
            group=checks.check_group(group.info()),
            commit=raw,
            group_info=adding.group_info,
            welcome=adding.welcome,
            pending={},
            now=now,
        )

    def application(raw):
        checks.check_application(raw, group_id=group.id.bytes)

    proposal, _ref = removal(group_id=group.id.bytes, epoch=0, leaf_index=0)
    return {
        "key package": (
            mls.key_package(bob),
            lambda raw: checks.check_key_package(raw, now=now),
        ),
        "group info": (adding.group_info, checks.check_group),
        "new group": (
            group.info(),
            lambda raw: checks.check_new_group(raw, group_id=group.id.bytes, now=now),
        ),
        "commit": (adding.commit, commit),
        "update": (group.commit(alice).commit, messages.public_message),
        "external commit": (adding.after.join(alice, again=True).commit, messages.public_message),
        "proposal": (proposal, messages.public_message),
        "welcome": (adding.welcome, messages.welcome),
        "message": (group.body(bytes(40)), application),
    }


NAMES = (
    "key package",
    "group info",
    "new group",
    "commit",
    "update",
    "external commit",
    "proposal",
    "welcome",
    "message",
)


def changed(raw, chance):
    """Bytes that differ from `raw` in one of the ways things go wrong."""
    value, at = bytearray(raw), chance.randrange(len(raw))
    way = chance.randrange(6)
    if way == 0:
        value[at] ^= 1 << chance.randrange(8)
    elif way == 1:
        value[at] = (value[at] + chance.randrange(1, 256)) % 256
    elif way == 2:
        del value[at:]
    elif way == 3:
        del value[at : at + chance.randrange(1, 40)]
    elif way == 4:
        value[at:at] = chance.randbytes(chance.randrange(1, 40))
    else:
        value += chance.randbytes(chance.randrange(1, 5))
    return bytes(value)


class TestEveryStructure:
    @pytest.mark.parametrize("name", NAMES)
    def test_is_read_as_it_was_made(self, structures, name):
        raw, read = structures[name]
        read(raw)
        assert set(NAMES) == set(structures)

    @pytest.mark.parametrize("name", NAMES)
    def test_raises_nothing_but_mls_error_however_it_is_changed(self, structures, name):
        raw, read = structures[name]
        chance, taken = random.Random(name), 0
        for _ in range(ROUNDS):
            with suppress(MlsError):
                read(changed(raw, chance))
                taken += 1
        assert taken < ROUNDS // 2

    @pytest.mark.parametrize("name", ["key package", "group info", "new group", "commit"])
    def test_holds_in_every_bit_when_it_is_signed(self, structures, name):
        """No single bit of what is signed can be changed, wherever it stands."""
        raw, read = structures[name]
        chance, free = random.Random(name), tuple(unsigned(name, raw))
        for _ in range(600):
            at = chance.randrange(len(raw))
            if at in free:
                continue
            value = bytearray(raw)
            value[at] ^= 1 << chance.randrange(8)
            with pytest.raises(MlsError):
                read(bytes(value))

    @pytest.mark.parametrize("name", NAMES)
    def test_is_refused_at_every_place_it_can_be_cut(self, structures, name):
        raw, read = structures[name]
        for size in range(len(raw)):
            with pytest.raises(MlsError):
                read(raw[:size])

    @pytest.mark.parametrize("name", NAMES)
    def test_is_refused_with_anything_after_it(self, structures, name):
        raw, read = structures[name]
        with pytest.raises(MlsError) as wrong:
            read(raw + b"\0")
        assert wrong.value.code == "trailing"

    @pytest.mark.parametrize("name", NAMES)
    def test_is_refused_when_it_is_too_long(self, structures, name):
        raw, read = structures[name]
        with pytest.raises(MlsError) as wrong:
            read(raw + bytes(MESSAGE_MAX_BYTES))
        assert wrong.value.code == "too_large"

    @pytest.mark.parametrize("name", NAMES)
    def test_is_refused_under_another_name_or_version(self, structures, name):
        raw, read = structures[name]
        for other in range(7):
            if u16(other) != raw[2:4]:
                with pytest.raises(MlsError, match="wire_format"):
                    read(raw[:2] + u16(other) + raw[4:])
        with pytest.raises(MlsError, match="version"):
            read(u16(2) + raw[2:])

    @pytest.mark.parametrize("name", NAMES)
    def test_is_nothing_that_comes_from_chance(self, structures, name):
        _raw, read = structures[name]
        chance = random.Random(name)
        head = _raw[:4]
        for _ in range(500):
            with pytest.raises(MlsError):
                read(head + chance.randbytes(chance.randrange(300)))


def unsigned(name, raw):
    """Places the server cannot hold to anything: a commit's membership tag, which is for members."""
    return range(len(raw) - 32, len(raw)) if name == "commit" else ()


class TestWhatIsRead:
    def test_of_a_commit(self, adding, group, alice):
        found = messages.public_message(adding.commit)
        assert (found.group_id, found.epoch, found.sender_type, found.sender) == (
            group.id.bytes,
            0,
            Sender.MEMBER,
            0,
        )
        assert found.content_type == Content.COMMIT
        assert [one.kind for one in found.commit.proposals] == ["add"]
        assert found.commit.path_leaf is None
        assert found.confirmation_tag == adding.after.tag

    def test_of_an_external_commit(self, adding, bob):
        found = messages.public_message(adding.after.join(bob, again=True).commit)
        assert (found.sender_type, found.sender) == (Sender.NEW_MEMBER_COMMIT, None)
        assert [one.kind for one in found.commit.proposals] == ["external_init", "remove"]
        assert found.commit.path_leaf.source == Source.COMMIT

    @pytest.mark.parametrize(
        ("form", "code"),
        [
            (u8(1) + vec(b"id") + vec(b"nonce"), None),
            (u8(2) + u8(1) + vec(b"group") + bytes(8) + vec(b"nonce"), None),
            (u8(3) + vec(b"id") + vec(b"nonce"), "psk_type"),
            (u8(1) + vec(b"id"), "truncated"),
        ],
    )
    def test_of_a_key_shared_before(self, form, code):
        """Nothing we use; read to its end all the same, so that it is refused for what it is."""
        reader = Reader(u16(4) + form)
        if code is None:
            assert messages.proposal(reader).kind == "pre_shared_key"
            reader.finish()
        else:
            with pytest.raises(MlsError, match=code):
                messages.proposal(reader)

    def test_of_a_message(self, group):
        found = messages.private_message(group.body(b"c" * 20, authenticated=b"a", sender_data=b"s"))
        assert (found.group_id, found.epoch, found.content_type) == (group.id.bytes, 0, Content.APPLICATION)
        assert (found.authenticated, found.sender_data, found.ciphertext) == (b"a", b"s", b"c" * 20)

    def test_of_a_welcome(self, adding, bob):
        package = mls.key_package(bob)
        assert (
            messages.welcome(mls.group.welcome_for([package, package])).refs
            == (mls.ref_of_package(package),) * 2
        )

    def test_of_a_key_package(self, bob):
        begin = datetime(2030, 1, 1, tzinfo=UTC)
        span = {
            "not_before": int(begin.timestamp()),
            "not_after": int((begin + timedelta(days=90)).timestamp()),
        }
        found = messages.read_key_package(mls.key_package(bob, **span))
        assert (found.leaf.not_before, found.leaf.not_after) == (span["not_before"], span["not_after"])
        assert (found.suite, found.leaf.suites, found.leaf.credentials) == (1, (1,), (1,))

    def test_never_has_one_extension_twice(self, bob):
        twice = (u16(10) + vec(b"")) * 2
        for part in ("leaf_extensions", "package_extensions"):
            with pytest.raises(MlsError, match="extension_twice"):
                messages.read_key_package(mls.key_package(bob, **{part: twice}))
