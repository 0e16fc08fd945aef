"""What a test of a real server looks up; runs in the server's environment (tests.server.call)."""

from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts.models import Account
from prifora.kernel import clock
from prifora.kernel.desk import acts_for
from prifora.kernel.policy import Role
from prifora.kernel.terms import day_of
from privacy.models import Request
from support import services
from tests.support import desk


def names(account_ids: list[str]) -> list[str]:
    """Return the usernames of accounts."""
    return [Account.objects.get(pk=one).username for one in account_ids]


def there(account_ids: list[str]) -> list[bool]:
    """Return whether accounts are there."""
    return [Account.objects.filter(pk=one).exists() for one in account_ids]


def _act(name: str, row: Model, filled: dict[str, Any], now: datetime) -> None:
    """Do what staff for privacy do with a form of this name."""
    [act] = [one for one in acts_for(row, Role.PRIVACY) if one.name == name]
    act.do(row, filled, now)


def ask_for_another(username: str, language: str, text: str) -> None:
    """Have a privacy officer enter what a guardian asks by letter for somebody: to see their data."""
    who = {"agent": "guardian", "name": "Greet Vermeer", "email": "greet@mail.example", "language": language}
    filled = {**who, "kind": "access", "how": "letter", "text": text}
    _act("agent", Account.objects.get(username=username), filled, clock.now())


def see_proof(username: str) -> None:
    """Have a privacy officer note the decision of a court, which says that they may ask."""
    now, officer = clock.now(), desk.colleague(name=f"officer.{username}")
    proof = {
        "proof": "court",
        "proof_on": day_of(now),
        "scope": ["access"],
        "ends_on": None,
        "fingerprint": "",
    }
    _act("mandate", Request.objects.get(account__username=username), {**proof, "staff_id": officer}, now)


def order_erasure(username: str, withdraw: bool = False) -> None:
    """Have a privacy officer order that somebody is erased now, once a colleague opened the account for them."""
    account, now = Account.objects.get(username=username), clock.now()
    officers = [desk.colleague(name=name) for name in ("officer.one", "officer.two")]
    grant = services.ask_grant(
        staff_id=officers[0],
        role=Role.PRIVACY,
        subject_id=account.pk,
        tables=["accounts.Account"],
        reason="They asked us by letter.",
        minutes=60,
        now=now,
    )
    services.approve_grant(grant_id=grant.pk, staff_id=officers[1], now=now)
    _act("erase", account, {"withdraw": withdraw, "sure": True}, now)
