"""Move a parcel on at the carrier of one's own machine: on_its_way, then delivered."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.clients import FolderCarrier


class Command(BaseCommand):
    """`manage.py move_parcel TRACKING_NUMBER delivered`: what a real carrier would say of itself."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("track")
        parser.add_argument("state", choices=["announced", "on_its_way", "delivered"])

    def handle(self, *_args: Any, **options: Any) -> None:
        if settings.CARRIER_URL:
            raise CommandError("a real carrier moves its parcels itself")
        folder = FolderCarrier(settings.DATA_DIR / "parcels")
        if not folder.move(options["track"], options["state"]):
            raise CommandError("there is no such parcel")
