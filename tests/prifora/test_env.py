import base64

import pytest

from prifora.kernel import env

GOOD = base64.urlsafe_b64encode(bytes(range(32))).rstrip(b"=").decode()


class TestText:
    def test_reads_the_variable(self, monkeypatch):
        monkeypatch.setenv("THING", "here")
        assert env.text("THING") == "here"

    def test_reads_the_file_that_is_named(self, monkeypatch, tmp_path):
        (tmp_path / "thing").write_text("from a file\n")
        monkeypatch.delenv("THING", raising=False)
        monkeypatch.setenv("THING_FILE", str(tmp_path / "thing"))
        assert env.text("THING") == "from a file"

    def test_says_what_is_missing(self, monkeypatch):
        monkeypatch.delenv("THING", raising=False)
        with pytest.raises(env.Misconfigured, match="THING"):
            env.text("THING")


class TestSecret:
    def test_returns_32_bytes(self, monkeypatch):
        monkeypatch.setenv("KEY", GOOD)
        assert env.secret("KEY") == bytes(range(32))

    @pytest.mark.parametrize(
        "weak",
        [
            "",
            "short",
            "!!!!",
            base64.urlsafe_b64encode(b"a" * 32).decode(),
            base64.urlsafe_b64encode(bytes(31)).decode(),
        ],
    )
    def test_refuses_what_is_missing_malformed_or_not_random(self, monkeypatch, weak):
        monkeypatch.setenv("KEY", weak)
        with pytest.raises(env.Misconfigured):
            env.secret("KEY")


class TestNumber:
    def test_refuses_words(self, monkeypatch):
        monkeypatch.setenv("COUNT", "many")
        with pytest.raises(env.Misconfigured, match="COUNT"):
            env.number("COUNT", 3)


class TestFlag:
    @pytest.mark.parametrize(("value", "meant"), [("1", True), ("yes", True), ("0", False), ("", False)])
    def test_understands_the_usual_words(self, monkeypatch, value, meant):
        monkeypatch.setenv("SWITCH", value)
        assert env.flag("SWITCH") is meant


class TestListing:
    def test_leaves_out_empty_parts(self, monkeypatch):
        monkeypatch.setenv("HOSTS", "a.example, ,b.example,")
        assert env.listing("HOSTS") == ["a.example", "b.example"]
