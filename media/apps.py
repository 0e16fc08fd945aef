"""The media app."""

from django.apps import AppConfig


class MediaConfig(AppConfig):
    """Pictures of people, albums of photos and films, and the store of sealed bytes."""

    name = "media"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.access import tell_portraits
        from accounts.events import AccountClosed, EncryptionKeyChanged
        from contacts.events import BondEnded
        from media import foreign, handlers
        from media.access import portrait_versions
        from media.services import empty_albums, end_person, stored_names, tell_person
        from prifora.kernel.erasure import Ending, register
        from prifora.kernel.events import subscribe

        foreign.declare()
        register(
            Ending(app="media", end=end_person, empty=empty_albums, names=stored_names, tell=tell_person)
        )
        subscribe(BondEnded, handlers.leave_family)
        subscribe(AccountClosed, handlers.close_account)
        subscribe(EncryptionKeyChanged, handlers.ask_for_new_keys)
        tell_portraits(portrait_versions)
