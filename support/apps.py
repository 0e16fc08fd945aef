"""The support app."""

from importlib import import_module

from django.apps import AppConfig


class SupportConfig(AppConfig):
    """Staff: what they may see, and the record of every look."""

    name = "support"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from notices.rules import declare
        from prifora.kernel.erasure import Ending, register
        from support.letters import LETTERS
        from support.services import end_person

        import_module("support.books_admin")
        import_module("support.tickets_admin")
        import_module("support.prospects_admin")
        declare(*LETTERS)
        register(Ending(app="support", end=end_person))
