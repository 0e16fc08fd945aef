"""What is no table: sealed bytes on this machine, and in a store elsewhere."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from prifora.kernel.policy import Category, Kind, Purpose, Seen, Store, declare_store

UPLOAD_KEPT = timedelta(hours=24)
"""How long an upload nobody goes on with is kept."""


def declare() -> None:
    """Declare where sealed bytes lie. Called when the app is ready."""
    for store in _BYTES:
        declare_store(store)


_BYTES = (
    Store(
        name="incoming",
        kind=Kind.FILES,
        holds=_("parts of albums on their way, sealed on the sender's device"),
        keep=UPLOAD_KEPT,
        names=("incoming",),
        category=Category.CIPHERTEXT,
        purpose=Purpose.MESSAGING,
        seen=Seen.BY_MEMBERS,
    ),
    Store(
        name="files",
        kind=Kind.FILES,
        holds=_("files of conversations and parts of albums, sealed on the sender's device"),
        keep=None,
        names=("files",),
        category=Category.CIPHERTEXT,
        purpose=Purpose.MESSAGING,
        seen=Seen.BY_MEMBERS,
    ),
    Store(
        name="sealed files",
        kind=Kind.HOST,
        holds=_("files of conversations and parts of albums, sealed on the sender's device"),
        keep=None,
        sends=(_("sealed bytes under random names"),),
        category=Category.CIPHERTEXT,
        purpose=Purpose.MESSAGING,
        seen=Seen.BY_MEMBERS,
    ),
)
