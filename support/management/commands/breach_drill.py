"""Tries out that a table leaked: whom it touches, how it can be read, by when what is due, and drafts."""

from datetime import datetime

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

from prifora.kernel import clock
from support import services


class Command(BaseCommand):
    """`manage.py breach_drill --table T [--since MOMENT] [--known MOMENT]`; nobody is told.

    A moment is ISO 8601 with its zone: 2026-11-30T08:00+01:00. The drill is a line in the ledger of looks.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--table", required=True)
        parser.add_argument("--since", help="rows made from this moment on")
        parser.add_argument("--known", help="when it was found out; now when left out")

    def handle(
        self, *_args: object, table: str, since: str | None, known: str | None, **_options: object
    ) -> None:
        now = clock.now()
        begun, known_at = _moment(since), _moment(known) or now
        try:
            services.report_breach(
                table=table, since=begun, known_at=known_at, drill=True, staff_id=None, now=now
            )
        except services.NoSuchTable as refused:
            raise CommandError("There is no table of that name.") from refused
        found = services.assess(table=table, since=begun, known_at=known_at)
        people = found.pseudonyms()
        self.stdout.write(f"{found.table}: {found.rows} rows, {len(people)} people")
        self.stdout.write("\n".join(people))
        for language, _name in settings.LANGUAGES:
            self.stdout.write("\n" + services.draft_of(found, known_at=known_at, language=language))


def _moment(text: str | None) -> datetime | None:
    moment = parse_datetime(text) if text else None
    if text and (moment is None or not is_aware(moment)):
        raise CommandError("A moment looks like 2026-11-30T08:00+01:00.")
    return moment
