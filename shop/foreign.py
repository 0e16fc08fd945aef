"""What is told about orders outside the database: the carrier, and files of one's own machine."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from prifora.kernel.policy import Category, Kind, Purpose, Store, declare_store

CARRIER_KEPT = timedelta(days=365)
"""What the agreement with a carrier allows at most."""

_CARRIER = Store(
    name="parcels",
    kind=Kind.HOST,
    holds=_("to whom a parcel goes"),
    category=Category.ADDRESS,
    purpose=Purpose.SALE,
    keep=CARRIER_KEPT,
    sends=(_("name"), _("address"), _("mobile number"), _("the weight"), _("a number")),
)


def declare() -> None:
    """Declare the carrier. Called when the app is ready."""
    declare_store(_CARRIER)
