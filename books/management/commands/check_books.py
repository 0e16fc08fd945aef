"""Looks whether the books are whole."""

from django.core.management.base import BaseCommand, CommandError

from books import services


class Command(BaseCommand):
    """`manage.py check_books`: holes in the numbers, differences, missing guards; ends with 1 if any."""

    help = __doc__

    def handle(self, *_args: object, **_options: object) -> None:
        wrong = services.check_books()
        if wrong:
            raise CommandError("\n".join(wrong))
        self.stdout.write("The books are whole.")
