"""What privacy does when something happens elsewhere."""

from contextlib import suppress

from accounts.events import AccountUsed, SignedIn
from prifora.kernel import clock
from privacy import services


def keep_account(event: SignedIn) -> None:
    """Who signs in while their account waits to be erased keeps it; too late, they are out in a moment."""
    with suppress(services.ErasureBegan):
        services.keep_account(account_id=event.account_id, now=clock.now())


def end_idling(event: AccountUsed) -> None:
    """An account that is used again is not closed for not being used, a Home Station's either."""
    with suppress(services.ErasureBegan):
        services.end_idling(account_id=event.account_id, now=clock.now())
