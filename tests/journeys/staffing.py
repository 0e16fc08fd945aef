"""Members of staff on a running server; run by `server.call`."""

from allauth.account.models import EmailAddress

from prifora.kernel.policy import Role
from support import services
from tests import cast
from tests.support import desk


def appoint(*, username: str, role: str) -> str:
    """Make an account of staff, with tests.cast.PASSWORD; return the secret of its app with codes."""
    account = cast.account(username)
    EmailAddress.objects.create(user=account, email=f"{username}@prifora.example", verified=True)
    secret = desk.give_second_factor(account)
    services.give_role(account_id=account.pk, role=Role(role))
    return secret
