"""Who is told something about payments, outside the database."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from prifora.kernel.policy import Basis, Category, Kind, Purpose, Store, declare_store

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

SEVEN_YEARS = timedelta(days=7 * 365)
"""As long as the provider's own books, which the law wants as long as ours."""


def declare(told: "Iterable[StrPromise]") -> None:
    """Declare the payment provider, and what it is told. Called when the app is ready."""
    declare_store(
        Store(
            name="payments",
            kind=Kind.HOST,
            holds=_(
                "what somebody who buys has to pay; card and account numbers are typed there, never here"
            ),
            category=Category.PAYMENT,
            purpose=Purpose.PAYMENT,
            keep=SEVEN_YEARS,
            basis=Basis.CONTRACT,
            sends=tuple(told),
        )
    )
