"""What notices does when something happens elsewhere."""

from accounts.events import PersonTold
from notices import services
from prifora.kernel import clock


def keep_letter(event: PersonTold) -> None:
    """Whatever a person is told of their account at once also lies in their Message Center."""
    now = clock.now()
    once = f"{event.what} {now.isoformat()}"
    services.tell(account_ids=[event.account_id], kind=f"account.{event.what}", once=once, now=now)
