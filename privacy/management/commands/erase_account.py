"""Erases an account at once that two members of staff ordered to be erased, without waiting for the task."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from prifora.kernel import clock
from privacy import services


class Command(BaseCommand):
    """`manage.py erase_account <username> --now`; there is no way back.

    Four eyes: a privacy officer orders it in the admin site, at the account, once a colleague opened that.
    The server then erases within a minute; this does it now, and says when it is done.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--now", action="store_true", help="do not wait for the server to come round")

    def handle(self, *_args: object, username: str, **options: object) -> None:
        account = get_user_model().objects.filter(username=username.strip().lower()).first()
        if account is None:
            raise CommandError("There is no account with this username.")
        if not options["now"]:
            raise CommandError("Nothing was erased. Say --now to erase without waiting.")
        now, account_id = clock.now(), account.pk
        if not services.is_due(account_id=account_id, now=now):
            raise CommandError(
                "Nothing was erased. A privacy officer orders it in the admin site, at the account, after a "
                "colleague opened it for them."
            )
        services.erase(account_id=account_id, now=now)
        self.stdout.write(f"Account {account_id} is erased.")
