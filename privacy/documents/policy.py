"""The privacy policy: made from the declarations, and kept version by version with what changed between them.

A version holds the whole text in every language, so that an old one can be read for good, whatever the
program says today. What depends on who runs the server is added when it is shown.
"""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.access import list_fields
from figures.access import COUNTED, SHOWN_FROM
from figures.access import KEPT as FIGURES_KEPT
from prifora.kernel.desk import Reminder
from prifora.kernel.policy import Kind, Seen, Store, stores_of
from prifora.kernel.terms import day_of, months_after, working_days_after
from privacy.access import announcements
from privacy.documents.contact import without_account
from privacy.documents.kept import kept_by_category
from privacy.documents.statement import Section, Statement, from_json
from privacy.documents.words import PURPOSES, READERS, term, together
from privacy.models import Announcement
from privacy.rules import (
    IDLE_MONTHS,
    POLICY_ROOM,
    POLICY_WORKING_DAYS,
    REVIEW_MONTHS,
    WARNED_DAYS,
    policy_may_begin,
)
from privacy.services import GRACE

PUBLISHED = Path(__file__).parents[1] / "published"


@dataclass(frozen=True, slots=True)
class Version:
    """One published version: its number, its days, and its text in every language.

    It begins on `begins_on` when everybody was told in time (`in_force`); the first one with its publication.
    `reviewed_on` is when somebody last read it and found it right.
    """

    number: int
    published_on: date
    begins_on: date
    texts: dict[str, Statement]
    reviewed_on: date


def languages() -> list[str]:
    """Return the languages every text for people is in."""
    return [code for code, _name in settings.LANGUAGES]


def policy_as_declared() -> dict[str, Statement]:
    """Return the policy as the declarations say it now, in every language."""
    texts = {}
    for language in languages():
        with override(language):
            texts[language] = _policy()
    return texts


def versions() -> list[Version]:
    """Return every published version, the newest first."""
    return [_read(file) for file in sorted(PUBLISHED.glob("[0-9]*.json"), reverse=True)]


def in_force(today: date) -> Version:
    """Return the version that holds on a day: the newest that has begun, everybody having been told in time.

    The versions with which this server began hold without that, and where nothing is known the first one.
    """
    said, known = announcements(), versions()
    untold = max((n for n, one in said.items() if one.done_at and one.told_on is None), default=1)
    begun = [one for one in known if one.begins_on <= today]
    held = (one for one in begun if one.number <= untold or _was_told(one, said.get(one.number)))
    return next(held, known[-1])


def in_too_much_haste() -> list[Version]:
    """Return the versions that begin too soon after their publication for everybody to be told in time."""
    return [
        one
        for one in versions()
        if one.number > 1 and not policy_may_begin(begins_on=one.begins_on, told_on=one.published_on)
    ]


def publish(*, today: date, begins_on: date | None = None) -> Version | None:
    """Publish the declarations as a new version unless the newest says the same; return what was published.

    It begins on `begins_on`, by default late enough for a release to arrive and everybody to be told.
    A version of the same day is written anew: nobody was told of it yet.
    """
    texts, known = policy_as_declared(), versions()
    if known and known[0].texts == texts:
        return None
    number = known[0].number if known and known[0].published_on == today else len(known) + 1
    first = today if number == 1 else working_days_after(today, POLICY_WORKING_DAYS + POLICY_ROOM)
    return _write(Version(number, today, begins_on or first, texts, reviewed_on=today))


def review(*, today: date) -> Version:
    """Note that somebody read the newest version and found it right; return it."""
    return _write(replace(versions()[0], reviewed_on=today))


def review_due() -> date:
    """Return the day by which the newest version has to be read again."""
    return months_after(versions()[0].reviewed_on, REVIEW_MONTHS)


def remind_of_review(now: datetime) -> Reminder:
    """Return by when the policy has to be read again, for staff."""
    due = review_due()
    words = _("The privacy policy has to be read again by %(day)s.") % {"day": date_format(due)}
    return Reminder(words, late=day_of(now) > due)


def _write(version: Version) -> Version:
    days = {name: getattr(version, name).isoformat() for name in ("published_on", "begins_on", "reviewed_on")}
    texts = {language: text.as_json() for language, text in version.texts.items()}
    kept = {"number": version.number, **days, "texts": texts}
    content = json.dumps(kept, ensure_ascii=False, indent=1) + "\n"
    (PUBLISHED / f"{version.number:04}.json").write_text(content, encoding="utf-8")
    return version


