"""Writes what is published about a year: how often authorities asked, how often staff looked."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from support import services


class Command(BaseCommand):
    """`manage.py transparency_report <year>` in every language, or in one with --language."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        known = [code for code, _name in settings.LANGUAGES]
        parser.add_argument("year", type=int)
        parser.add_argument("--language", choices=known)

    def handle(self, *_args: object, year: int, language: str | None, **_options: object) -> None:
        for code in [language] if language else [one for one, _name in settings.LANGUAGES]:
            self.stdout.write(services.report_of(year=year, language=code))
