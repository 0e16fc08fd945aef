"""Lets an account enter the admin site in one role, or ends that."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from prifora.kernel.policy import Role
from support import services

END = "nobody"


class Command(BaseCommand):
    """`manage.py appoint <username> <role>`; the role "nobody" ends it.

    The person first signs up in the app like everyone, and sets up an app with codes or a passkey there.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("role", choices=[*(role.value for role in Role), END])

    def handle(self, *_args: object, username: str, role: str, **_options: object) -> None:
        account = get_user_model().objects.filter(username=username.strip().lower(), is_active=True).first()
        if account is None:
            raise CommandError("There is no account with this username.")
        if role == END:
            said = "is no longer staff" if services.take_role(account_id=account.pk) else "was not staff"
        else:
            try:
                services.give_role(account_id=account.pk, role=Role(role))
            except services.SecondFactorNeeded as refused:
                raise CommandError("This account has no second factor yet.") from refused
            said = f"is staff now, in the role {role}"
        self.stdout.write(f"Account {account.pk} {said}.")
