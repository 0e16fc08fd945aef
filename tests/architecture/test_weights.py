"""How much the web app may load before its first screen is counted whole, and too much of it fails."""

import gzip

import pytest

from tools import weights

PAGE = '<script type="module" src="/assets/index-1.js"></script><link href="/assets/all-1.css">'
FILES = {
    "index-1.js": 'import{a}from"./shared-1.js";import"./aside-1.js";import("./screen-1.js");',
    "shared-1.js": 'export{a}from"./index-1.js";',
    "aside-1.js": "aside",
    "screen-1.js": "what a later screen needs",
    "all-1.css": "body{}",
    "nl-1.js": "kort",
    "fr-1.js": "beaucoup plus de mots",
    "en-1.js": "short",
    "engine.worker-1.js": "keys",
}
LATER = {"screen-1.js", "nl-1.js", "en-1.js"}


@pytest.fixture
def dist(tmp_path):
    (tmp_path / "assets").mkdir()
    for page in weights.MOST_BYTES:
        (tmp_path / page).write_text(PAGE)
    for name, text in FILES.items():
        (tmp_path / "assets" / name).write_text(text)
    return tmp_path


class TestWeightOf:
    def test_counts_what_is_loaded_at_once_packed_and_each_file_once(self, dist):
        at_once = [text for name, text in FILES.items() if name not in LATER]
        packed = sum(len(gzip.compress(text.encode(), mtime=0)) for text in at_once)
        assert weights.weight_of(dist, "index.html") == packed


class TestWeigh:
    def test_says_what_each_page_weighs(self, dist, capsys):
        weights.weigh(dist)
        assert [line.split(":")[0].strip() for line in capsys.readouterr().out.splitlines()] == [
            "index.html",
            "station.html",
        ]

    def test_stops_at_a_page_that_weighs_too_much(self, dist, monkeypatch):
        size = weights.weight_of(dist, "station.html")
        monkeypatch.setattr(weights, "MOST_BYTES", {"index.html": size, "station.html": size - 1})
        with pytest.raises(SystemExit, match=r"first screen of station\.html"):
            weights.weigh(dist)
