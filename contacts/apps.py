"""The contacts app."""

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    """Families: who knows whom, by whose invitation."""

    name = "contacts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.access import decide_acquaintance, decide_approved_aik
        from accounts.events import VaultChanged
        from contacts import handlers
        from contacts.access import approved_aik, share_a_family
        from contacts.services import end_person, tell_person
        from prifora.kernel.erasure import Ending, register
        from prifora.kernel.events import subscribe

        register(Ending(app="contacts", end=end_person, tell=tell_person))
        subscribe(VaultChanged, handlers.show_new_keys)
        decide_acquaintance(share_a_family)
        decide_approved_aik(approved_aik)
