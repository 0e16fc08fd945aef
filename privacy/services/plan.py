"""What erasing somebody does to every table, read from what its columns declare."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import QuerySet

from prifora.kernel.batches import delete_some
from prifora.kernel.completeness import holdings, people_named_in, policy_of
from prifora.kernel.policy import Erase, Kept


@dataclass(frozen=True, slots=True)
class Part:
    """One table and one way in which its rows are about a person (`path`, an ORM path to the account).

    The rows go, or those `columns` of them are emptied.
    """

    model: type[models.Model]
    path: str
    columns: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the part is called among the steps of an erasure."""
        return f"{self.model._meta.db_table}.{self.path}"

    def rows(self, account_id: UUID) -> QuerySet[Any]:
        """Return the rows of the part that are about a person."""
        return self.model._base_manager.filter(**{self.path: account_id})

    def carry_out(self, account_id: UUID, *, at_once: int) -> bool:
        """Delete or empty at most `at_once` rows about a person; return whether some may be left."""
        rows = self.rows(account_id)
        if not self.columns:
            return delete_some(rows, at_once=at_once)[1]
        some = self.model._base_manager.filter(pk__in=rows.values("pk")[:at_once])
        return some.update(**dict.fromkeys(self.columns)) >= at_once


def plan() -> list[Part]:
    """Return every part there is, the account's own row last."""
    account = get_user_model()
    found = [
        part for model in reversed(apps.get_models()) if model is not account for part in _parts_of(model)
    ]
    return [*found, Part(account, "pk")]


def rows_about(account_id: UUID) -> dict[str, int]:
    """Return how many rows of each part are about a person now; parts without any are left out."""
    counted = {part.name: part.rows(account_id).count() for part in plan()}
    return {name: number for name, number in counted.items() if number}


def what_stays() -> list[Kept]:
    """Return what stays of somebody who is erased, each said once."""
    found: dict[str, Kept] = {}
    for model in apps.get_models():
        policy = policy_of(model)
        if policy is not None and policy.kept is not None:
            found.setdefault(str(policy.kept.what), policy.kept)
    return list(found.values())


def _parts_of(model: type[models.Model]) -> Iterator[Part]:
    policy = policy_of(model)
    if policy is None or (policy.kept is not None and policy.kept.by_law):
        return
    held = holdings(model)
    named = [field.name for field in people_named_in(model)]
    for name in named:
        if held[name].on_erase is Erase.DELETE:
            yield Part(model, name)
        elif held[name].on_erase is Erase.BLANK:
            yield Part(model, name, _emptied_with(model, name))
    if (
        policy.subject
        and policy.subject.split("__")[0] not in named
        and _goes_with_its_owner(model, policy.subject)
    ):
        yield Part(model, policy.subject)


def _emptied_with(model: type[models.Model], name: str) -> tuple[str, ...]:
    """Return the columns emptied with one that names the person: with the subject, all that say so."""
    policy = policy_of(model)
    if policy is None or policy.subject != name:
        return (name,)
    named = {field.name for field in people_named_in(model)} - {name}
    held = holdings(model)
    return (name, *(one for one in held if held[one].on_erase is Erase.BLANK and one not in {name, *named}))


def _goes_with_its_owner(model: type[models.Model], subject: str) -> bool:
    """Return whether rows that belong to a person by way of another table go when that one's row does."""
    owner = model._meta.get_field(subject.split("__", maxsplit=1)[0])
    return owner.remote_field.on_delete is models.CASCADE  # type: ignore[union-attr]
