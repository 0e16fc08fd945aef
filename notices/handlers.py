"""What notices does when something happens elsewhere."""

from accounts.events import PersonTold, SessionsEnded
from notices import services
from prifora.kernel import clock


def keep_letter(event: PersonTold) -> None:
    """Whatever a person is told of their account at once also lies in their Message Center."""
    now = clock.now()
    once = f"{event.what} {now.isoformat()}"
    services.tell(account_ids=[event.account_id], kind=f"account.{event.what}", once=once, now=now)


def forget_signed_out(event: SessionsEnded) -> None:
    """A device that is signed out is not told any more that something is new."""
    services.forget_signed_out(account_id=event.account_id)
