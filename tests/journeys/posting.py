"""What the platform tells people, written on the server; run by `server.call`."""

from datetime import timedelta

from accounts.models import Account
from accounts.services import Notice, send_notice
from notices.services import tell
from prifora.kernel import clock

POLICY = {"number": 2, "begins_on": "2027-02-15"}
IDLE = {"used_on": "2025-01-10", "ends_on": "2027-01-10"}


def write(*, username: str, older: int) -> None:
    """Write somebody a letter about the policy, one about their account, and many older ones."""
    account, now = Account.objects.get(username=username), clock.now()
    for n in range(older):
        at = now - timedelta(days=n + 1)
        tell(account_ids=[account.pk], kind="privacy.idle", facts=IDLE, once=f"older {n}", now=at)
    send_notice(account=account, notice=Notice.RECOVERED_BY_SHEET)
    tell(account_ids=[account.pk], kind="privacy.policy", facts=POLICY, once="policy 2", now=clock.now())
