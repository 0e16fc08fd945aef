"""What a letter is; that it goes where it should is in test_services.py."""

from dataclasses import replace

import pytest
from django.utils.translation import override

from notices import rules
from notices.rules import Letter, Topic, declare, letter_of, letters

DUE = Letter(
    kind="test.due",
    topic=Topic.PRIVACY,
    title="Answer by %(due_on)s",
    text="You asked for %(right)s; %(days)s days are left.",
    words={"right": {"copy": "a copy"}},
)


class TestLetter:
    @pytest.mark.parametrize(
        ("language", "day"),
        [("nl", "29 februari 2028"), ("fr", "29 février 2028"), ("en", "29 February 2028")],
    )
    def test_says_days_as_people_do(self, language, day):
        with override(language):
            title, _text = DUE.filled({"due_on": "2028-02-29", "right": "copy", "days": 3})
        assert title == f"Answer by {day}"

    def test_calls_codes_by_their_words(self):
        assert DUE.filled({"due_on": "2028-02-29", "right": "copy", "days": 3})[1] == (
            "You asked for a copy; 3 days are left."
        )

    def test_fills_mail_and_path_in_the_readers_language(self):
        letter = Letter(
            kind="test.more",
            topic=Topic.PRIVACY,
            title="T",
            text="T",
            mail="From %(due_on)s.",
            path="/%(language)s/%(n)s",
        )
        facts = {"due_on": "2028-02-29", "n": 3}
        with override("fr"):
            assert letter.filled_mail(facts) == "From 29 février 2028."
            assert letter.filled_path(facts) == "/fr/3"
        assert DUE.filled_path({}) == ""

    def test_wants_every_fact(self):
        with pytest.raises(KeyError):
            DUE.filled({"right": "copy", "days": 3})


@pytest.fixture
def emptied(monkeypatch):
    monkeypatch.setattr(rules, "_letters", dict(rules._letters))


class TestDeclare:
    def test_takes_the_same_letter_again_and_no_other_of_its_kind(self, emptied):
        declare(DUE)
        declare(DUE)
        with pytest.raises(ValueError, match=r"test\.due"):
            declare(Letter(kind="test.due", topic=Topic.PRIVACY, title="", text=""))
        assert letter_of("test.due") == DUE
        assert DUE in letters()

    @pytest.mark.obligation("PRI-15", partial=True)
    def test_takes_an_offer_only_with_a_purpose_that_people_agree_to(self, emptied):
        offer = Letter(kind="test.offer", topic=Topic.OFFERS, title="", text="")
        with pytest.raises(ValueError, match="without a purpose"):
            declare(offer)
        declare(replace(offer, purpose="news_letters"))
        declare(replace(offer, kind="test.offer_mail", mail_purpose="news_mail"))

    @pytest.mark.obligation("PRI-126")
    @pytest.mark.parametrize("where", ["title", "text", "mail"])
    def test_takes_a_public_statement_only_when_nothing_is_filled_in(self, emptied, where):
        statement = Letter(kind="test.statement", topic=Topic.STATEMENTS, title="We moved.", text="To Gent.")
        declare(statement)
        with pytest.raises(ValueError, match="something to fill in"):
            declare(replace(statement, kind="test.other", **{where: "%(number)s people came."}))


class TestTopic:
    def test_is_one_of_the_eight_of_the_privacy_policy(self):
        assert {one.value for one in Topic} == {
            *("service", "updates", "maintenance", "offers"),
            *("privacy", "partners", "disclosure", "statements"),
        }

    @pytest.mark.parametrize("topic", Topic)
    def test_of_privacy_or_of_who_got_data_is_told_by_mail_whatever_is_restricted(self, topic):
        letter = Letter(kind="test.topic", topic=topic, title="", text="")
        assert letter.is_due_by_law is (topic in (Topic.PRIVACY, Topic.DISCLOSURE))
        assert replace(letter, urgent=True).is_due_by_law
