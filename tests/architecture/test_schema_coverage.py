"""The API's description is whole: every operation, every refusal, every limit, and as the code says it now."""

import re
from http import HTTPStatus

import pytest
import yaml
from django.core.management import call_command

from prifora.kernel.errors import Refused
from tests.server import ROOT

FILE = ROOT / "schema" / "openapi.yaml"
SCHEMA = yaml.safe_load(FILE.read_text())
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, methods in SCHEMA["paths"].items()
    for method, operation in methods.items()
}
ALWAYS = {"400", "404", "405", "406", "415", "429", "503"}


def refusals(base=Refused):
    for one in base.__subclasses__():
        if not one.__module__.startswith("tests"):
            yield one
            yield from refusals(one)


def resolved(schema: dict) -> dict:
    return SCHEMA["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema


def test_the_file_is_what_the_code_says(tmp_path):
    call_command("spectacular", file=str(tmp_path / "now.yaml"), validate=True, fail_on_warn=True)
    assert (tmp_path / "now.yaml").read_text() == FILE.read_text(), "run ./run schema and commit the result"


def test_every_operation_has_a_name_and_says_what_it_is_for():
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][A-Za-z]+", name) for name in names)
    assert all(len(operation["description"]) > 10 for operation in OPERATIONS.values())


@pytest.mark.parametrize("label", sorted(OPERATIONS))
class TestEveryOperation:
    def test_names_what_it_answers_when_it_works(self, label):
        good = [code for code in OPERATIONS[label]["responses"] if code.startswith("2")]
        assert len(good) == 1 or good == ["200", "206"]

    def test_names_every_status_that_any_request_can_get(self, label):
        assert set(OPERATIONS[label]["responses"]) >= ALWAYS

    def test_has_one_shape_for_everything_it_turns_down(self, label):
        for code, answer in OPERATIONS[label]["responses"].items():
            if code >= "400":
                shape = answer["content"]["application/json"]["schema"]
                assert shape == {"$ref": "#/components/schemas/ProblemOut"}, code

    def test_says_how_long_to_wait(self, label):
        for code in ("429", "503"):
            assert OPERATIONS[label]["responses"][code]["headers"]["Retry-After"]["required"]

    def test_takes_only_what_has_a_limit(self, label):
        body = OPERATIONS[label].get("requestBody", {}).get("content", {}).get("application/json")
        for name, field in resolved(body["schema"])["properties"].items() if body else ():
            shape = resolved(field)
            kinds = shape.get("type", "object")
            if "string" in kinds:
                known = {"enum", "maxLength", "format", "pattern"} & set(shape)
                assert known, name
            if "array" in kinds:
                assert "maxItems" in shape, name


class TestEveryRefusal:
    def test_has_a_status_that_some_operation_names(self):
        named = {code for operation in OPERATIONS.values() for code in operation["responses"]}
        assert {str(one.status) for one in refusals()} <= named

    def test_has_a_code_of_its_own(self):
        found = {}
        for one in refusals():
            found.setdefault(one.code, set()).add(one)
            assert re.fullmatch(r"[a-z][a-z_]+", one.code), one
            assert 400 <= one.status < 500 or one.status == HTTPStatus.SERVICE_UNAVAILABLE
        assert not {code: who for code, who in found.items() if len(who) > 1}
