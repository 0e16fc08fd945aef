"""Papers that go along with letters, as PDF: bills come from the books, the rest is set here."""

import json
from pathlib import Path
from typing import Any

import typst

from shop import legal

LAYOUT = Path(__file__).parent / "texts" / "paper.typ"


def paper(title: str, parts: list[tuple[str, list[str]]], *, language: str) -> bytes:
    """Return a plain paper: a title, and parts that each have a heading (or none) and paragraphs."""
    told = {
        "title": title,
        "language": language,
        "parts": [{"head": head, "text": text} for head, text in parts],
    }
    made: Any = typst.compile(
        LAYOUT,
        root=LAYOUT.parent,
        format="pdf",
        font_paths=typst.Fonts(include_system_fonts=False),
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
    )
    return bytes(made)


def legal_paper(name: str, language: str) -> bytes:
    """Return the terms, or what there is to know about giving back, as a paper."""
    text = legal.text(name, language)
    parts = [(part.title, list(part.paragraphs)) for part in text.parts]
    return paper(text.title, parts, language=language)
