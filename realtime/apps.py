"""The realtime app."""

from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    """The one socket per device, and the message path behind it."""

    name = "realtime"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from prifora.kernel.events import carry
        from realtime import foreign, services

        foreign.declare()
        carry(services.carry)
