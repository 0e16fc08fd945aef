"""The terms and what the law wants said about giving back: one text for the page, the paper and the letter.

The texts lie in texts/NAME.LANGUAGE.txt: a title after `#`, parts after `##` with an id, and paragraphs. The
ids are the same in every language (tests/shop/test_legal.py).
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

VERSION = "2026-12-01"
"""Changes with any change of a text; every order says under which version it was placed."""

TEXTS = Path(__file__).parent / "texts"
NAMES = ("terms", "withdrawal")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a text; a paragraph that is one line of a form begins with "…"."""

    ident: str
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A whole text in one language."""

    title: str
    parts: tuple[Part, ...]


def text(name: str, language: str) -> Text:
    """Return a text with the names of who runs this server in it. Raises KeyError for one there is not."""
    if name not in NAMES or language not in dict(settings.LANGUAGES):
        raise KeyError(name)
    filled = _source(name, language)
    seller = settings.OPERATOR or "PRIFORA"
    contact = settings.PRIVACY_CONTACT or settings.DEFAULT_FROM_EMAIL
    return _parsed(
        filled.replace("{operator}", " · ".join(seller.splitlines())).replace("{contact}", contact)
    )


@cache
def _source(name: str, language: str) -> str:
    return (TEXTS / f"{name}.{language}.txt").read_text(encoding="utf-8")


def _parsed(source: str) -> Text:
    head, *parts = source.strip().split("\n## ")
    return Text(head.removeprefix("#").strip(), tuple(_part(one) for one in parts))


def _part(source: str) -> Part:
    head, _line, body = source.partition("\n")
    ident, _bar, title = head.partition(" ")
    paragraphs = (" ".join(one.split()) for one in body.strip().split("\n\n"))
    return Part(ident, title.strip(), tuple(one for one in paragraphs if one))
