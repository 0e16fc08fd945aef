"""The plans app."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """What families have paid for, by codes that nobody can be found by."""

    name = "plans"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from contacts.events import BondBegan
        from notices.rules import declare
        from plans import handlers, letters
        from prifora.kernel.events import subscribe
        from prifora.kernel.gates import decide_lapsed

        declare(*letters.LETTERS)
        decide_lapsed(handlers.lapsed)
        subscribe(BondBegan, handlers.begin_plan)
