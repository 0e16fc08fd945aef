"""What a letter is: its words, under which heading it stands, and by which ways it goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language

from prifora.kernel.outgoing import is_below

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Facts = Mapping[str, str | int]
"""What is filled in: days as ISO 8601 under names that end in `_on`, numbers, codes. No name, no content."""


DAY = "j F Y"


class Topic(StrEnum):
    """What a letter is about, one of the eight categories of our privacy policy; its heading for people."""

    SERVICE = "service"  # one's account, one's family, what one uses
    UPDATES = "updates"  # the app or the Home Station got a new version
    MAINTENANCE = "maintenance"
    OFFERS = "offers"  # goes only to who agreed to it
    PRIVACY = "privacy"  # terms and policy change; what one asks about one's data
    PARTNERS = "partners"  # with whom we work together
    DISCLOSURE = "disclosure"  # who was shown or given data
    STATEMENTS = "statements"  # what we say in public


BY_LAW = (Topic.PRIVACY, Topic.DISCLOSURE)
"""Told by mail also to people whose data may only be stored (GDPR art. 18)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One kind of notice. `title`, `text`, `mail` and `path` take facts by name: `%(due_on)s`.

    `by_mail`: a mail says that it is there, and `mail` besides, where the law wants the facts in the mail
    itself. `urgent`: who has no e-mail address gets a text message instead. `path` is a page of ours with
    more; `%(language)s` in it is the reader's. `words` are facts that are codes, and what each is called.
    `purpose`: an optional purpose a person must agree to before they are told, and for its mail
    `mail_purpose`; who agrees to either is told.
    """

    kind: str
    topic: Topic
    title: "str | StrPromise"
    text: "str | StrPromise"
    by_mail: bool = False
    urgent: bool = False
    purpose: str = ""
    mail_purpose: str = ""
    mail: "str | StrPromise" = ""
    path: str = ""
    words: "Mapping[str, Mapping[str, str | StrPromise]] | None" = None

    @property
    def is_due_by_law(self) -> bool:
        """Whether its mail goes also to people whose data may only be stored (GDPR art. 18)."""
        return self.topic in BY_LAW or self.urgent

    def filled(self, facts: Facts) -> tuple[str, str]:
        """Return title and text in the language that is active, with `facts` in them."""
        shown = self._all_shown(facts)
        return str(self.title) % shown, str(self.text) % shown

    def filled_mail(self, facts: Facts) -> str:
        """Return what the mail says besides that the letter is there."""
        return str(self.mail) % self._all_shown(facts)

    def filled_path(self, facts: Facts) -> str:
        """Return the address on our server of the page with more, or nothing."""
        return self.path % {**facts, "language": (get_language() or settings.LANGUAGE_CODE).split("-")[0]}

    def _all_shown(self, facts: Facts) -> dict[str, str]:
        return {name: self._shown(name, value) for name, value in facts.items()}

    def _shown(self, name: str, value: str | int) -> str:
        if name.endswith("_on"):
            return date_format(date.fromisoformat(str(value)), DAY)
        called = (self.words or {}).get(name, {})
        return str(called.get(str(value), value))


def quiet_until(now: datetime, *, begins: str, ends: str, zone: str) -> datetime | None:
    """Return when a person's quiet hours ("22:00" to "07:00" in their zone) end; None outside of them."""
    here = now.astimezone(ZoneInfo(zone))
    begin, end = time.fromisoformat(begins), time.fromisoformat(ends)
    clock = here.time()
    quiet = begin <= clock < end if begin <= end else clock >= begin or clock < end
    if not quiet:
        return None
    day = here.date() if clock < end else here.date() + timedelta(days=1)
    return datetime.combine(day, end, here.tzinfo)


def is_push_address(endpoint: str) -> bool:
    """Return whether an address that a browser gave is at a push service we know (settings.PUSH_HOSTS)."""
    try:
        parts = urlsplit(endpoint)
        plain = parts.scheme == "https" and parts.netloc.lower() == parts.hostname
    except ValueError:
        return False
    return plain and any(is_below(parts.netloc.lower(), host) for host in settings.PUSH_HOSTS)


_letters: dict[str, Letter] = {}


def declare(*letters: Letter) -> None:
    """Declare kinds of letters, from the `ready` of the app that tells them.

    Raises ValueError for a kind that is declared otherwise already, for an offer that would also reach people
    who did not agree to it, and for a public statement with anything in it that is filled in.
    """
    for letter in letters:
        if letter.topic is Topic.STATEMENTS and "%(" in f"{letter.title}{letter.text}{letter.mail}":
            raise ValueError(f"{letter.kind} is a public statement with something to fill in")
        if letter.topic is Topic.OFFERS and not (letter.purpose or letter.mail_purpose):
            raise ValueError(f"{letter.kind} is an offer without a purpose people agree to")
        if _letters.setdefault(letter.kind, letter) != letter:
            raise ValueError(f"{letter.kind} is declared twice")


def letter_of(kind: str) -> Letter:
    """Return the letter of a kind; raises KeyError for one that nobody declared."""
    return _letters[kind]


def letters() -> list[Letter]:
    """Return every letter there is, by kind."""
    return [_letters[kind] for kind in sorted(_letters)]
