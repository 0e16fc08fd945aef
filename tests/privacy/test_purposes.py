"""The words of optional purposes: complete, and never changed without a new version."""

import pytest
from django.conf import settings

from privacy.purposes import OPTIONAL, Choice

LANGUAGES = [code for code, _name in settings.LANGUAGES]
PUBLISHED = {
    ("news_letters", 1, "nl"): "1f0b617fe2148e52",
    ("news_letters", 1, "fr"): "08e4f15a7a0b51bb",
    ("news_letters", 1, "en"): "09ba5eeb72710480",
    ("news_mail", 1, "nl"): "d78485db290ae0ba",
    ("news_mail", 1, "fr"): "143525831a02eda3",
    ("news_mail", 1, "en"): "7d7804db03e4666f",
    ("use_counts", 1, "nl"): "6e986ae7e84a1298",
    ("use_counts", 1, "fr"): "c28abac893ccfd5c",
    ("use_counts", 1, "en"): "fa429e9563d83e29",
    ("use_counts", 2, "nl"): "4a2e821ef7eeed6c",
    ("use_counts", 2, "fr"): "808f2ce4aac1f589",
    ("use_counts", 2, "en"): "684d42927bdcb2f6",
}
"""What records of consents name. A change of words is a new version: these stay for good."""


class TestOptional:
    def test_has_every_choice_once(self):
        assert list(OPTIONAL) == list(Choice)

    @pytest.mark.parametrize("choice", Choice)
    def test_counts_versions_up_and_has_every_language(self, choice):
        wordings = OPTIONAL[choice].wordings
        assert [one.version for one in wordings] == list(range(1, len(wordings) + 1))
        for one in wordings:
            assert sorted(one.words) == sorted(LANGUAGES)
            assert all(title and text for title, text in one.words.values())

    def test_keeps_the_words_of_every_version_that_was_published(self):
        found = {
            (choice.value, one.version, language): one.hash_of(choice, language).hex()[:16]
            for choice, optional in OPTIONAL.items()
            for one in optional.wordings
            for language in one.words
        }
        assert found == PUBLISHED

    def test_knows_in_which_language_words_were_read(self):
        optional = OPTIONAL[Choice.NEWS_MAIL]
        assert optional.language_of(optional.current.hash_of(Choice.NEWS_MAIL, "fr")) == "fr"
        assert optional.language_of(optional.current.hash_of(Choice.USE_COUNTS, "fr")) is None
