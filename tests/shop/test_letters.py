"""Every letter has its words in every language, and says only what it is given."""

import re

import pytest
from django.utils.translation import override

from shop.letters import LETTERS, PAPERS
from shop.models import Post
from shop.services import posting
from tests.shop import buying

FACTS = {
    "again_on": "2027-03-03",
    "began_on": "2027-01-30",
    "begins_on": "2027-03-01",
    "cents": 9900,
    "code": "AAAA-BBBB",
    "days": 2,
    "ended_on": "2027-01-31",
    "ends_on": "2027-04-01",
    "moment": "2027-02-01T10:00:00+00:00",
    "product": "Familie",
    "track": "3SABC",
}


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
@pytest.mark.parametrize("kind", [one for one in LETTERS if one != "withdrawn"])
@pytest.mark.django_db
def test_has_words(kind, language, products, provider):
    order = buying.placed({"home-station": 1}, language=language)
    with override(language):
        facts = posting._facts(order, FACTS)
        said = f"{LETTERS[kind].title}\n{LETTERS[kind].text}" % facts
    assert not re.search(r"%\(|\{|None", said)
    if language != "en":
        with override("en"):
            assert said != f"{LETTERS[kind].title}\n{LETTERS[kind].text}" % facts


def test_every_paper_has_a_name():
    assert {name for letter in LETTERS.values() for name in letter.papers} <= PAPERS.keys()


@pytest.mark.django_db
def test_one_that_cannot_go_is_tried_again(paid, settings, letters):
    settings.EMAIL_BACKEND = "nowhere.Backend"
    assert letters() == []
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert posting.send_posts(now=buying.later(minutes=4)) == 0
    assert posting.send_posts(now=buying.later(minutes=6)) == 1
    assert Post.objects.get().sent_at is not None
