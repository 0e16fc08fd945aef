""" "My data": the same as the policy says, of this person, and as the declarations say it now."""

from dataclasses import replace

import pytest
from django.utils.translation import override

from accounts.models import LogLine
from prifora.kernel.policy import Category, Purpose
from privacy.documents import policy, words
from tests.prifora.test_processors import LINE

pytestmark = pytest.mark.django_db
DATA = "/api/v1/me/data"


def told(client, language="en"):
    return client.get(DATA, headers={"Accept-Language": language}).json()


def category(client, wanted):
    return next(one for one in told(client)["categories"] if one["category"] == wanted)


class TestMyData:
    @pytest.mark.obligation("PRI-97", partial=True)
    @pytest.mark.parametrize("language", ["nl", "fr", "en"])
    def test_says_what_the_policy_says(self, as_, alice, language):
        client = as_(alice)
        change = client.patch("/api/v1/me", {"language": language})
        assert change.status_code == 200
        sections = {one.ident: one for one in policy.policy_as_declared()[language].sections}
        mine_now = told(client, language)
        listed = {
            (one["what"], *("; ".join(one[name]) for name in ("purposes", "bases", "readers", "terms")))
            for one in mine_now["categories"]
        }
        assert listed == {row[:5] for row in sections["kept"].rows}  # how it came, the policy says besides
        beside = {(one["what"], one["purpose"], one["reader"], one["term"]) for one in mine_now["beside"]}
        assert beside == set(sections["beside"].rows)
        sent = {(one["what_for"], "; ".join(one["receives"])) for one in mine_now["recipients"]}
        assert sent == set(sections["sent"].rows)

    def test_says_it_in_my_language(self, as_, alice):
        texts = {language: str(told(as_(alice), language)) for language in ("nl", "fr", "en")}
        assert len(set(texts.values())) == 3

    def test_counts_my_rows_only(self, as_, alice, bob):
        before = category(as_(alice), "user.behavior")["rows"]
        for someone, number in ((alice, 3), (bob, 5)):
            for _ in range(number):
                LogLine.objects.create(account=someone.account, what="signed_in")
        assert category(as_(alice), "user.behavior")["rows"] == before + 3

    def test_changes_when_a_declaration_does(self, as_, alice, monkeypatch):
        client = as_(alice)
        before = category(client, "user.behavior")
        held = LogLine.policy.fields["what"]
        fields = {**LogLine.policy.fields, "what": replace(held, purpose=Purpose.SUPPORT)}
        monkeypatch.setattr(LogLine, "policy", replace(LogLine.policy, fields=fields))
        after = category(client, "user.behavior")
        with override("en"):
            helps = str(words.PURPOSES[Purpose.SUPPORT])
        assert helps in after["purposes"]
        assert before["purposes"] != after["purposes"]

    def test_names_who_works_for_us(self, as_, alice, settings):
        settings.PROCESSORS = LINE
        [one] = told(as_(alice))["processors"]
        assert (one["name"], one["country"]) == ("Post BV", "NL")

    def test_says_for_everything_how_to_correct_it_and_what_erasing_does(self, as_, alice):
        for one in told(as_(alice))["categories"]:
            assert one["correct"] in set(words.Place)
            assert one["correct_words"]
            assert one["erase_words"]

    def test_is_not_for_who_is_signed_out(self, anyone):
        assert anyone.get(DATA).status_code == 401


class TestWords:
    def test_say_of_everything_where_it_is_corrected(self):
        assert set(words.CORRECTED) == set(Category)
        assert set(words.CORRECTING) == set(words.Place)
