"""The chat app."""

from django.apps import AppConfig


class ChatConfig(AppConfig):
    """Sealed conversations: the delivery service for MLS."""

    name = "chat"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.events import AccountClosed, DeviceAdded, DeviceRevoked
        from chat import handlers
        from chat.access import named_files, stored_for
        from chat.services import end_person, stored_names, tell_person
        from contacts.events import BondBegan, BondEnded
        from media.access import share_store
        from prifora.kernel.erasure import Ending, register
        from prifora.kernel.events import subscribe

        register(Ending(app="chat", end=end_person, names=stored_names, tell=tell_person))
        share_store(named=named_files, used=stored_for)
        subscribe(BondBegan, handlers.join_family)
        subscribe(BondEnded, handlers.leave_family)
        subscribe(DeviceAdded, handlers.let_device_in)
        subscribe(DeviceRevoked, handlers.shut_device_out)
        subscribe(AccountClosed, handlers.shut_account_out)
