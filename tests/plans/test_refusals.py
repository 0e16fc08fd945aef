"""What refuses says what to do, in every language, under a code that stays."""

import pytest
from django.utils.translation import override

from plans import refusals

ALL = [
    refusals.CodeMistyped,
    refusals.CodeUnknown,
    refusals.CodeEntered,
    refusals.PlanEnded,
    refusals.PlanReadOnly,
    refusals.StationNotCovered,
    refusals.TooManyCodes,
]


@pytest.mark.parametrize("refusal", ALL)
def test_is_said_in_three_languages(refusal):
    said = set()
    for language in ("nl", "fr", "en"):
        with override(language):
            said.add(str(refusal.sentence))
    assert len(said) == 3


def test_codes_stay_what_they_are():
    assert {one.code: one.status for one in ALL} == {
        "activation_mistyped": 400,
        "activation_unknown": 404,
        "activation_entered": 409,
        "plan_grace": 403,
        "plan_read_only": 403,
        "plan_without_station": 403,
        "too_many_codes": 409,
    }


@pytest.mark.parametrize("refusal", [refusals.PlanEnded, refusals.PlanReadOnly])
def test_of_an_ended_plan_names_what_to_do(refusal):
    with override("nl"):
        assert "bij Familie" in str(refusal.sentence)
