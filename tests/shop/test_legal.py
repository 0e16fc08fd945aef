"""The terms say the same in every language, part by part."""

import pytest

from shop import legal

LANGUAGES = ("nl", "fr", "en")
DUTIES = {
    "terms": ["who", "order", "price", "delivery", "subscription", "withdraw", "warranty", "law"],
    "withdrawal": ["right", "how", "money", "goods", "subscription", "form"],
}


@pytest.mark.parametrize("name", legal.NAMES)
def test_parts_and_paragraphs_are_the_same_in_every_language(name):
    texts = [legal.text(name, language) for language in LANGUAGES]
    shapes = [[(part.ident, len(part.paragraphs)) for part in text.parts] for text in texts]
    assert shapes[0] == shapes[1] == shapes[2]
    assert set(DUTIES[name]) <= {ident for ident, _number in shapes[0]}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.obligation("PRE-27", partial=True)
def test_who_sells_is_named(language, settings):
    settings.OPERATOR, settings.PRIVACY_CONTACT = "Priforum BV\nLaan 1", "help@prifora.example"
    parts = {part.ident: " ".join(part.paragraphs) for part in legal.text("terms", language).parts}
    assert "Priforum BV · Laan 1" in parts["who"]
    assert "help@prifora.example" in parts["who"]
    assert "{" not in "".join(parts.values())


def test_there_are_no_others():
    for name, language in (("privacy", "nl"), ("terms", "de")):
        with pytest.raises(KeyError):
            legal.text(name, language)
