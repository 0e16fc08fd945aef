"""Finds every sentence the server can say, and brings the catalogues in prifora/locale up to date.

Run `.venv/bin/python -m tools.sentences` after changing a sentence, then fill in what is empty.
"""

import re
import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

from tools.steps import ROOT, sh

LOCALE = ROOT / "prifora" / "locale"
MAPPING = ROOT / "babel.cfg"
LANGUAGES = ("nl", "fr", "en")
"""English is what the code says; its catalogue only holds other words for what libraries say."""

SENTENCE = re.compile(r"gettext\(u?(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')\)")


def template(
    file: BinaryIO, keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[int, Any, Any, Any]]:
    """Yield the sentences of a Django template (a Babel extraction method, named in babel.cfg)."""
    for number, line in enumerate(templatize(file.read().decode("utf-8")).splitlines(), start=1):
        for call in SENTENCE.findall(line):
            for _line, function, message, comments in extract_python(
                BytesIO(call.encode()), {"gettext": None}, comment_tags, options
            ):
                yield number, function, message, comments


def extract(target: Path) -> None:
    """Write every sentence of the code and the templates to `target`, a catalogue without translations."""
    look = ["-F", MAPPING, "-k", "gettext_lazy", "-k", "gettext_noop", "--ignore-dirs", ".* node_modules var"]
    pybabel("extract", *look, "--no-location", "--sort-output", "-o", target, ".")


def update() -> None:
    """Add new sentences to each catalogue and drop those that nothing says any more."""
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "django.pot"
        extract(found)
        where = ["-D", "django", "-d", LOCALE, "-i", found, "-w", "110"]
        how = ["--init-missing", "-N", "--ignore-obsolete", "--ignore-pot-creation-date"]
        for language in LANGUAGES:
            pybabel("update", *where, *how, "-l", language)


def pybabel(*arguments: object) -> None:
    """Run Babel's command line where it can import this module."""
    sh(sys.executable, "-m", "babel.messages.frontend", "-q", *arguments, quiet=True)


if __name__ == "__main__":
    update()
