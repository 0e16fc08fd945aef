"""The letters about questions: in three languages, and with nothing in them of what was said."""

import pytest
from django.utils.translation import override

from tickets import letters

FACTS = {"asked_on": "2026-12-04", "ticket": "4f0b8d1e-3c3f-4a46-8b2a-2f4c5f1f0d11"}


@pytest.mark.parametrize("letter", letters.LETTERS, ids=lambda one: one.kind)
def test_are_said_in_three_languages(letter):
    said = set()
    for language in ("nl", "fr", "en"):
        with override(language):
            title, text = letter.filled(FACTS)
            said.add((title, text))
            assert "2026" in text
            assert "2026" not in title, "the title goes by mail"
    assert len(said) == 3


@pytest.mark.parametrize("letter", letters.LETTERS, ids=lambda one: one.kind)
def test_lead_to_the_question(letter):
    assert letter.filled_path(FACTS) == f"/help/{FACTS['ticket']}"
    assert (letter.by_mail, letter.mail) == (True, "")
