"""Somebody has everything the servers have, secrets too, and reads nothing of it (docs/decryption-attempt.md)."""

import pytest
from playwright.sync_api import expect

from tests.journeys import mls_attempt
from tests.journeys.household import PASSWORD, family_talk, say, sign_in, ways

SAID, NOTED = "De kluis staat achter het schilderij", b"Testament: alles gaat naar de kat.\n" * 100
CONTENT = {"slot", "vault", "ring", "history key", "share", "title", "message", "line", "file"}
"""Every kind of ciphertext of people that must have been there to try."""


def live(server, jan):
    """Jan says something, sends a file, and gives two people a part of his keys."""
    family_talk(jan)
    say(jan, SAID)
    jan.locator(".add").click()
    note = {"name": "testament.txt", "mimeType": "text/plain", "buffer": NOTED}
    jan.get_by_test_id("file").set_input_files(note)
    jan.get_by_role("dialog").get_by_role("button", name="Sturen").click()
    expect(jan.locator(".bubble.mine", has_text="testament.txt")).not_to_contain_text("wacht")
    ways(jan)
    relatives = jan.locator("input[name=relatives]")
    expect(relatives).to_have_count(3)
    for box in relatives.all():
        box.check()
    jan.get_by_role("button", name="Deze mensen kiezen").click()
    expect(jan.get_by_text("Deze mensen kunnen je nu helpen.")).to_be_visible()


@pytest.mark.obligation("PRE-14", partial=True)
@pytest.mark.obligation("PRI-94", "PIM-15")
@pytest.mark.obligation("PIM-01", "PIM-03", partial=True)
@pytest.mark.browser
@pytest.mark.long
@pytest.mark.both_engines
def test_every_secret_and_a_full_dump_open_nothing(server, browse):
    server.demo("Karel", "Anne")
    jan = sign_in(browse("jan"), "jan")
    expect(jan.locator(".list a.item").first).to_be_visible()
    live(server, jan)

    tried = server.call("tests.journeys.attempt:attempt")
    assert tried["profiles"] >= 4, "with the server's own secrets, the server's own data opens"
    assert set(tried["targets"]) >= CONTENT
    assert tried["keys"] > 200
    assert tried["tries"] > 100_000
    assert tried["opened"] == {}

    seed = server.call("tests.journeys.attempt:password_seed", username="jan", password=PASSWORD)
    control = server.call("tests.journeys.attempt:attempt", instead=[seed])
    opened = control["opened"]
    assert any(SAID in one for one in opened["message"]), (
        "the same attempt with Jan's password opens what he reads"
    )
    assert any('"title":"Verbeek"' in one for one in opened["title"])
    assert NOTED.decode().strip() in opened["file"]
    assert len(opened["vault"]) == 1, "and nobody else's keys"
    assert "share" not in opened
    assert "line" not in opened


class TestMls:
    def test_opens_the_sender_of_a_line_with_the_secret_of_its_epoch(self):
        group, epoch, content = b"talk", (7).to_bytes(8, "big"), bytes(range(100))
        secret = mls_attempt.expand(bytes(32), "sender data", b"", 32)
        key, nonce = (
            mls_attempt.expand(secret, label, content[:32], size)
            for label, size in (("key", 16), ("nonce", 12))
        )
        vec, bound = mls_attempt.vec, mls_attempt.vec(group) + epoch + b"\1"
        sealed = mls_attempt.AESGCM(key).encrypt(nonce, b"leaf 3", bound)
        line = b"\0\1\0\2" + vec(group) + epoch + b"\1" + vec(b"") + vec(sealed) + vec(content)
        assert mls_attempt.opener(line)(bytes(32)) == b"leaf 3"
        assert mls_attempt.opener(line)(secret) == b"leaf 3"
        with pytest.raises(mls_attempt.InvalidTag):
            mls_attempt.opener(line)(bytes(31) + b"\1")
