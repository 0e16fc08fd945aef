"""Who may close which account, see what is held of whom, and ask what: everybody their own, nobody else's."""

from typing import Any
from uuid import UUID

from accounts.access import names_of
from prifora.kernel import access
from prifora.kernel.access import Actor
from prifora.kernel.errors import Absent
from privacy.models import Announcement, Closure, Request


class Permission(access.Permission):
    """What privacy lets people do."""

    SEE_CLOSING = "privacy:closing:read"
    CLOSE = "privacy:closing:ask"
    KEEP = "privacy:closing:undo"
    EXPORT = "privacy:export:make"
    SEE_CONSENTS = "privacy:consent:read"
    CONSENT = "privacy:consent:change"
    OBJECT = "privacy:marketing:object"
    SEE_REQUESTS = "privacy:request:read"
    ASK = "privacy:request:file"
    FOLLOW_UP = "privacy:request:change"
    SEE_RESTRICTION = "privacy:restriction:read"
    RESTRICT = "privacy:restriction:change"
    SEE_PARENT = "privacy:parent:read"
    NAME_PARENT = "privacy:parent:name"
    SEE_CHILDREN = "privacy:child:read"
    APPROVE = "privacy:child:approve"
    READ_DATA = "privacy:data:read"


def myself(actor: Actor, permission: Permission) -> Any:
    """Return the actor's own account; raise Absent when it is gone or closed."""
    account = names_of([actor.id]).get(actor.id)
    if account is None or not account.is_active:
        raise Absent
    actor.grant(permission)
    return account


def my_request(actor: Actor, request_id: UUID) -> Request:
    """Return a request of the actor, which they may add to or take back; else raise Absent."""
    request = Request.objects.filter(pk=request_id, account_id=actor.id).first()
    if request is None:
        raise Absent
    actor.grant(Permission.FOLLOW_UP)
    return request


def closure_of(account_id: UUID) -> Closure | None:
    """Return what somebody asked about closing their account, if they did. For code that checked who asks."""
    return Closure.objects.filter(account_ref=account_id).first()


def announcements() -> dict[int, Announcement]:
    """Return how far people were told of versions of the policy, by number. Anybody may know."""
    return {one.number: one for one in Announcement.objects.all()}
