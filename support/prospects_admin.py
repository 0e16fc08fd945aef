"""Who wrote without an account, in the admin site: what is due first on top, and each look recorded.

They wrote to be read, and have no account: no colleague opens it, and the ledger of looks is how a look can
be shown, as with the books.
"""

from typing import Any, cast
from uuid import UUID

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from prifora.kernel import clock
from prospects.services import is_late
from support import access, services
from support.admin import PolicyAdmin


class ProspectAdmin(PolicyAdmin):
    """People by when their answer is due; the words of one are shown once the look is recorded."""

    list_display = ("__str__", "id", "lateness")

    @admin.display(description="", empty_value="")
    def lateness(self, row: Model) -> str | None:
        """Say that an answer is late; nothing else."""
        return str(_("LATE")) if is_late(row, clock.now()) else None  # type: ignore[arg-type]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Record the look, then show what was written."""
        self._note(request, object_id or "", "shown")
        return super().changeform_view(request, object_id, form_url, extra_context)

    def act_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Record what is done, or tried, then do it."""
        if request.method == "POST":
            self._note(request, object_id, name)
        return super().act_view(request, object_id, name)

    def _note(self, request: HttpRequest, row_id: str, what: str) -> None:
        """Add a line to the ledger of looks; refuse who may see nothing here."""
        role = self._role(request)
        if role is None or not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, row_id)
        if row is None:
            raise Http404
        services.note_prospect_look(
            staff_id=cast(UUID, request.user.pk),
            role=role,
            row=str(row.pk),
            what=what,
            now=clock.now(),
        )


for label in access.UNKNOWN:
    admin.site.register(apps.get_model(label), ProspectAdmin)
