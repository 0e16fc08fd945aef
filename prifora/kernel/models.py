"""The base of every table."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from prifora.kernel.ids import new_id
from prifora.kernel.policy import Policy


class Row(models.Model):
    """A table with a random id and the moment it was made; subclasses add `policy`."""

    policy: ClassVar[Policy]

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save as Django does, but a change to a stored row must name its columns.

        Otherwise two requests that touch different columns of one row undo each other.
        Raises TypeError when `update_fields` is missing.
        """
        if not self._state.adding and kwargs.get("update_fields") is None:
            raise TypeError("save(update_fields=[...])")
        super().save(*args, **kwargs)
