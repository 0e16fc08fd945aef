"""Agreeing to an optional purpose, taking it back, objecting to marketing; and who agrees to what now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.access import profiles_of
from figures.services import take_back_uses
from prifora.kernel import ledger
from prifora.kernel.erasure import Leaving
from prifora.kernel.errors import Conflict
from prifora.kernel.terms import day_of
from privacy.models import Consent
from privacy.purposes import OPTIONAL, Choice
from privacy.services.parents import approved, is_child
from privacy.services.restriction import restricted_people

GIVEN, WITHDRAWN, OBJECTED = "given", "withdrawn", "objected"


class OtherWords(Conflict):
    """The words that were agreed to are not the ones that are asked now."""

    code = "other_words"
    sentence = _("The text has changed. Please read it again first.")


class TooYoung(Conflict):
    """Who told that they are a child agrees only with a parent's approval: until then it stays off."""

    code = "too_young"
    sentence = _("You are younger than 16. First a parent has to approve it.")


@dataclass(frozen=True, slots=True)
class Stated:
    """An optional purpose as it stands for one person: its words in one language, and what they last said."""

    purpose: str
    title: str
    text: str
    version: int
    language: str
    text_hash: str
    state: str
    allowed: bool
    at: datetime | None


def consents_of(*, account: Any, now: datetime) -> list[Stated]:
    """Return every optional purpose in the language in force, and where it stands for a person at `now`."""
    language = _spoken()
    last = _last_of([account.pk])
    stated = []
    for choice, optional in OPTIONAL.items():
        said, wording = last.get((account.pk, choice)), optional.current
        title, text = wording.words[language]
        stated.append(
            Stated(
                purpose=choice,
                title=title,
                text=text,
                version=wording.version,
                language=language,
                text_hash=wording.hash_of(choice, language).hex(),
                state=said.act if said else "never",
                allowed=allows(account.pk, choice, now=now),
                at=said.created_at if said else None,
            )
        )
    return stated


def allows(account_id: UUID, purpose: str, *, now: datetime) -> bool:
    """Return whether a person agrees to an optional purpose at `now`: ask when it is done, not before.

    Raises ValueError for a purpose that is not declared.
    """
    return account_id in allowing([account_id], purpose, now)


def allowing(account_ids: Iterable[UUID], purpose: str, now: datetime) -> set[UUID]:
    """Return those of these people who agree to an optional purpose at `now`.

    The last thing they said was yes, to the words that are asked now; they are not restricted and not erased,
    and children have a parent's approval. Raises ValueError for a purpose that is not declared.
    """
    choice = Choice(purpose)
    version = OPTIONAL[choice].current.version
    agreed = {
        account_id
        for (account_id, about), said in _last_of(account_ids).items()
        if about == choice and said.act == GIVEN and said.version == version
    } - restricted_people()
    people, today = profiles_of(agreed), day_of(now)
    children = {one for one, account in people.items() if is_child(account, today)}
    unapproved = children - approved(children)
    return {one for one, account in people.items() if account.is_active and one not in unapproved}


@transaction.atomic
def give_consent(*, account: Any, choice: Choice, text_hash: bytes, how: str, now: datetime) -> None:
    """Record that a person agrees to the words with this hash. Said already, nothing is added.

    Raises OtherWords when these are not the words that are asked now, TooYoung, Conflict when two do it at
    once.
    """
    language = OPTIONAL[choice].language_of(text_hash)
    if language is None:
        raise OtherWords
    if is_child(account, day_of(now)) and not approved([account.pk]):
        raise TooYoung
    said = _last_of([account.pk]).get((account.pk, choice))
    if said and said.act == GIVEN and said.version == OPTIONAL[choice].current.version:
        return
    _add(account.pk, choice, GIVEN, language=language, how=how, now=now)


@transaction.atomic
def withdraw_consent(*, account_id: UUID, choice: Choice, how: str, now: datetime) -> None:
    """Record that a person agrees no longer; it counts from the commit on. Nothing given: nothing.

    What their app told of its use and is still theirs goes with it.
    """
    said = _last_of([account_id]).get((account_id, choice))
    if said and said.act == GIVEN:
        _add(account_id, choice, WITHDRAWN, language=said.language, how=how, now=now)
        if choice is Choice.USE_COUNTS:
            take_back_uses(account_id=account_id)


@transaction.atomic
def object_to_marketing(*, account_id: UUID, how: str, now: datetime) -> None:
    """Record that a person wants no marketing of any kind (GDPR art. 21(2)), until they agree to one anew."""
    last = _last_of([account_id])
    for choice, optional in OPTIONAL.items():
        said = last.get((account_id, choice))
        if optional.marketing and (said is None or said.act != OBJECTED):
            _add(
                account_id, choice, OBJECTED, language=said.language if said else _spoken(), how=how, now=now
            )


def part_from_consents(leaving: Leaving) -> None:
    """Keep what somebody who is erased agreed to as proof, under no name, until its time is over."""
    mine = Consent.objects.filter(account_id=leaving.account_id, closed_at=None)
    mine.update(account=None, closed_at=leaving.now)


def _add(account_id: UUID, choice: Choice, act: str, *, language: str, how: str, now: datetime) -> None:
    """Add a line after the last. Raises Conflict when somebody else just did."""
    said = _last_of([account_id]).get((account_id, choice))
    wording = OPTIONAL[choice].current
    try:
        with transaction.atomic():
            Consent.objects.create(
                account_id=account_id,
                person=ledger.digest_of(account_id),
                purpose=choice,
                n=said.n + 1 if said else 1,
                act=act,
                version=wording.version if act == GIVEN or said is None else said.version,
                text_hash=wording.hash_of(choice, language)
                if act == GIVEN or said is None
                else said.text_hash,
                language=language,
                how=how,
                created_at=now,
            )
    except IntegrityError as meanwhile:
        raise Conflict from meanwhile


def _last_of(account_ids: Iterable[UUID]) -> dict[tuple[UUID, str], Consent]:
    rows = Consent.objects.filter(account_id__in=set(account_ids)).order_by("n")
    return {(row.account_id, row.purpose): row for row in rows if row.account_id}


def _spoken() -> str:
    return (get_language() or settings.LANGUAGE_CODE).split("-")[0]
