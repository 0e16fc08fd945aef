"""An attempt to read what people said, by somebody who holds all a server has: every key on every ciphertext.

Runs by `server.call`, so with the server's own secrets and settings. What opens is searched for more keys, until
nothing new opens. The formats are those of tests/vectors, written from the specification.
"""

import base64
import hmac
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connection

from accounts.models import Account, Ring, Vault, VaultSlot
from accounts.rules import KDF
from chat.models import ArchiveRecord, Conversation, Entry, HistoryBox, SealedFile
from contacts.models import Invitation
from prifora.kernel import crypto, keystore
from recovery.models import Approval, Share
from tests.journeys import mls_attempt
from tests.vectors import primitives, talk

B64 = re.compile(rb"[A-Za-z0-9+/_-]{22,}={0,2}")
HEX = re.compile(rb"[0-9a-fA-F]{32,}")
KEY_SIZES = (16, 32)
SHORT = 4096
"""Of anything longer than a key and not longer than this, the first and last 32 bytes are tried too."""

LABELS = (
    "slot",
    "recovery slot",
    "passkey slot",
    "slot proof",
    "ring",
    "details",
    "recovery mac",
    "link mac",
    "invitation key",
    "invitation note",
    "secret session",
)
"""What the formats derive keys for."""

DERIVES_ITSELF = {"message", "line", "file"}
"""Their keys follow from another by a label that names the place."""

Open = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Target:
    """One ciphertext: what it is, and how a key is tried on it. `boxed`: sealed to a public key."""

    kind: str
    open: Open
    boxed: bool = False


@dataclass
class Result:
    """What was tried, and what opened: texts by kind of ciphertext."""

    keys: int = 0
    tries: int = 0
    targets: dict[str, int] = field(default_factory=dict)
    opened: dict[str, list[str]] = field(default_factory=dict)
    profiles: int = 0


def attempt(*, instead: tuple[str, ...] = ()) -> dict[str, Any]:
    """Try every key found, or those given `instead` (hex), on every ciphertext; return what opened."""
    result, known, fresh = Result(), set(), {bytes.fromhex(one) for one in instead}
    for value in () if instead else _everything(result):
        fresh.update(keys_in(value))
    closed = list(_targets())
    for target in closed:
        result.targets[target.kind] = result.targets.get(target.kind, 0) + 1
    while fresh:
        known |= fresh
        plains = []
        for target in list(closed):
            plain = _try(target, fresh, result)
            if plain is not None:
                closed.remove(target)
                plains.append(plain)
                result.opened.setdefault(target.kind, []).append(plain.decode("utf-8", "replace").strip())
        fresh = {key for plain in plains for key in keys_in(plain)} - known
    result.keys = len(known)
    return vars(result)


