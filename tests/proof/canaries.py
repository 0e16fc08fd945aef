"""The texts that are planted, where, and every way in which somebody might have written them down."""

import base64
import codecs
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.residue import forms

TEXT, PLAIN, CIPHER, NUMBER = "text", "plain", "cipher", "number"
"""Sealed at rest under the person's key; readable as it lies in the database; sealed by members; who it is.

A text must be nowhere, not even in pages that are free again, in a log of changes or in a backup. The others
must be in no row and no file; PostgreSQL overwrites where they lay when it needs the room. The number of the
account must be in no row of the column it was in.
"""

MINE, FOREIGN = "erased", "other"
LEFT, ALWAYS = "left", "always"
"""What is declared to stay: when nothing is withdrawn, or whatever is chosen."""

SHORTEST = 6
"""Shorter than this, a form is found by chance; a text that was asked for is looked for all the same."""


@dataclass
class Canary:
    """One planted text. `where` is table.column, or table.column:entry of a document."""

    text: str
    where: str
    kind: str
    whose: str
    exported: bool = True
    stays: str = ""

    def is_kept(self, *, withdraw: bool) -> bool:
        """Whether it is declared to stay."""
        return self.stays == ALWAYS or (self.stays == LEFT and not withdraw)


@dataclass(frozen=True)
class Text:
    """A text that was asked for, and the column in which it has to be planted, if that was said."""

    text: str
    where: str = ""

    def fits(self, where: str, at_most: int) -> bool:
        wanted = self.where in ("", where, where.split(":", maxsplit=1)[0])
        return wanted and len(self.text.encode()) <= at_most


@dataclass
class Wish:
    """What somebody else wants searched for: texts of their own, and encodings we might not have thought of."""

    texts: list[Text] = field(default_factory=list)
    encodings: list[str] = field(default_factory=list)
    forms: dict[str, list[bytes]] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path | None) -> "Wish":
        """Read the JSON file of docs/testing.md: canaries, encodings, forms."""
        if file is None:
            return cls()
        said = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(said, dict) or set(said) - {"canaries", "encodings", "forms"}:
            raise SystemExit(f"{file}: only canaries, encodings and forms are known (docs/testing.md).")
        wish = cls(texts=[_text(one) for one in said.get("canaries", [])])
        wish.encodings = list(said.get("encodings", []))
        for one in said.get("forms", []):
            wish.forms.setdefault(one["text"], []).append(bytes.fromhex(one["hex"]))
        for name in wish.encodings:
            encode("a text", name)
        return wish

    def written(self, text: str) -> set[bytes]:
        """Every form in which a text is looked for."""
        found = forms(text) | phone_forms(text)
        found |= {encoded for name in self.encodings if (encoded := encode(text, name))}
        asked = {text.encode(), *self.forms.get(text, [])}
        return {one for one in found if len(one) > SHORTEST} | asked


def _text(said: Any) -> Text:
    return Text(said) if isinstance(said, str) else Text(said["text"], said.get("where", ""))


def encode(text: str, name: str) -> bytes:
    """Write a text by a codec of Python's library, of text or of bytes; nothing where it cannot be."""
    try:
        return text.encode(name)
    except (LookupError, UnicodeError):
        pass
    for given in (text, text.encode()):
        try:
            made = codecs.encode(given, name)
        except (LookupError, TypeError, ValueError):
            continue
        return made.encode() if isinstance(made, str) else bytes(made).strip()
    raise SystemExit(f"There is no encoding {name!r}.")


def phone_forms(text: str) -> set[bytes]:
    """A number as people and programs write it."""
    digits = text.removeprefix("+")
    if not (text.startswith("+") and digits.isdigit()):
        return set()
    national = digits[2:]
    written = {
        digits,
        f"00{digits}",
        f"0{national}",
        f"0{national[0]} {national[1:]}",
        f"0{national[0]}-{national[1:]}",
    }
    return {one.encode() for one in written} | {base64.b64encode(digits.encode()).rstrip(b"=")[:-1]}


def token(prefix: str = "Kn") -> str:
    """A text that nothing else contains, of letters and digits only."""
    return prefix + base64.b32encode(os.urandom(7)).decode().rstrip("=")


def as_json(canaries: list[Canary]) -> list[dict]:
    return [asdict(one) for one in canaries]


def from_json(rows: list[dict]) -> list[Canary]:
    return [Canary(**row) for row in rows]
