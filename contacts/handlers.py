"""What contacts does when something happens elsewhere."""

from accounts.events import VaultChanged
from contacts import services


def show_new_keys(event: VaultChanged) -> None:
    """Who made or changed their keys is looked up anew by everybody in a family with them."""
    services.announce_keys(account_id=event.account_id)
