"""What people are told: every letter is whole in every language."""

import pytest
from django.conf import settings
from django.utils.translation import override

from notices.rules import letter_of
from prifora.kernel.policy import Role
from support.letters import AREAS, LETTERS, area_of

FACTS = {
    "role": "support",
    "minutes": 30,
    "asked_on": "2028-02-29",
    "ended_on": "2028-03-01",
    "known_on": "2028-02-29",
    "area": "accounts",
}


@pytest.mark.parametrize("letter", LETTERS, ids=lambda one: one.kind)
class TestLetters:
    def test_are_declared_and_filled_in_every_language_with_words_of_its_own(self, letter):
        assert letter_of(letter.kind) is letter
        told = set()
        for language, _name in settings.LANGUAGES:
            with override(language):
                title, text = letter.filled(FACTS)
            assert "%(" not in title + text
            told.add((title, text))
        assert len(told) == len(settings.LANGUAGES)


def test_every_role_and_every_table_has_a_word():
    letter = letter_of("staff_access")
    with override("en"):
        for role in Role:
            assert f"of {role.value} " not in letter.filled({**FACTS, "role": role.value})[1]
    assert area_of("mfa_authenticator") == area_of("accounts_account") == "accounts"
    assert area_of("django_content_type") == "other"
    assert set(AREAS) >= {area_of(f"{app}_x") for app in ("contacts", "media", "chat", "support")}
