"""The payments app."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Payments, refunds, mandates; knows nothing of what was bought, nor by whom."""

    name = "payments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from payments import foreign, rules

        foreign.declare(rules.WORDS.values())
