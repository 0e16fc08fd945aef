"""The prospects app."""

from django.apps import AppConfig


class ProspectsConfig(AppConfig):
    """People without an account who write to us, and the answers."""

    name = "prospects"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from prifora.kernel.desk import remind
        from prifora.kernel.policy import Role
        from prifora.kernel.sweeps import before_sweep
        from prospects import services

        remind(Role.SUPPORT, services.remind_of_prospects)
        before_sweep(services.forget_ended)
