"""The notices app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The Message Center: what the platform tells a person."""

    name = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.events import PersonTold, SessionsEnded
        from notices import handlers, letters, rules
        from prifora.kernel.events import subscribe

        rules.declare(*letters.LETTERS)
        subscribe(PersonTold, handlers.keep_letter)
        subscribe(SessionsEnded, handlers.forget_signed_out)
