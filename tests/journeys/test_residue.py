"""The search for residue finds what it must: a text planted in every form somebody might leave it in."""

import base64
import gzip
import types
import zlib

import pytest

from tests.residue import find_stored, forms

CANARY = "Hallo allemaal, zeepaardje zeven"

LEAKS = {
    "plain": CANARY.encode(),
    "upper case": CANARY.upper().encode(),
    "utf-16": CANARY.encode("utf-16-le"),
    "hex": b"row " + CANARY.encode().hex().encode(),
    "upper hex": CANARY.encode().hex().upper().encode(),
    "base64": b'{"body":"' + base64.b64encode(CANARY.encode()) + b'"}',
    "base64 in the middle": base64.b64encode(b"a longer text before " + CANARY.encode() + b" and after"),
    "url": CANARY.replace(" ", "%20").encode(),
    "gzip": b"head" + gzip.compress(CANARY.encode()),
    "zlib": b"head" + zlib.compress(CANARY.encode()),
}


def server_with(folder):
    return types.SimpleNamespace(folder=folder, env={"DATABASE_URL": "sqlite://", "REDIS_URL": ""})


@pytest.mark.parametrize("form", LEAKS)
def test_a_planted_text_is_found(tmp_path, form):
    (tmp_path / "file").write_bytes(b"\0" * 100 + LEAKS[form] + b"\0" * 100)
    assert find_stored(server_with(tmp_path), [CANARY])


def test_a_folder_without_it_is_clean(tmp_path):
    (tmp_path / "file").write_bytes(bytes(range(256)) * 100)
    assert not find_stored(server_with(tmp_path), [CANARY])


def test_a_folder_can_be_left_out(tmp_path):
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "one").write_text(CANARY)
    assert find_stored(server_with(tmp_path), [CANARY])
    assert not find_stored(server_with(tmp_path), [CANARY], leave_out=("mail",))


def test_short_forms_are_not_searched_for():
    assert all(len(one) > 8 for one in forms(CANARY))
