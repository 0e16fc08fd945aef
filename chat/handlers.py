"""What chat does when something happens elsewhere; inside the same transaction."""

from accounts.events import AccountClosed, DeviceAdded, DeviceRevoked
from chat import services
from contacts.events import BondBegan, BondEnded
from prifora.kernel import clock


def join_family(event: BondBegan) -> None:
    """Who joins a family belongs to its conversation of everyone."""
    services.join_everyone_conversations(
        family_id=event.family_id, account_id=event.account_id, now=clock.now()
    )


def leave_family(event: BondEnded) -> None:
    """Who leaves a family leaves its conversations; their keys must go before anything else is said."""
    services.leave_family(family_id=event.family_id, account_id=event.account_id, now=clock.now())


def let_device_in(event: DeviceAdded) -> None:
    """Tell everyone who talks with this account, so that somebody's device gives the new one keys."""
    services.tell_of_device(account_id=event.account_id)


def shut_device_out(event: DeviceRevoked) -> None:
    """A revoked device's keys must go."""
    services.remove_device(account_id=event.account_id, device_id=event.device_id, now=clock.now())


def shut_account_out(event: AccountClosed) -> None:
    """A closed account's keys must go."""
    services.remove_account(account_id=event.account_id, now=clock.now())
