"""The figures app."""

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    """How much PRIFORA is used, in numbers that name nobody."""

    name = "figures"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from figures.rules import COUNTED, refuse_overspent
        from figures.services import close_periods, forget_uses
        from prifora.kernel.erasure import Ending, register
        from prifora.kernel.sweeps import before_sweep

        refuse_overspent(COUNTED)
        before_sweep(close_periods)
        register(Ending(app="figures", end=forget_uses))
