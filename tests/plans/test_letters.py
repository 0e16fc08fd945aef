"""The letters about plans: every stage has one, in every language."""

import pytest
from django.utils.translation import override

from notices.rules import letter_of
from plans import letters
from plans.rules import WARNED_DAYS, Stage

FACTS = {"days": 3, "ended_on": "2027-12-30", "until_on": "2028-01-29"}
STAGES = [f"{Stage.SOON}{days}" for days in WARNED_DAYS] + [Stage.GRACE, Stage.READ_ONLY]


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_has_a_letter(stage):
    assert letter_of(letters.kind_of(stage)) in letters.LETTERS


@pytest.mark.parametrize("letter", letters.LETTERS, ids=lambda one: one.kind)
def test_are_said_in_three_languages(letter):
    said = set()
    for language in ("nl", "fr", "en"):
        with override(language):
            said.add(letter.filled(FACTS))
            assert "2027" in " ".join(letter.filled(FACTS))
    assert len(said) == 3


@pytest.mark.parametrize("letter", letters.LETTERS, ids=lambda one: one.kind)
def test_say_that_nothing_is_lost(letter):
    with override("nl"):
        text = letter.filled(FACTS)[1]
    assert "Er wordt niets gewist" in text or "Alles blijft" in text
