"""What staff may see, and what a person may see of staff."""

from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import QuerySet

from accounts.access import email_of
from prifora.kernel import access
from prifora.kernel.access import Actor
from prifora.kernel.completeness import holdings
from prifora.kernel.keystore import Erased
from prifora.kernel.policy import EVERY_ROW, Policy, Role, Seen
from support.models import Breach, Case, Grant, StaffLook, StaffMember
from support.rules import is_gagged

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
CONTACT = ("first_name", "last_name", "username", "phone", "language")
"""What staff who may open a profile see of it, besides the e-mail address; the rest is for the family."""

OPENED = {("accounts.Account", "sealed"): "contact"}
"""Sealed columns that staff see a part of, and the name of that part. Every other one stays closed."""

SALES = (
    "shop.Product",
    "shop.StockLine",
    "shop.Order",
    "shop.OrderLine",
    "shop.Attempt",
    "shop.Refund",
    "shop.Parcel",
    "shop.ParcelStep",
    "shop.Subscription",
    "shop.Charge",
    "shop.Withdrawal",
    "shop.Post",
)
"""The tables of the shop, about customers and never about accounts. No colleague opens them: orders are the
daily work of who sees them, and each look at a customer is told on the page of the order."""

SHOWN = (
    "accounts.Account",
    "accounts.Device",
    "contacts.Bond",
    "contacts.Invitation",
    "stations.Station",
    "chat.Conversation",
    "support.StaffMember",
    "support.StaffLook",
    "support.Grant",
    "privacy.Request",
    "privacy.Restriction",
)
"""The tables that staff need for their work; a policy must still name their role for a column of its own."""

BOOKED = ("books.Bill", "books.Posting")
"""The tables of the books: about no account of ours, so no colleague opens them; a reason does."""

ASKED = ("tickets.Ticket",)
"""What people ask Customer Support. They want it read: no colleague opens it, and each look is recorded."""

UNKNOWN = ("prospects.Prospect",)
"""Who wrote to us without an account: no colleague opens it, and each look is a line in the ledger."""

APPROVERS = (Role.PRIVACY, Role.SYSTEM)
"""Who may open a person's rows for a colleague."""


class Permission(access.Permission):
    """What support lets people do."""

    READ_LOOKS = "support:look:read"
    READ_DISCLOSURES = "support:disclosure:read"
    READ_LEDGER = "support:ledger:read"


def role_of(account_id: UUID) -> Role | None:
    """Return the staff role of an account, or None."""
    member = StaffMember.objects.filter(account_id=account_id).values_list("role", flat=True).first()
    return Role(member) if member else None


def has_second_factor(account_id: UUID) -> bool:
    """Return whether an account has an app with codes or a passkey; recovery codes alone do not count."""
    return Authenticator.objects.filter(user_id=account_id, type__in=SECOND_FACTORS).exists()


def columns_for(model: type[models.Model], role: Role) -> list[str]:
    """Return the columns of `model` that its policy lets `role` see, in the table's order.

    None when the policy names the role for no column of the table's own: ids and times alone are no task.
    Ciphertext is never among them, and of sealed columns only those in OPENED.
    """
    held = holdings(model)
    shown = [
        field.name
        for field in model._meta.local_concrete_fields
        if field.name in held and role in held[field.name].staff and _is_readable(model, field.name)
    ]
    return shown if set(shown) - EVERY_ROW.keys() else []


def subject_of(row: models.Model) -> UUID | None:
    """Return the person a row is about; for a row about nobody, the person it names, or None."""
    policy: Policy = row.policy  # type: ignore[attr-defined]
    if policy.subject in ("", "self"):
        return _named_in(row) if policy.subject == "" else row.pk
    person: object = row
    try:
        for step in policy.subject.split("__"):
            person = getattr(person, step, None)
    except ObjectDoesNotExist:  # the number of somebody who is erased
        return None
    return getattr(person, "pk", None)


def contact_of(account: models.Model) -> str:
    """Return how to reach a person, one line each; nothing of one whose key is destroyed."""
    try:
        told = account.profile  # type: ignore[attr-defined]
    except Erased:
        return ""
    lines = [str(told.get(name) or "") for name in CONTACT]
    return "\n".join(filter(None, [*lines, email_of(account) or ""]))  # type: ignore[arg-type]


def tables_for(role: Role) -> list[str]:
    """Return the tables (labels) of which `role` may see anything of a person."""
    return [label for label in SHOWN if columns_for(apps.get_model(label), role)]


def account_exists(account_id: UUID) -> bool:
    """Return whether there is an account with this id."""
    return get_user_model()._default_manager.filter(pk=account_id).exists()


def open_grant(*, staff_id: UUID, subject_id: UUID, table: str, now: datetime) -> Grant | None:
    """Return what opens `table` of a person for a member of staff at `now`, opened last first; or None."""
    grants = Grant.objects.filter(asked_by_id=staff_id, subject_id=subject_id, role=role_of(staff_id))
    found = (
        grant for grant in grants.exclude(approved_at=None).order_by("-approved_at") if grant.is_open(now)
    )
    return next((grant for grant in found if table in grant.tables), None)


def waits_for_yes(*, staff_id: UUID, subject_id: UUID, table: str) -> bool:
    """Return whether a member of staff asked for a table of a person and nobody answered yet."""
    grants = Grant.objects.filter(
        asked_by_id=staff_id, subject_id=subject_id, approved_at=None, ended_at=None
    )
    return any(table in grant.tables for grant in grants)


def grants_seen_by(staff_id: UUID, now: datetime) -> list[Grant]:
    """Return what waits or is open: all of it for who may say yes, their own for others; the oldest first."""
    grants = Grant.objects.filter(ended_at=None).order_by("created_at", "pk")
    if role_of(staff_id) not in APPROVERS:
        grants = grants.filter(asked_by_id=staff_id)
    return [grant for grant in grants if grant.approved_at is None or grant.is_open(now)]


def cases() -> QuerySet[Case]:
    """Return every request of an authority, what is due first on top."""
    return Case.objects.order_by("ended_at", "due_at", "pk")


def breaches() -> QuerySet[Breach]:
    """Return what leaked and every drill, newest first."""
    return Breach.objects.order_by("-known_at", "pk")


def cases_about_me(actor: Actor, now: datetime) -> list[Case]:
    """Return what authorities asked about the actor, newest first, without what a law forbids to tell."""
    actor.grant(Permission.READ_DISCLOSURES)
    mine = Case.objects.filter(account_ref=actor.id).order_by("-created_at", "pk")
    return [case for case in mine if not is_gagged(case.gag_until, now)]


def may_check_ledger(actor: Actor) -> None:
    """Let the actor see digests of the ledger of looks: everybody may, so that all see the same one."""
    actor.grant(Permission.READ_LEDGER)


def looks_at_me(actor: Actor) -> QuerySet[StaffLook]:
    """Return every look by staff at the actor's data, newest first."""
    actor.grant(Permission.READ_LOOKS)
    return StaffLook.objects.filter(subject_id=actor.id).order_by("-created_at", "-id")


def _is_readable(model: type[models.Model], column: str) -> bool:
    if (model._meta.label, column) in OPENED:
        return True
    sealed = holdings(model)[column].seen is not Seen.BY_SERVER
    return not sealed and not isinstance(model._meta.get_field(column), models.BinaryField)


def _named_in(row: models.Model) -> UUID | None:
    people = (field for field in row._meta.local_concrete_fields if field.related_model is get_user_model())
    return next((named for field in people if (named := getattr(row, field.attname))), None)
