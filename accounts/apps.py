"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who can sign in, with which devices and keys."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import authentication, foreign  # noqa: F401
        from accounts.adapter import take_phones_as_written
        from accounts.emails import seal_email_addresses

        foreign.declare()
        seal_email_addresses()
        take_phones_as_written()
