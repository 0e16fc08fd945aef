"""Writes what the accountant gets of a month, or the VAT of a quarter."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from books import services


class Command(BaseCommand):
    """`manage.py export_books 2026 11 --to books.zip`; with `--vat`, CSV of a quarter."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("number", type=int)
        parser.add_argument("--vat", action="store_true")
        parser.add_argument("--to", type=Path, required=True)

    def handle(self, *_args: object, year: int, number: int, vat: bool, to: Path, **_options: object) -> None:
        if not 1 <= number <= (4 if vat else 12):
            raise CommandError("There is no such month or quarter.")
        to.write_bytes(services.vat_report(year, number) if vat else services.export(year, number))
        self.stdout.write(f"Written to {to}.")