def keys_in(value: bytes) -> Iterator[bytes]:
    """Yield everything in some bytes that has the size of a key: itself, its parts, and what is written in it."""
    if len(value) in KEY_SIZES:
        yield value
    elif 32 < len(value) <= SHORT:
        yield from (value[:32], value[-32:])
    for written in B64.findall(value):
        text = written.rstrip(b"=").replace(b"+", b"-").replace(b"/", b"_")
        decoded = base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4)) if len(text) % 4 != 1 else b""
        if len(decoded) in KEY_SIZES:
            yield decoded
        elif 32 < len(decoded) <= SHORT:
            yield from (decoded[:32], decoded[-32:])
    for written in HEX.findall(value):
        decoded = bytes.fromhex(written[: len(written) // 2 * 2].decode())
        if len(decoded) in KEY_SIZES:
            yield decoded


def _try(target: Target, keys: set[bytes], result: Result) -> bytes | None:
    for key in keys:
        for one in _forms(key, target):
            result.tries += 1
            try:
                return target.open(one)
            except (primitives.Refused, InvalidTag, ValueError):
                continue
    return None


_derived: dict[bytes, tuple[bytes, ...]] = {}
_privates: dict[bytes, tuple[bytes, ...]] = {}
_pairs: dict[bytes, tuple[X25519PrivateKey, bytes]] = {}


def _forms(key: bytes, target: Target) -> Iterator[bytes]:
    """The key itself, and what the formats derive from it."""
    yield key
    if len(key) != 32 or target.kind in DERIVES_ITSELF:
        return
    if key not in _derived:
        labelled = [primitives.derive(key, label) for label in LABELS]
        _derived[key] = (*labelled, *(crypto.derive(key, label) for label in LABELS))
    if target.boxed:
        if key not in _privates:
            _privates[key] = tuple(primitives.derive_box_private(one) for one in (key, *_derived[key][:3]))
        yield from _privates[key]
    else:
        yield from _derived[key]


def _everything(result: Result) -> Iterator[bytes]:
    """Everything a server has: its environment, the store of keys, every column, Redis, its files."""
    for name, value in os.environ.items():
        if name.startswith(("PRIFORA_", "DATABASE", "REDIS", "KEYS")):
            yield value.encode()
    yield from (settings.SEAL_KEY, settings.BLIND_KEY, settings.MLS_REMOVE_KEY, settings.SECRET_KEY.encode())
    for account in Account.objects.all():
        try:
            yield keystore.existing_key_of(account.pk)
        except keystore.Erased:
            continue
        yield json.dumps(account.profile, default=str).encode()
        result.profiles += 1
    yield from _columns()
    yield from _redis()
    yield from _files()


def _columns() -> Iterator[bytes]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                for value in row:
                    if isinstance(value, bytes | memoryview):
                        yield bytes(value)
                    elif value is not None:
                        yield str(value).encode()


def _redis() -> Iterator[bytes]:
    if settings.REDIS_URL:
        import redis

        client = redis.from_url(settings.REDIS_URL)
        for key in client.scan_iter():
            yield bytes(key)
            yield client.dump(key) or b""


def _files() -> Iterator[bytes]:
    for file in Path(settings.DATA_DIR).rglob("*"):
        if file.is_file() and ".sqlite3" not in file.name:
            yield file.read_bytes()


def _targets() -> Iterator[Target]:
    """Every ciphertext of people, with the place it is bound to."""
    for slot in VaultSlot.objects.select_related("vault"):
        yield _boxed("slot", slot.sealed, f"slot|{slot.name}|{slot.vault.account_id}")
    for vault in Vault.objects.all():
        yield _sealed("vault", vault.sealed_keys, f"account keys|{vault.account_id}")
    for ring in Ring.objects.all():
        yield _sealed("ring", ring.sealed, f"ring|{ring.account_id}")
    for box in HistoryBox.objects.all():
        place = f"history|{box.conversation_id}|{box.epoch}|{box.account_id}"
        yield _boxed("history key", box.box, place)
    for share in Share.objects.select_related("relatives"):
        of = share.relatives
        yield _boxed("share", share.box, f"share|{of.account_id}|{of.pk}|{share.holder_id}")
    for given in Approval.objects.all():
        yield _boxed("given share", given.box, f"recovered|{given.recovery_id}|{given.holder_id}")
    for note in Invitation.objects.all():
        yield _sealed("note", note.sealed_note, "invitation note")
    yield from _talk()


def _talk() -> Iterator[Target]:
    for one in Conversation.objects.all():
        yield _sealed("title", one.details, f"details|{one.pk}|{one.details_epoch}")
    for record in ArchiveRecord.objects.all():
        place = f"archive|{record.conversation_id}|{record.epoch}|{record.record_id}"
        yield Target("message", _record(bytes(record.record), f"record|{record.record_id}", place))
    for line in Entry.objects.filter(kind="message").exclude(body=b""):
        yield Target("line", mls_attempt.opener(bytes(line.body)))
    for kept in SealedFile.objects.all():
        name = kept.pk.hex
        container = (Path(settings.DATA_DIR) / "files" / name[:2] / name).read_bytes()
        yield Target("file", _file(str(kept.file_id), container))


def _boxed(kind: str, box: Any, place: str) -> Target:
    """HPKE as in tests/vectors, with what does not depend on the key done once: it is tried very often."""
    enc, data = bytes(box)[:32], bytes(box)[32:]
    theirs = X25519PublicKey.from_public_bytes(enc)
    ids = (("psk_id_hash", b""), ("info_hash", place.encode()))
    schedule = b"\0" + b"".join(primitives._extract(primitives.SUITE, b"", *one) for one in ids)

    def opened(private: bytes) -> bytes:
        if len(private) != 32:
            raise primitives.Refused("size")
        if private not in _pairs:
            own = X25519PrivateKey.from_private_bytes(private)
            _pairs[private] = own, own.public_key().public_bytes_raw()
        own, public = _pairs[private]
        root = _hmac(b"", b"HPKE-v1" + primitives.KEM + b"eae_prk" + own.exchange(theirs))
        secret = _expanded(primitives.KEM, root, b"shared_secret" + enc + public, 32)
        root = _hmac(secret, b"HPKE-v1" + primitives.SUITE + b"secret")
        key = _expanded(primitives.SUITE, root, b"key" + schedule, 32)
        nonce = _expanded(primitives.SUITE, root, b"base_nonce" + schedule, 12)
        return AESGCM(key).decrypt(nonce, data, b"")

    return Target(kind, opened, boxed=True)


def _hmac(key: bytes, value: bytes) -> bytes:
    return hmac.digest(key or bytes(32), value, "sha256")


def _expanded(suite: bytes, key: bytes, info: bytes, size: int) -> bytes:
    return _hmac(key, size.to_bytes(2, "big") + b"HPKE-v1" + suite + info + b"\1")[:size]


def _sealed(kind: str, value: Any, place: str) -> Target:
    data, bound = bytes(value), place.encode()
    return Target(kind, lambda key: AESGCM(key).decrypt(data[:12], data[12:], bound))


def _record(data: bytes, purpose: str, place: str) -> Open:
    """A record's key follows from the history key; the message in it is written in base64url."""

    def opened(key: bytes) -> bytes:
        for one in (key, primitives.derive(key, purpose)):
            try:
                plain = json.loads(primitives.gcm_open(one, data, place))
            except primitives.Refused:
                continue
            return primitives.unb64(plain["e"])
        raise primitives.Refused("not readable")

    return opened


def _file(file_id: str, container: bytes) -> Open:
    about = {"file": file_id}
    return lambda key: talk._open_file({**about, "file_key": primitives.b64(key)}, container)


def password_seed(*, username: str, password: str) -> str:
    """Return, in hex, the seed of the slot that a person's password opens: what only they can make."""
    account = Account.objects.get(username=username)
    root = primitives.stretch(password, bytes(account.kdf_salt), KDF.memory_kib, KDF.passes, KDF.lanes)
    return primitives.derive(root, "slot").hex()
