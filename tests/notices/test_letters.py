"""Every letter there is, in every language: complete, plain, and without anything about anybody."""

import re

import pytest
from django.utils.translation import override

from accounts.services import Notice
from notices.letters import ABOUT_ACCOUNTS, kind_of
from notices.rules import Topic, letters

LANGUAGES = ("nl", "fr")
FACT = re.compile(r"%\((\w+)\)s")


def said(letter, language):
    with override(language):
        return [str(one) for one in (letter.title, letter.text, letter.mail) if str(one)]


REAL = [one for one in letters() if not one.kind.startswith("test.")]


class TestLetters:
    def test_are_there_for_every_notice_of_accounts(self):
        assert {one.kind for one in ABOUT_ACCOUNTS} == {kind_of(notice) for notice in Notice}

    @pytest.mark.parametrize("letter", REAL, ids=lambda one: one.kind)
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_are_translated_with_the_same_facts(self, letter, language):
        for here, english in zip(said(letter, language), said(letter, "en"), strict=True):
            assert here != english
            assert sorted(set(FACT.findall(here))) == sorted(set(FACT.findall(english)))

    @pytest.mark.parametrize("letter", REAL, ids=lambda one: one.kind)
    def test_name_nobody(self, letter):
        facts = {name for text in [*said(letter, "en"), letter.path] for name in FACT.findall(text)}
        assert not {one for one in facts if "name" in one or "phone" in one or "mail" in one}
        assert letter.topic in Topic
        assert len(letter.kind) <= 40
