"""Who is staff, in which role."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from prifora.kernel.errors import Refused
from prifora.kernel.policy import Role
from support.access import has_second_factor
from support.models import StaffMember


class SecondFactorNeeded(Refused):
    """A staff role for an account that signs in by a password alone."""

    status, code = 409, "second_factor_needed"
    sentence = _("This account needs a second factor first: an app with codes, or a passkey.")


@transaction.atomic
def give_role(*, account_id: UUID, role: Role) -> StaffMember:
    """Let an account enter the admin site in `role`; a second role replaces the first.

    Raises SecondFactorNeeded for an account without an app with codes or a passkey.
    """
    if not has_second_factor(account_id):
        raise SecondFactorNeeded
    member, _made = StaffMember.objects.update_or_create(account_id=account_id, defaults={"role": role})
    return member


@transaction.atomic
def take_role(*, account_id: UUID) -> bool:
    """End an account's staff role: the next page of the admin site is refused. Return whether it had one."""
    gone, _rows = StaffMember.objects.filter(account_id=account_id).delete()
    return bool(gone)
