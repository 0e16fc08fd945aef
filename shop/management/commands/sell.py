"""Put products in the catalogue, or bring them up to date, from a TOML file (docs/operations.md)."""

import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from prifora.kernel import clock
from shop.models import Kind, Picture
from shop.services import add_product

NEEDED = {"slug", "kind", "picture", "net_cents", "names", "texts"}
MORE = {"months", "stock", "weight_grams", "with_station", "on_sale", "place"}
DEMO = Path(__file__).parents[2] / "texts" / "demo.toml"


class Command(BaseCommand):
    """`manage.py sell FILE`; `--demo` takes the products of one's own machine, never in production."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--demo", action="store_true")

    @transaction.atomic
    def handle(self, *_args: Any, **options: Any) -> None:
        if options["demo"] and not settings.DEVELOPMENT:
            raise CommandError("the demo products are for one's own machine only")
        file = DEMO if options["demo"] else options["file"]
        if file is None:
            raise CommandError("name a file")
        for told in tomllib.loads(file.read_text(encoding="utf-8")).get("product", []):
            _refuse_unfit(told)
            add_product(**told, now=clock.now())


def _refuse_unfit(told: dict[str, Any]) -> None:
    """Raise CommandError for a product that lacks something, or has what means nothing."""
    name = told.get("slug", "?")
    if missing := NEEDED - told.keys():
        raise CommandError(f"{name} has no {', '.join(sorted(missing))}")
    if unknown := told.keys() - NEEDED - MORE:
        raise CommandError(f"{name} has {', '.join(sorted(unknown))}, which means nothing")
    if told["kind"] not in Kind.values or told["picture"] not in Picture.values:
        raise CommandError(f"{name} is of no known kind, or has no known picture")
    for words in (told["names"], told["texts"]):
        if words.keys() != dict(settings.LANGUAGES).keys():
            raise CommandError(f"{name} needs its words in every language")
