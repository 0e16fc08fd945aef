"""Our formats, read by a second program that shares no code with the product, from the vectors in schema/vectors."""

import json
from pathlib import Path

import pytest

from tests.vectors import albums, envelopes, keys, talk
from tests.vectors.primitives import Refused

FOLDER = Path(__file__).parents[2] / "schema" / "vectors"
OPERATIONS = {**keys.OPERATIONS, **talk.OPERATIONS, **envelopes.OPERATIONS, **albums.OPERATIONS}
COUNTS = {
    "vault": (11, 18),
    "identity": (8, 17),
    "sheet": (6, 5),
    "code": (12, 14),
    "relatives": (13, 15),
    "admission": (23, 22),
    "ring": (2, 9),
    "chain": (6, 5),
    "archive": (6, 23),
    "envelope": (16, 39),
    "media": (16, 18),
    "safety": (3, 1),
    "album": (10, 74),
}


def read(name):
    return json.loads((FOLDER / f"{name}.json").read_text())


def cases(which):
    return [pytest.param(case, id=f"{name}: {case['name']}") for name in COUNTS for case in read(name)[which]]


class TestVectors:
    def test_has_exactly_the_files_named_here(self):
        assert {path.stem for path in FOLDER.glob("*.json")} == set(COUNTS)

    @pytest.mark.parametrize("name", COUNTS)
    def test_has_all_its_cases(self, name):
        vectors = read(name)

        good, bad = COUNTS[name]
        assert vectors["counts"] == {"good": good, "bad": bad}
        assert (len(vectors["good"]), len(vectors["bad"])) == (good, bad)

    @pytest.mark.parametrize("case", cases("good"))
    def test_gives_the_same_answer(self, case):
        assert OPERATIONS[case["op"]](case["in"]) == case["out"]

    @pytest.mark.parametrize("case", cases("bad"))
    def test_refuses_what_is_bad(self, case):
        with pytest.raises(Refused):
            OPERATIONS[case["op"]](case["in"])
