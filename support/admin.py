"""Every table staff may see, with the columns its policy gives to their role, and what they may do there.

A person's row opens only while a colleague has opened it (services.approve_grant). No column can be changed
here: what can be done with a row is a use case of its app (prifora/kernel/desk.py).
"""

from datetime import datetime
from functools import partial
from typing import Any, Protocol, cast
from uuid import UUID

from django import forms
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from prifora.kernel import clock
from prifora.kernel.desk import Act, Making, acts_for, making_for, told_beside
from prifora.kernel.errors import Refused
from prifora.kernel.gates import restricted_people
from prifora.kernel.policy import Policy, Role
from support import access, services
from support.models import Grant
from support.shapes import AskForm


class Note(Protocol):
    """What records a look, at a moment."""

    def __call__(self, *, now: datetime) -> object: ...


class PolicyAdmin(admin.ModelAdmin):
    """Read-only; columns by role; a person's row opens when a colleague said yes, and every look is recorded.

    The list shows ids only: a column of it would be a look at everybody at once.
    """

    by_policy = True
    change_form_template = "support/row.html"
    change_list_template = "support/list.html"
    actions = None
    list_display: tuple[str, ...] = ("__str__",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("=id",)

    @property
    def media(self) -> forms.Media:
        """No scripts: reading needs none, and the site's policy (trusted types) stops Django's."""
        return forms.Media()

    def columns(self, request: HttpRequest) -> list[str]:
        role = self._role(request)
        return access.columns_for(self.model, role) if role else []

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        label = self.model._meta.label
        return [access.OPENED.get((label, name), name) for name in self.columns(request)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj)

    @admin.display(description=_("How to reach this person"))
    def contact(self, row: Model) -> str:
        return access.contact_of(row)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Find a row by its id; rows about a person by that person's id, while they are open."""
        if not search_term.strip():
            return queryset, False
        try:
            wanted = UUID(search_term.strip())
        except ValueError:
            return queryset.none(), False
        match = Q(pk=wanted)
        if self._policy.subject not in ("", "self") and self._open(request, wanted):
            match |= Q(**{self._policy.subject: wanted})
        return queryset.filter(match), False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Allow no filter in the address: `?password__startswith=` would read what no page shows."""
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(self.columns(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.columns(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Ask a colleague first (all that is sent here); once one said yes, record the look and show it."""
        role = self._role(request)
        if role is None or not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, object_id or "")
        subject = access.subject_of(row) if row else None
        if row is None or subject is None:
            more = {"acts": acts_for(row, role), "paragraphs": told_beside(row, role)} if row else {}
            return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **more})
        self._refuse_restricted(role, row, subject)
        note = self._noting(request, role, row)
        if note is None or request.method == "POST":
            return self._ask(request, role, subject)
        note(now=clock.now())
        more = {"acts": acts_for(row, role), "paragraphs": told_beside(row, role)}
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, and the way to a new row where the role may add one."""
        more = {"making": self._making(request)}
        return super().changelist_view(request, {**(extra_context or {}), **more})

    def get_urls(self) -> list[URLPattern]:
        """The usual pages, one for each thing that staff may do with a row, and one that adds a row."""
        act, make = self.admin_site.admin_view(self.act_view), self.admin_site.admin_view(self.make_view)
        return [
            path("<path:object_id>/act/<str:name>/", act, name=self._act_path),
            path("new/", make, name=f"{self.opts.app_label}_{self.opts.model_name}_new"),
            *super().get_urls(),
        ]

    def make_view(self, request: HttpRequest) -> HttpResponse:
        """Ask what a new row needs, add it and show it. 404 where the role may add none."""
        making = self._making(request)
        if making is None:
            raise Http404
        form = making.form(request.POST if request.method == "POST" else None)
        row = self._made(making, form) if request.method == "POST" and form.is_valid() else None
        here = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        if row is not None:
            return redirect(reverse(f"{here}_change", args=[row.pk]))
        back = reverse(f"{here}_changelist")
        context = {**self.admin_site.each_context(request), "form": form, "title": making.words, "back": back}
        return TemplateResponse(request, "support/new.html", context)

    def act_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Ask what is needed for it, do it, record it as a look, and show the row again.

        While no colleague has opened the row, its page asks for that; a row about no account needs none.
        """
        role, row = self._role(request), self.get_object(request, object_id)
        subject = access.subject_of(row) if row else None
        if role is None or row is None or not self.has_view_permission(request):
            raise Http404
        act = next((one for one in acts_for(row, role) if one.name == name), None)
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
        note = self._noting(request, role, row) if subject else None
        if act is None or (subject and note is None):
            return redirect(back)
        if subject:
            self._refuse_restricted(role, row, subject)
        form = act.form(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid() and self._done(request, act, row, form, note):
            return redirect(back)
        context = {**self.admin_site.each_context(request), "form": form, "title": act.words, "back": back}
        return TemplateResponse(request, "support/act.html", context)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """No history: nothing is changed here."""
        return redirect("../change/")

    @property
    def _act_path(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_act"

    def _done(self, request: HttpRequest, act: Act, row: Model, form: forms.Form, note: Note | None) -> bool:
        """Do it and record it, both or neither; what is refused is said on the form."""
        now = clock.now()
        signed = {"staff_id": request.user.pk} if act.signed else {}
        try:
            with transaction.atomic():
                if note:
                    note(now=now)
                act.do(row, {**form.cleaned_data, **signed}, now)
        except Refused as refused:
            form.add_error(None, str(refused.sentence))
            return False
        return True

    def _making(self, request: HttpRequest) -> Making | None:
        role = self._role(request)
        return making_for(self.model, role) if role and self.has_view_permission(request) else None

    def _made(self, making: Making, form: forms.Form) -> Model | None:
        """Add the row, all of it or nothing; what is refused is said on the form."""
        try:
            with transaction.atomic():
                return making.do(form.cleaned_data, clock.now())
        except Refused as refused:
            form.add_error(None, str(refused.sentence))
            return None

    def _refuse_restricted(self, role: Role, row: Model, subject: UUID) -> None:
        """Show somebody whose data may only be stored to nobody but who deals with that."""
        if role is not Role.PRIVACY and subject in restricted_people():
            raise PermissionDenied

    @property
    def _policy(self) -> Policy:
        return self.model.policy  # type: ignore[attr-defined]

    def _role(self, request: HttpRequest) -> Role | None:
        return access.role_of(request.user.pk) if request.user.is_authenticated else None

    def _open(self, request: HttpRequest, subject: UUID) -> Grant | None:
        table, staff_id = self.model._meta.label, cast(UUID, request.user.pk)
        return access.open_grant(staff_id=staff_id, subject_id=subject, table=table, now=clock.now())

    def _noting(self, request: HttpRequest, role: Role, row: Model) -> Note | None:
        """Return what records a look at a person's row, or None while it is not open."""
        grant = self._open(request, cast(UUID, access.subject_of(row)))
        return partial(services.note_look, grant=grant, table=self.model._meta.label) if grant else None

    def _ask(self, request: HttpRequest, role: Role, subject: UUID) -> HttpResponse:
        here, staff_id = self.model._meta.label, cast(UUID, request.user.pk)
        context = {**self.admin_site.each_context(request), "title": _("Why do you look?")}
        if access.waits_for_yes(staff_id=staff_id, subject_id=subject, table=here):
            return TemplateResponse(request, "support/waiting.html", context)
        form = AskForm(request.POST or None, tables=access.tables_for(role), here=here)
        if form.is_valid():
            asked = form.cleaned_data
            services.ask_grant(staff_id=staff_id, role=role, subject_id=subject, **asked, now=clock.now())
            return redirect(request.get_full_path())
        return TemplateResponse(request, "support/reason.html", {**context, "form": form})


for label in (*access.SHOWN, *access.SALES):
    admin.site.register(apps.get_model(label), PolicyAdmin)
