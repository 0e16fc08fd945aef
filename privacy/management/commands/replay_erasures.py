"""Erases again whoever a backup brought back; every server does the same before it opens its port."""

from django.core.management.base import BaseCommand

from prifora.kernel import clock
from privacy import services


class Command(BaseCommand):
    """`manage.py replay_erasures`: for who wants it done before the first server starts."""

    help = __doc__

    def handle(self, *_args: object, **_options: object) -> None:
        people = services.replay_erasures(now=clock.now())
        self.stdout.write(f"{people} people were erased again.")
