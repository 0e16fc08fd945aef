"""What an authority gets of somebody: columns that staff may see, and of what is sealed only its size."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from prifora.kernel.completeness import holdings, policy_of
from prifora.kernel.policy import Held, Seen
from support import access

STATEMENT = (
    "Content is encrypted on the devices of those who share it. We hold no keys to it and cannot make any; "
    "of such columns only the number of bytes is given."
)


def possible_tables() -> list[str]:
    """Return the tables (labels) of which anything can be handed out: about people, with a column to show."""
    return sorted(
        model._meta.label for model in apps.get_models() if _is_about_people(model) and _columns(model)
    )


def package_of(*, account_id: UUID, tables: Iterable[str], reference: str, now: datetime) -> bytes:
    """Return the package as JSON, in one order, so that its digest can be checked by whoever has it."""
    package = {
        "reference": reference,
        "account": str(account_id),
        "made_at": now.isoformat(),
        "statement": STATEMENT,
        "tables": {label: _rows(apps.get_model(label), account_id) for label in sorted(tables)},
    }
    return json.dumps(package, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _rows(model: type[models.Model], account_id: UUID) -> list[dict[str, Any]]:
    path = "pk" if _subject(model) == "self" else _subject(model)
    rows = model._base_manager.filter(**{path: account_id}).order_by("pk")
    return [_shown(model, row) for row in rows]


def _shown(model: type[models.Model], row: models.Model) -> dict[str, Any]:
    return {name: _value(model, row, name, held) for name, held in _columns(model).items()}


def _value(model: type[models.Model], row: models.Model, name: str, held: Held) -> Any:
    if (model._meta.label, name) in access.OPENED:
        return access.contact_of(row).splitlines()
    field = model._meta.get_field(name)
    value = getattr(row, field.attname)  # type: ignore[union-attr]
    if held.seen is not Seen.BY_SERVER or isinstance(field, models.BinaryField):
        return f"{len(bytes(value or b''))} bytes of ciphertext"
    return value if isinstance(value, str | int | bool | None) else str(value)


def _columns(model: type[models.Model]) -> dict[str, Held]:
    """Return the columns of a table that staff may see, and those that only members can read."""
    own = {
        field.name: held[field.name]
        for held in (holdings(model),)
        for field in model._meta.local_concrete_fields
        if field.name in held and (held[field.name].staff or held[field.name].seen is Seen.BY_MEMBERS)
    }
    return own if own.keys() - {"id", "created_at"} else {}


def _is_about_people(model: type[models.Model]) -> bool:
    return model._meta.app_label != "support" and bool(_subject(model))


def _subject(model: type[models.Model]) -> str:
    policy = policy_of(model)
    return policy.subject if policy else ""
