"""What the letters about privacy say, in every language: days, ways out, and nothing that looks like agreeing."""

import pytest
from django.utils.translation import override

from notices.rules import Topic, letters
from privacy.authorities import AUTHORITIES
from privacy.letters import (
    ABOUT_ACCOUNTS,
    ABOUT_RIGHTS,
    ANSWERED,
    EXTENDED,
    FOR_YOU,
    LETTERS,
    REFUSED,
    TO_AGENT,
)
from privacy.rights import GROUNDS, Right

FACTS = {
    "right": "access",
    "due_on": "2028-02-29",
    "acknowledge_on": "2028-02-14",
    "ends_on": "2028-02-15",
    "country": "NL",
    "reason": "law",
    "article": GROUNDS["law"].article,
    "agent": "guardian",
    "proof": "court",
    "proof_on": "2028-01-10",
    "asked_on": "2028-01-29",
    "number": "0A1B2C3D",
}
COURT = {"nl": "rechter", "fr": "juge", "en": "court"}
ACCOUNT_FACTS = {"number": 2, "begins_on": "2027-01-14", "ends_on": "2028-03-10", "used_on": "2026-03-10"}
DAYS = {"nl": ("14 januari 2027", "10 maart 2028"), "fr": ("14 janvier 2027", "10 mars 2028")}


class TestAboutRights:
    def test_are_all_declared_under_privacy(self):
        assert {one.kind for one in LETTERS} <= {one.kind for one in letters()}
        assert {one.topic for one in LETTERS} == {Topic.PRIVACY}
        assert all(one.is_due_by_law for one in LETTERS)

    @pytest.mark.parametrize("language", ["nl", "fr", "en"])
    @pytest.mark.parametrize("letter", ABOUT_RIGHTS, ids=lambda one: one.kind)
    def test_are_whole_in_every_language(self, letter, language):
        for right in Right:
            with override(language):
                title, text = letter.filled({**FACTS, "right": right})
            assert title
            assert "%" not in text
        with override("en"):
            assert language == "en" or (title, text) != letter.filled({**FACTS, "right": right})

    @pytest.mark.obligation("PRI-109", "PRE-47", partial=True)
    @pytest.mark.parametrize("letter", [REFUSED, ANSWERED, EXTENDED], ids=lambda one: one.kind)
    @pytest.mark.parametrize("language", ["nl", "fr", "en"])
    @pytest.mark.parametrize("country", sorted(AUTHORITIES))
    def test_say_where_else_one_can_go(self, letter, language, country):
        with override(language):
            _title, text = letter.filled({**FACTS, "country": country})
            reason = str(GROUNDS["law"].words)
        authority = AUTHORITIES[country]
        assert authority.name in text
        assert authority.site.removeprefix("https://") in text
        assert COURT[language] in text
        if letter is REFUSED:
            assert reason in text
            assert "GDPR art. 17(3)(b)" in text


class TestAboutAnother:
    @pytest.mark.parametrize("kind", TO_AGENT)
    @pytest.mark.parametrize("language", ["nl", "fr", "en"])
    def test_are_whole_to_who_asks_and_name_the_request_and_not_the_right(self, kind, language):
        with override(language):
            said = (*TO_AGENT[kind].filled(FACTS), TO_AGENT[kind].filled_mail(FACTS))
        assert "0A1B2C3D" in said[0]
        assert "%" not in "".join(said)
        with override("en"):
            assert language == "en" or said[1] != TO_AGENT[kind].filled(FACTS)[1]

    @pytest.mark.obligation("PRI-85", partial=True)
    @pytest.mark.parametrize("letter", [REFUSED, ANSWERED, EXTENDED], ids=lambda one: one.kind)
    @pytest.mark.parametrize("language", ["nl", "fr", "en"])
    def test_say_to_both_where_else_one_can_go(self, letter, language):
        with override(language):
            told = (FOR_YOU[letter.kind].filled(FACTS)[1], TO_AGENT[letter.kind].filled_mail(FACTS))
        for text in told:
            assert AUTHORITIES["NL"].name in text
            assert COURT[language] in text


class TestAboutAccounts:
    @pytest.mark.parametrize("letter", ABOUT_ACCOUNTS, ids=lambda one: one.kind)
    @pytest.mark.parametrize("language", ["nl", "fr"])
    def test_name_the_day_already_in_their_title(self, letter, language):
        with override(language):
            title, text = letter.filled(ACCOUNT_FACTS)
        assert any(day in title for day in DAYS[language])
        assert any(day in text for day in DAYS[language])

    @pytest.mark.obligation("PIM-38", partial=True)
    def test_of_a_policy_ask_for_no_agreement(self):
        letter = next(one for one in ABOUT_ACCOUNTS if one.kind == "privacy.policy")
        with override("en"):
            assert "does not mean that you agree" in letter.filled(ACCOUNT_FACTS)[1]
            assert "14 January 2027" in letter.filled_mail(ACCOUNT_FACTS)
            assert letter.filled_path(ACCOUNT_FACTS) == "/privacy/en/2#different"

    def test_of_idle_accounts_reach_who_has_no_address(self):
        assert all(one.urgent for one in ABOUT_ACCOUNTS if one.kind.startswith("privacy.idle"))
