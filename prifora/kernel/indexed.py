"""A text column that can be found but not read: the database holds a blind index, the text lies sealed.

The row's owner keeps the text in a sealed document; the descriptor fetches it from there. Library code
that filters by the column or reads the attribute works unchanged.
"""

import re
from typing import Any

from django.db import models

from prifora.kernel.sealing import index_of

_TOKEN = re.compile(r"x:[0-9a-f]{32}\Z")
TOKEN_LENGTH = 34


def token_of(label: str, text: str) -> str:
    """Return what the column holds for `text`: its blind index, case folded, as 34 characters."""
    return text if is_token(text) else f"x:{index_of(label, text.strip().casefold()).hex()}"


def is_token(value: object) -> bool:
    """Return whether `value` is already a blind index."""
    return isinstance(value, str) and bool(_TOKEN.match(value))


class _Text:
    """Reads the sealed text on first touch; holds what is set until it is saved."""

    def __init__(self, field: "IndexedTextField") -> None:
        self.field = field

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        value = row.__dict__.get(self.field.attname)
        if is_token(value):
            return row.indexed_text(self.field.attname, value)
        return value

    def __set__(self, row: Any, value: Any) -> None:
        row.__dict__[self.field.attname] = value


class IndexedTextField(models.CharField):
    """Text found by equality only.

    The model has `indexed_text(name, token)` and `keep_text(name, token, text)`.
    """

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        self.label = label
        kwargs["max_length"] = TOKEN_LENGTH
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "label": self.label}

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:  # noqa: FBT001, FBT002
        super().contribute_to_class(cls, name, private_only=private_only)
        setattr(cls, self.attname, _Text(self))

    def get_prep_value(self, value: Any) -> str | None:
        return None if not value else token_of(self.label, str(value))

    def pre_save(self, model_instance: Any, add: bool) -> str | None:  # noqa: FBT001
        text = model_instance.__dict__.get(self.attname)
        token = self.get_prep_value(text)
        if text and not is_token(text) and token:
            model_instance.keep_text(self.attname, token, str(text))
        return token
