"""Questions to Customer Support in the admin site: what is due first on top, and each look recorded.

Whoever asked wants to be read: nobody else has to open it. It opens this question and nothing more of the
person; for more, staff ask a colleague as always.
"""

from functools import partial
from typing import cast
from uuid import UUID

from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from prifora.kernel import clock
from prifora.kernel.policy import Role
from support import access, services
from support.admin import Note, PolicyAdmin
from tickets.services import is_late, waits


class TicketAdmin(PolicyAdmin):
    """Questions by when they are due; the words of one are shown once the look is recorded."""

    list_display = ("__str__", "id", "lateness")

    @admin.display(description="", empty_value="")
    def lateness(self, row: Model) -> str | None:
        """Say that an answer is late; nothing else."""
        return str(_("LATE")) if is_late(row, clock.now()) else None  # type: ignore[arg-type]

    def _noting(self, request: HttpRequest, role: Role, row: Model) -> Note | None:
        """Return what records a look; always, since its person asked for it."""
        return partial(
            services.note_ticket_look,
            staff_id=cast(UUID, request.user.pk),
            role=role,
            ticket_id=row.pk,
            subject_id=cast(UUID, access.subject_of(row)),
        )

    def _refuse_restricted(self, role: Role, row: Model, subject: UUID) -> None:
        """Show what waits for an answer also of somebody whose data may only be stored: they asked for it."""
        if not waits(row):  # type: ignore[arg-type]
            super()._refuse_restricted(role, row, subject)


for label in access.ASKED:
    admin.site.register(apps.get_model(label), TicketAdmin)
