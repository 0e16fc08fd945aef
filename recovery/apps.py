"""The recovery app."""

from django.apps import AppConfig


class RecoveryConfig(AppConfig):
    """Coming back with the help of relatives."""

    name = "recovery"
    default_auto_field = "django.db.models.BigAutoField"
