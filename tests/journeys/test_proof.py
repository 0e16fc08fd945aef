"""The proof of ./run prove-erasure, on the engine of this test run."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.proof.__main__ import figures, page
from tests.proof.canaries import ALWAYS, LEFT, MINE, NUMBER, TEXT, Canary, Text, Wish, encode, phone_forms
from tests.proof.prove import Proof, prove
from tests.proof.search import find

TEXTS = [Text("Zeepaardje zeven onder de trap"), Text("hippocampe-à-sept", "privacy_requestline.sealed")]
SIX = {"planted", "hits", "statutory", "backup_hits", "export_recall", "foreign"}
ABOUT_RIGHTS = (
    "privacy_consent.account_id",
    "privacy_consent.text_hash",
    "privacy_request.account_id",
    "privacy_requestline.sealed",
    "privacy_restriction.account_id",
    "notices_notice.facts",
    "support_case.account_ref",
    "support_case.sealed",
    "support_grant.reason",
)


@pytest.mark.obligation("PRE-02")
@pytest.mark.obligation("PRI-88", "PRI-97", "PRI-101", "PRE-50", partial=True)
@pytest.mark.server
@pytest.mark.check
@pytest.mark.parametrize("withdraw", [True, pytest.param(False, marks=pytest.mark.long)])
def test_nothing_is_left(tmp_path, withdraw):
    proof = prove(tmp_path, Wish(texts=list(TEXTS), encodings=["rot13"]), withdraw=withdraw)
    assert proof.is_good(), page(proof)
    assert proof.planted > 80
    assert proof.unplanted == ["account_emailconfirmation", "django_admin_log", "mfa_authenticator"]
    assert not set(ABOUT_RIGHTS) - set(proof.places)
    assert any("privacy_consent.text_hash" in one for one in proof.statutory)
    assert any(one.endswith("body)") for one in proof.statutory) is not withdraw


@pytest.mark.server
@pytest.mark.long
def test_the_command_says_six_figures_and_takes_texts_of_others(tmp_path):
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({"canaries": ["Klaproos bij de sluis"], "encodings": ["utf-7"]}))
    command = [sys.executable, "-m", "tests.proof", "--json", "--from", str(file)]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert set(told) == SIX
    assert (told["hits"], told["backup_hits"], told["foreign"], told["export_recall"]) == (0, 0, 0, 1.0)


class TestIsGood:
    good = Proof(planted=3, export_recall=1.0)

    def test_when_nothing_was_found(self):
        assert self.good.is_good()

    @pytest.mark.parametrize(
        "found", ["hits", "backup_hits", "foreign", "not_found_before", "others_lost", "too_many"]
    )
    def test_not_when_anything_was(self, found):
        assert not replace(self.good, **{found: ["something"]}).is_good()

    def test_not_when_the_export_forgot_something(self):
        assert not replace(self.good, export_recall=0.99).is_good()

    def test_is_told_in_six_figures(self):
        told = figures(replace(self.good, hits=["one", "two"]))
        assert set(told) == SIX
        assert (told["planted"], told["hits"], told["backup_hits"]) == (3, 2, 0)


class TestWish:
    def test_is_read_from_a_file_that_somebody_else_wrote(self, tmp_path):
        file = tmp_path / "mine.json"
        file.write_text(
            '{"canaries": ["one text", {"text": "another", "where": "t.c"}], "encodings": ["rot13"],'
            ' "forms": [{"text": "one text", "hex": "00ff00ff00ff00ff"}]}'
        )
        wish = Wish.read(file)
        assert wish.texts == [Text("one text"), Text("another", "t.c")]
        assert {b"bar grkg", bytes.fromhex("00ff00ff00ff00ff"), b"one text"} <= wish.written("one text")

    def test_knows_how_people_write_numbers(self):
        assert {b"31612345678", b"0031612345678", b"0612345678", b"06 12345678"} <= phone_forms(
            "+31612345678"
        )
        assert not phone_forms("no number")

    def test_refuses_an_encoding_that_does_not_exist(self):
        with pytest.raises(SystemExit):
            encode("text", "nonsense-9")

    @pytest.mark.parametrize("said", ['["a list"]', '{"canary": []}', '{"encodings": ["nonsense-9"]}'])
    def test_refuses_a_file_that_says_something_else(self, tmp_path, said):
        file = tmp_path / "mine.json"
        file.write_text(said)
        with pytest.raises(SystemExit):
            Wish.read(file)

    def test_plants_a_text_where_it_was_asked_for(self):
        asked = Text("a text", "t.c")
        assert asked.fits("t.c", 6)
        assert asked.fits("t.c:entry", 6)
        assert not asked.fits("t.d", 6)
        assert not asked.fits("t.c", 5)


def test_a_canary_is_found_in_a_form_one_asked_for():
    canary = Canary("a long enough text", "t.c", TEXT, MINE)
    wish = Wish(encodings=["rot13"])
    assert find([("file", b"..n ybat rabhtu grkg..")], [canary], wish) == [(canary, "file")]
    assert not find([("file", b"nothing of the kind")], [canary], wish)


def test_a_number_counts_only_in_the_column_it_stood_in():
    canary = Canary("0f0e0d0c-1111-4222-8333-444455556666", "t.c", NUMBER, MINE)
    there = canary.text.encode()
    assert find([("number in t.c", there)], [canary], Wish()) == [(canary, "number in t.c")]
    assert not find([("number in t.d", there), ("prifora.sqlite3", there)], [canary], Wish())


@pytest.mark.parametrize(
    ("stays", "when_withdrawn", "when_left"), [("", False, False), (LEFT, False, True), (ALWAYS, True, True)]
)
def test_what_may_stay_depends_on_what_is_declared(stays, when_withdrawn, when_left):
    canary = Canary("a text", "t.c", TEXT, MINE, stays=stays)
    assert (canary.is_kept(withdraw=True), canary.is_kept(withdraw=False)) == (when_withdrawn, when_left)
