"""What staff may do with a row besides looking at it: each app says so, the admin site of support shows it.

Everything here happens after a written reason that the person can read, and is recorded as a look.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from prifora.kernel.policy import Role

if TYPE_CHECKING:
    from django import forms
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that staff in `role` may do with a row of `model` ("app.Model") while `when` says so.

    `do` gets the row, what was filled in in `form`, and the moment; what it raises as Refused is shown.
    `signed`: it finds in what was filled in also who of the staff does it, as `staff_id`.
    """

    model: str
    name: str
    words: "StrPromise"
    role: Role
    form: "type[forms.Form]"
    do: Callable[[Any, dict[str, Any], datetime], object]
    when: Callable[[Any], bool]
    signed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """A new row that staff in `role` may add to the table of `model` ("app.Model").

    `do` gets what was filled in in `form`, and the moment, and returns the row. Its Refused are shown.
    """

    model: str
    words: "StrPromise"
    role: Role
    form: "type[forms.Form]"
    do: Callable[[dict[str, Any], datetime], Model]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Something to read beside a row: when, whose words, and the words."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something that staff have to do by some day, in words; `late`: that day is over."""

    words: str
    late: bool


Reminding = Callable[[datetime], Reminder]
Telling = Callable[[Any], list[Paragraph]]

_acts: dict[tuple[str, str], Act] = {}
_makings: dict[tuple[str, Role], Making] = {}
_told: dict[str, tuple[Role, Telling]] = {}
_reminding: list[tuple[Role, Reminding]] = []


def offer(*acts: Act) -> None:
    """Let staff do these things, from the `admin` of the app whose rows they are."""
    _acts.update({(act.model, act.name): act for act in acts})


def offer_making(making: Making) -> None:
    """Let staff add such rows, from the `admin` of the app whose rows they are."""
    _makings[making.model, making.role] = making


def tell_beside(model: str, role: Role, telling: Telling) -> None:
    """Let staff in `role` read more beside a row of `model`: what lies sealed elsewhere, opened for them."""
    _told[model] = (role, telling)


def remind(role: Role, reminding: Reminding) -> None:
    """Let staff in `role` see by when something has to be done, on the first page of the admin site."""
    _reminding.append((role, reminding))


def reminders_for(role: Role | None, now: datetime) -> list[Reminder]:
    """Return what staff in `role` have to do by some day."""
    return [reminding(now) for whose, reminding in _reminding if whose is role]


def acts_for(row: Model, role: Role) -> list[Act]:
    """Return what staff in `role` may do with a row now."""
    label = row._meta.label
    return [
        act for (model, _name), act in _acts.items() if model == label and act.role is role and act.when(row)
    ]


def told_beside(row: Model, role: Role) -> list[Paragraph]:
    """Return what staff in `role` may read beside a row."""
    whose, telling = _told.get(row._meta.label, (None, None))
    return telling(row) if telling is not None and whose is role else []


def making_for(model: type[Model], role: Role) -> Making | None:
    """Return the new row that staff in `role` may add to a table, if any."""
    return _makings.get((model._meta.label, role))
