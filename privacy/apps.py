"""The privacy app."""

from typing import Any

from django.apps import AppConfig
from django.core import checks


class PrivacyConfig(AppConfig):
    """Seeing, exporting and erasing what we hold; consents, requests and restriction."""

    name = "privacy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.events import AccountUsed, SignedIn
        from notices.rules import declare
        from prifora.kernel.desk import remind
        from prifora.kernel.erasure import Ending, register
        from prifora.kernel.events import subscribe
        from prifora.kernel.gates import decide_allowing, decide_restricted
        from prifora.kernel.policy import Role
        from privacy import handlers, letters, services
        from privacy.documents.policy import remind_of_review

        declare(*letters.LETTERS)
        decide_restricted(services.restricted_people)
        decide_allowing(services.allowing)
        register(Ending(app="privacy", end=services.part_from_consents))
        checks.register(every_policy_begins_in_time)
        remind(Role.PRIVACY, remind_of_review)
        subscribe(SignedIn, handlers.keep_account)
        subscribe(AccountUsed, handlers.end_idling)


def every_policy_begins_in_time(**_: Any) -> list[checks.CheckMessage]:
    """Refuse every command while a version of the policy begins before everybody can be told in time."""
    from privacy.documents.policy import in_too_much_haste

    return [
        checks.Error(f"version {one.number} of the privacy policy begins too soon", id="privacy.E001")
        for one in in_too_much_haste()
    ]