def _read(file: Path) -> Version:
    kept = json.loads(file.read_text(encoding="utf-8"))
    texts = {language: from_json(text) for language, text in kept["texts"].items()}
    published_on, begins_on = (date.fromisoformat(kept[name]) for name in ("published_on", "begins_on"))
    reviewed_on = date.fromisoformat(kept.get("reviewed_on", kept["published_on"]))
    return Version(kept["number"], published_on, begins_on, texts, reviewed_on)


def _was_told(version: Version, said: Announcement | None) -> bool:
    """Return whether everybody was told of a version in time, and of the day on which it begins."""
    if said is None or said.done_at is None or said.told_on is None:
        return False
    in_time = policy_may_begin(begins_on=version.begins_on, told_on=said.told_on)
    return in_time and said.begins_on == version.begins_on


def _policy() -> Statement:
    return Statement(
        _("Privacy policy"),
        _(
            "This page says what we keep about you, why, for how long, and who can read it. It is "
            "made by the program itself, from what it really keeps."
        ),
        (
            *(_told(), _kept(), without_account(), _counted(), _locked(), _beside(), _cookies()),
            *(_on_your_device(), _sent(), _elsewhere(), _staff(), _unused(), _rights(), _new()),
        ),
    )


def _told() -> Section:
    labels = {
        "phone": _("Mobile number"),
        "username": _("Username"),
        "first_name": _("First name"),
        "last_name": _("Last name"),
        "email": _("E-mail address"),
        "portrait": _("Photo"),
        "date_of_birth": _("Date of birth"),
        "other_dates": _("Another date"),
        "address": _("Address"),
        "notes": _("Notes"),
    }
    rows = tuple(
        (labels[one.name], _must(user=one.user_must, contact=one.contact_must), str(one.why))
        for one in list_fields()
    )
    head = (_("What"), _("Must you tell it?"), _("Why"))
    text = _("You may leave out everything that is not needed. Everything works without it.")
    return Section("told", _("What you tell us"), (text,), head, rows)


def _must(*, user: bool, contact: bool) -> str:
    if contact:
        return _("yes")
    return _("only when you use a Home Station") if user else _("no")


def _kept() -> Section:
    head = (
        *(_("What"), _("What for"), _("Why we may")),
        *(_("Who can read it"), _("How long"), _("How it comes to us")),
    )
    rows = tuple(
        (
            one.what,
            *(together(words) for words in (one.purposes, one.bases, one.readers, one.terms, one.channels)),
        )
        for one in kept_by_category()
    )
    text = _(
        "Messages and what belongs to them stay as long as your family chose, and never longer than "
        "the times below."
    )
    return Section("kept", _("What we keep"), (text,), head, rows)


def _counted() -> Section:
    """Say what the product's statistics are made from; they are about nobody, so no category has them."""
    text = (
        _(
            "We count how many people use PRIFORA, to run it well and to make it better. We may, because it "
            "asks nothing of you and nobody can be found in it: each person is counted once at most, then a "
            "random number is added, and only that result is stored, unless it is under %(few)s."
        )
        % {"few": SHOWN_FROM},
        _(
            "You can choose under Me, Privacy, that we only store your data. Then you are not counted "
            "either, from the same day on."
        ),
    )
    head = (_("What"), _("How often"), _("How long"))
    rows = tuple(
        (str(one.what), _("once a week") if one.is_weekly else _("once a day"), term(FIGURES_KEPT))
        for one in COUNTED.values()
    )
    return Section("counted", _("What we count"), text, head, rows)


def _locked() -> Section:
    text = (
        _(
            "What you say, send and share is locked on your own device before it leaves it. Only the "
            "people you share it with have the keys. We have none, so we cannot read it, and we "
            "cannot give it to anybody."
        ),
        _(
            "We do see who belongs to which family and conversation, when something is sent, and how "
            "large it is. Without that we could not bring it."
        ),
    )
    return Section("locked", _("What we cannot read"), text)


def _beside() -> Section:
    kinds = (Kind.FILES, Kind.KEYS, Kind.QUEUE, Kind.LOG)
    head = (_("What"), _("What for"), _("Who can read it"), _("How long"))
    rows = tuple(
        (str(one.holds), str(PURPOSES[one.purpose]), str(READERS[one.seen]), term(one.keep))
        for kind in kinds
        for one in stores_of(kind)
    )
    return Section("beside", _("What we keep beside the database"), (), head, rows)


def _cookies() -> Section:
    text = _(
        "Only what is needed for signing in and for your safety. There are no cookies of others, so "
        "we ask you for nothing."
    )
    head = (_("Name"), _("What it is for"), _("How long"))
    rows = tuple((one.name, str(one.holds), term(one.keep)) for one in stores_of(Kind.COOKIE))
    return Section("cookies", _("Cookies"), (text,), head, rows)


