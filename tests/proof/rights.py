"""Plants, by the use cases people and staff have, in what is about somebody's rights.

Consents, requests and complaints with their answers, an objection, a restriction, the letters that tell of them,
questions to Customer Support, and the request of an authority. Their rows must be there before `planting` fills columns; what is written
here is left as it is.
"""

from collections.abc import Callable
from uuid import uuid4

from prifora.kernel import clock
from privacy import services as privacy
from privacy.purposes import OPTIONAL, Choice
from privacy.rights import Agent, Cause, Reason, Right
from support import services as support
from support.models import Case, Ground
from tests.proof.canaries import TEXT
from tickets import services as tickets

LINES, CASES = "privacy_requestline.sealed", "support_case.sealed"
MESSAGES = "tickets_message.sealed"
ASKING, TO_AGENT = "privacy_mandate.sealed", "privacy_agentletter.sealed"
WRITTEN = {one.split(".", maxsplit=1)[0] for one in (LINES, MESSAGES, ASKING, TO_AGENT)}
"""Tables whose rows about a person are all planted here."""

TextFor = Callable[..., str]


def plant_rights(account, text_for: TextFor, *, officer) -> None:
    """Do everything that somebody can do about their data, each with words of its own; `officer` answers."""
    now = clock.now()
    _consents(account, now)
    asked = {right: _ask(account, right, text_for, now) for right in Right}
    privacy.add_to_request(request_id=asked[Right.ACCESS].pk, text=text_for(LINES, TEXT), now=now)
    answered, refused = asked[Right.COMPLAINT].pk, asked[Right.REVIEW].pk
    privacy.answer(request_id=answered, text=text_for(LINES, TEXT), now=now)
    privacy.refuse(request_id=refused, reason=Reason.OTHERS, text=text_for(LINES, TEXT), now=now)
    privacy.restrict(account_id=account.pk, cause=Cause.INCORRECT, now=now)
    _asked_by_another(account, text_for, now)
    _tickets(account, text_for, now)
    _case(account, text_for, officer, now)


def opened_cases() -> list[str]:
    """What authorities asked, as far as it can still be opened."""
    return [f"{CASES}: {support.asked_in(case)}" for case in Case.objects.exclude(sealed=b"")]


def _consents(account, now) -> None:
    """One given, one given and taken back; what is marketing is objected to later, by a request."""
    for choice in (Choice.USE_COUNTS, Choice.NEWS_MAIL):
        said = OPTIONAL[choice].current.hash_of(choice, "nl")
        privacy.give_consent(account=account, choice=choice, text_hash=said, how="app", now=now)
    privacy.withdraw_consent(account_id=account.pk, choice=Choice.NEWS_MAIL, how="app", now=now)


def _ask(account, right: Right, text_for: TextFor, now):
    text = text_for(LINES, TEXT)
    return privacy.file_request(account=account, right=right, text=text, how="app", now=now)


def _asked_by_another(account, text_for: TextFor, now) -> None:
    """A care institution asks for the person; it shows nothing, and gets words of ours by mail."""
    asking = privacy.Asking(
        agent=Agent.CARE, name=text_for(ASKING, TEXT), email="care@house.example", language="nl"
    )
    words = {"right": Right.ACCESS, "text": text_for(LINES, TEXT), "how": "letter"}
    asked = privacy.file_request(account=account, **words, asking=asking, now=now)
    privacy.write_to_person(request_id=asked.pk, text=text_for(TO_AGENT, TEXT), now=now)


def _tickets(account, text_for: TextFor, now) -> None:
    """One question to Customer Support that is answered and asked on, one that is closed."""
    first, other = (
        tickets.start_ticket(
            ticket_id=uuid4(), account_id=account.pk, text=text_for(MESSAGES, TEXT), how="app", now=now
        )
        for _ in range(2)
    )
    tickets.answer_ticket(ticket_id=first.pk, text=text_for(MESSAGES, TEXT), now=now)
    tickets.add_message(ticket_id=first.pk, message_id=uuid4(), text=text_for(MESSAGES, TEXT), now=now)
    tickets.close_ticket(ticket_id=other.pk, now=now)


def _case(account, text_for: TextFor, officer, now) -> None:
    """An authority asks; it came no further than that, so nothing of it is anywhere else."""
    words = ("authority", "article", "reference", "wanted")
    asked = support.Asked(**{one: text_for(CASES, TEXT, exported=False) for one in words})
    support.receive_case(
        account_id=account.pk,
        ground=Ground.ORDER,
        asked=asked,
        gag_until=None,
        staff_id=officer.pk,
        received_at=now,
        now=now,
    )
