"""The tickets app."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """Questions to Customer Support, and the answers."""

    name = "tickets"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from notices.rules import declare
        from prifora.kernel.desk import remind
        from prifora.kernel.policy import Role
        from tickets import letters, services

        declare(*letters.LETTERS)
        remind(Role.SUPPORT, services.remind_of_questions)
