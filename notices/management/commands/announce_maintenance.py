"""Tells everybody when this server cannot be reached for a while."""

from datetime import date, time

from django.core.management.base import BaseCommand, CommandError, CommandParser

from notices import services
from prifora.kernel import clock
from prifora.kernel.terms import day_of


class Command(BaseCommand):
    """`manage.py announce_maintenance --on 2027-03-01 --from 02:00 --to 04:00`.

    A letter to everybody, and a mail. Stopped halfway or run again, nobody is told twice.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, required=True)
        parser.add_argument("--from", dest="begins", type=time.fromisoformat, required=True)
        parser.add_argument("--to", dest="ends", type=time.fromisoformat, required=True)

    def handle(self, *_args: object, on: date, begins: time, ends: time, **_options: object) -> None:
        now = clock.now()
        if on < day_of(now) or begins >= ends:
            raise CommandError("Say a day to come, and two times of it, the earlier one first.")
        told = services.announce_maintenance(on=on, begins=begins, ends=ends, now=now)
        self.stdout.write(f"{told} people were told.")
