"""What an export looks like, as JSON Schema (2020-12): made from the declarations, so both agree."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from prifora.kernel.completeness import holdings
from prifora.kernel.policy import Erase, Held, Seen
from privacy.documents.words import CATEGORIES, PURPOSES
from privacy.services import exported_columns, tables_about_people

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TEXT = {"type": "string"}
MOMENT, DAY = {"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}
ID = {"type": "string", "format": "uuid"}
BYTES = {"type": "string", "contentEncoding": "base64url"}
RECIPIENT = ("name", "kind", "does", "country", "agreement")
TYPES: dict[str, dict[str, Any]] = {
    "BinaryField": BYTES,
    "BooleanField": {"type": "boolean"},
    "DateField": DAY,
    "DateTimeField": MOMENT,
    "JSONField": {"type": ["object", "array", "string", "number", "boolean", "null"]},
    "UUIDField": ID,
}
"""By the kind of a column; what is not here is a text, or a whole number."""


def export_schema() -> dict[str, Any]:
    """Return the schema of an export in the active language: every table and column that may be in it."""
    return {
        "$schema": DIALECT,
        "title": _("Everything that is kept about you"),
        "description": _(
            "What you take with you is everything that is stored digitally. Notes on paper and what was said "
            "on the telephone are not in it."
        ),
        **_object(
            {
                "account_id": ID,
                "made_at": MOMENT,
                "recipients": {"type": "array", "items": _recipient()},
                "tables": {
                    "type": "array",
                    "items": {"oneOf": [_table(one) for one in tables_about_people()]},
                },
            }
        ),
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _recipient() -> dict[str, Any]:
    return {
        "description": _("Who works for us"),
        **_object({**dict.fromkeys(RECIPIENT, TEXT), "agreed_on": DAY}),
    }


def _table(model: type[models.Model]) -> dict[str, Any]:
    held = holdings(model)
    row = _object({one.name: _column(one, held[one.name]) for one in exported_columns(model)})
    return _object({"table": {"const": model._meta.db_table}, "rows": {"type": "array", "items": row}})


def _column(column: Any, held: Held) -> dict[str, Any]:
    words = f"{CATEGORIES[held.category]}: {PURPOSES[held.purpose]}"
    return {**_type(column, held), "description": words}


def _type(column: Any, held: Held) -> dict[str, Any]:
    if held.seen is Seen.SEALED and held.on_erase is Erase.SHRED:
        return {"type": ["object", "string", "null"]}  # opened, when it can be
    if column.is_relation:
        column = column.target_field
    kind = column.get_internal_type()
    found = TYPES.get(kind, {"type": "integer"} if kind.endswith(("IntegerField", "AutoField")) else TEXT)
    return {**found, "type": [found["type"], "null"]} if isinstance(found["type"], str) else found
