"""What is no table: the hints and lines between processes, which Redis forgets as soon as they are heard."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from prifora.kernel.policy import Category, Kind, Purpose, Store, declare_store


def declare() -> None:
    """Declare the hints. Called when the app is ready."""
    declare_store(
        Store(
            name="hints",
            kind=Kind.QUEUE,
            holds=_("sealed messages on their way, and by random numbers where there is something new"),
            category=Category.CIPHERTEXT,
            purpose=Purpose.MESSAGING,
            keep=timedelta(0),
            names=("prifora.hints",),
        )
    )