def _on_your_device() -> Section:
    text = _("The app keeps this on your own device. Keys and messages go when you sign out there.")
    rows = tuple((str(one.holds), _readers_on(one)) for one in stores_of(Kind.BROWSER))
    return Section("device", _("What stays on your device"), (text,), (_("What"), _("Who can read it")), rows)


def _readers_on(store: Store) -> str:
    return _("only this device") if store.seen is Seen.BY_MEMBERS else str(READERS[store.seen])


def _sent() -> Section:
    text: tuple[str, ...] = (
        _(
            "We never give or sell your data to anybody for their own use, and there is no "
            "advertising. Others only do what we ask of them, under a written agreement, inside "
            "Europe."
        ),
    )
    if settings.PUSH_HOSTS:
        text += (
            _(
                "One exception, and only on a device where you ask for it: to show there that there is "
                "something new, we say so to the maker of its browser, also outside Europe. They do not "
                "learn what it is."
            ),
        )
    head = (_("What for"), _("What they receive"))
    rows = tuple((str(one.holds), together(one.sends)) for one in stores_of(Kind.HOST))
    return Section("sent", _("What others receive"), text, head, rows)


def _elsewhere() -> Section:
    text = (
        _(
            "What you tell us or others on sites and apps of other companies, such as social media, also "
            "falls under what they say about privacy. We take nothing about you from there."
        ),
        _(
            "When you follow a link to another site, such as that of an authority or a carrier, we do not "
            "answer for what happens there. Read what they say about privacy. We do not tell them where you "
            "came from."
        ),
    )
    return Section("elsewhere", _("Other sites and apps"), text)


def _staff() -> Section:
    text = (
        _(
            "Who works for us sees a few things about your account, never what you say or share. They"
            " must give a reason first. Every look is written down, and you can see it under Me."
        ),
    )
    return Section("staff", _("Who of us looks"), text)


def _unused() -> Section:
    first, second = WARNED_DAYS
    text = (
        _(
            "When nobody has used your account for %(months)s months, we close it. We warn you %(first)s and "
            "%(second)s days before, in the Message Center and by e-mail or text message. After closing, it "
            "is erased in %(grace)s days. Until then it is enough to sign in."
        )
        % {"months": IDLE_MONTHS, "first": first, "second": second, "grace": GRACE.days},
        _(
            "Your account counts as used when you, your Home Station or somebody in your family uses "
            "PRIFORA. We keep the last day on which you did."
        ),
    )
    return Section("unused", _("When you do not use your account"), text)


def _rights() -> Section:
    text = (
        _(
            "You may see what we keep about you, correct it, take it with you and have it erased. You"
            " may ask us not to use it for a while, and you may object. It costs nothing."
        ),
        _(
            "What you take with you is everything that is stored digitally. Notes on paper and what was said "
            "on the telephone are not in it."
        ),
        _(
            "Much of it you can do yourself, under Me. For the rest, write to us. You get an answer "
            "within one month."
        ),
        _(
            "Somebody else may ask this for you: a guardian, somebody with a power of attorney, a care "
            "institution. They must show us first that they may. We write down which proof we saw, and keep "
            "no copy. You are told, see who it is under Me, Privacy, and can say that you do not want it. "
            "You both hear how it ends."
        ),
        _(
            "Are you not content with our answer? Tell us first, so that we can look for a way out "
            "together. You may also complain to the authority of your country, and go to court. In "
            "the Netherlands that is the Autoriteit Persoonsgegevens (autoriteitpersoonsgegevens.nl),"
            " in Belgium the Gegevensbeschermingsautoriteit (gegevensbeschermingsautoriteit.be), in "
            "France the CNIL (cnil.fr)."
        ),
    )
    return Section("rights", _("What you may ask of us"), text)


def _new() -> Section:
    text = (
        _(
            "When something changes, this page gets a new number and date and shows what is "
            "different. Earlier versions stay here."
        ),
        _(
            "We tell you in the Message Center and by e-mail, at least %(days)s working days before it "
            "begins. Using PRIFORA never means that you agree."
        )
        % {"days": POLICY_WORKING_DAYS},
        _(
            "When somebody else is to take over PRIFORA, you hear of it just as early. Until then you can "
            "take your data with you and close your account. What only your devices can read cannot be "
            "handed over to anybody."
        ),
    )
    return Section("changes", _("When this changes"), text)
