"""What a test of a real server looks up; runs in the server's environment (tests.server.call)."""

from accounts.models import Account
from prifora.kernel import clock
from prifora.kernel.desk import acts_for
from prifora.kernel.policy import Role
from support import services
from tests.support import desk


def names(account_ids: list[str]) -> list[str]:
    """Return the usernames of accounts."""
    return [Account.objects.get(pk=one).username for one in account_ids]


def there(account_ids: list[str]) -> list[bool]:
    """Return whether accounts are there."""
    return [Account.objects.filter(pk=one).exists() for one in account_ids]


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
    [act] = [one for one in acts_for(account, Role.PRIVACY) if one.name == "erase"]
    act.do(account, {"withdraw": withdraw, "sure": True}, now)
