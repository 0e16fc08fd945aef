"""What stations do when something happens elsewhere."""

from accounts.events import DeviceAdded, DeviceRevoked
from prifora.kernel import clock
from stations import services


def remember_device(event: DeviceAdded) -> None:
    """A Home Station that registers its keys becomes the device of the station row it signed in as."""
    services.attach_newest(account_id=event.account_id, device_id=event.device_id)


def let_go(event: DeviceRevoked) -> None:
    """A Home Station whose keys were revoked belongs to nobody; its own key must not let it in again."""
    services.unpair_device(device_id=event.device_id, now=clock.now())
