"""The stations app."""

from django.apps import AppConfig


class StationsConfig(AppConfig):
    """Home Stations: pairing, health, unpairing."""

    name = "stations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.events import DeviceAdded, DeviceRevoked
        from prifora.kernel.erasure import Ending, register
        from prifora.kernel.events import subscribe
        from stations import handlers
        from stations.services import end_person, tell_person

        register(Ending(app="stations", end=end_person, tell=tell_person))
        subscribe(DeviceAdded, handlers.remember_device)
        subscribe(DeviceRevoked, handlers.let_go)
