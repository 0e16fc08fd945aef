"""What media does when something happens elsewhere; inside the same transaction."""

from accounts.events import AccountClosed, EncryptionKeyChanged
from contacts.events import BondEnded
from media import services


def leave_family(event: BondEnded) -> None:
    """Who leaves a family leaves its albums, and takes along what they put in."""
    services.leave_family(family_id=event.family_id, account_id=event.account_id)


def close_account(event: AccountClosed) -> None:
    """Of a closed account nothing stays in any album, and nothing on its way."""
    services.close_account(account_id=event.account_id)


def ask_for_new_keys(event: EncryptionKeyChanged) -> None:
    """A device of the account may be ended: what is added to its albums must be under keys it never had."""
    services.ask_for_new_keys(account_id=event.account_id)
