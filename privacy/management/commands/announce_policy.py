"""Tells everybody of the newest version of the privacy policy, or says why that cannot be any more."""

from django.core.management.base import BaseCommand, CommandError

from privacy import tasks
from privacy.services import BeginsOtherwise, BeginsTooSoon


class Command(BaseCommand):
    """`manage.py announce_policy`: what the server does by itself every hour, now and with an answer.

    Stopped halfway, it goes on where it was; nobody is told twice.
    """

    help = __doc__

    def handle(self, *_args: object, **_options: object) -> None:
        try:
            said = tasks.tell_everybody()
        except (BeginsTooSoon, BeginsOtherwise) as refused:
            raise CommandError(str(refused.sentence)) from refused
        self.stdout.write(
            f"Version {said.number}: {said.told} people were told; it begins on {said.begins_on}."
        )
