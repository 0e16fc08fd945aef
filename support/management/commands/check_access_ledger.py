"""Says whether the ledger of looks is whole."""

from django.core.management.base import BaseCommand, CommandError

from prifora.kernel import clock
from support import services


class Command(BaseCommand):
    """`manage.py check_access_ledger`: prints the head, or what is wrong; then it fails."""

    help = __doc__

    def handle(self, *_args: object, **_options: object) -> None:
        if wrong := services.check_ledger(now=clock.now()):
            raise CommandError("\n".join(wrong))
        head = services.head()
        self.stdout.write(f"The ledger of looks is whole: {head.n} lines, {head.hash.hex()}.")
