"""The books in the admin site: finance sees a bill after saying why, and what the accountant gets.

Whoever bought is no account of ours, so nobody can be asked or told; the reason is one of a few, and every
look is a line in the ledger of looks. Nothing can be changed here.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from books import services as books
from prifora.kernel import clock
from prifora.kernel.policy import Role
from prifora.kernel.terms import day_of, months_after
from support import access, services
from support.admin import PolicyAdmin
from support.shapes import WhyForm

Page = Callable[..., HttpResponse]

OPEN_FOR = timedelta(minutes=10)
OPENED = "books_opened"
"""Where the session notes which row of the books is open, until when, and why."""

MONTHS_LISTED = 15


class BooksAdmin(PolicyAdmin):
    """Rows of the books: listed by number, day and amount; one opens for ten minutes after a reason."""

    change_list_template = "support/books.html"
    change_form_template = "support/booked.html"

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Ask why first; then record the look and show the row."""
        row = self._row(request, object_id or "")
        if request.method == "POST" or not self._opened(request, row):
            return self._ask_why(request, row)
        self._note(request, row, "shown")
        more = {"is_bill": self._has_papers, "buyer": _lines_of(row.buyer) if self._has_papers else []}
        return admin.ModelAdmin.changeform_view(
            self, request, object_id, form_url, {**(extra_context or {}), **more}
        )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, and the months and quarters of which the accountant can get the books."""
        today = day_of(clock.now()).replace(day=1)
        months = [months_after(today, -n) for n in range(MONTHS_LISTED)]
        quarters = [(day.year, (day.month + 2) // 3) for day in months if day.month % 3 == 1]
        more = {
            "months": months if self._has_papers else [],
            "quarters": quarters if self._has_papers else [],
        }
        return super().changelist_view(request, {**(extra_context or {}), **more})

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Find rows by the number of a bill, or by the number of a sale."""
        term = search_term.strip()
        if not term:
            return queryset, False
        match = Q(number=term.upper())
        with suppress(ValueError):
            match |= Q(reference=UUID(term)) | Q(pk=UUID(term))
        return queryset.filter(match), False

    def get_urls(self) -> list[URLPattern]:
        """The usual pages, and with bills their papers and what the accountant gets."""
        guarded = self.admin_site.admin_view
        papers = [
            path("<uuid:row_id>/pdf/", guarded(self._paper("pdf", "application/pdf", books.pdf))),
            path("<uuid:row_id>/xml/", guarded(self._paper("xml", "application/xml", books.xml))),
            path("month/<int:year>/<int:number>/", guarded(self.month_view)),
            path("vat/<int:year>/<int:number>/", guarded(self.quarter_view)),
        ]
        return [*(papers if self._has_papers else []), *super().get_urls()]

    def month_view(self, request: HttpRequest, year: int, number: int) -> HttpResponse:
        """The books of a month, for the accountant."""
        name = f"books-{year}-{number:02}.zip"
        return self._export(
            request, name, "application/zip", lambda: _of_period(books.export, year, number, 12)
        )

    def quarter_view(self, request: HttpRequest, year: int, number: int) -> HttpResponse:
        """The VAT of a quarter, for its return."""
        name = f"vat-{year}-q{number}.csv"
        return self._export(request, name, "text/csv", lambda: _of_period(books.vat_report, year, number, 4))

    @property
    def _has_papers(self) -> bool:
        return self.model._meta.label == "books.Bill"

    def _row(self, request: HttpRequest, row_id: str) -> Any:
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, row_id)
        if row is None:
            raise Http404
        return row

    def _ask_why(self, request: HttpRequest, row: Any) -> HttpResponse:
        form = WhyForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            until = clock.now() + OPEN_FOR
            request.session[OPENED] = [str(row.pk), until.timestamp(), form.cleaned_data["why"]]
            return redirect(request.path)
        context = {**self.admin_site.each_context(request), "title": _("Why do you look?"), "form": form}
        return TemplateResponse(request, "support/why.html", context)

    def _opened(self, request: HttpRequest, row: Any) -> bool:
        row_id, until, _why = request.session.get(OPENED, ["", 0, ""])
        return row_id == str(row.pk) and clock.now().timestamp() < until

    def _note(self, request: HttpRequest, row: Any, what: str) -> None:
        services.note_book_look(
            staff_id=cast(UUID, request.user.pk),
            role=cast(Role, self._role(request)),
            table=self.model._meta.label,
            row=str(row.pk) if row is not None else "",
            what=what,
            why=request.session[OPENED][2] if row is not None else "accountant",
            now=clock.now(),
        )

    def _paper(self, kind: str, content_type: str, make: Callable[[str], bytes]) -> Page:
        def view(request: HttpRequest, row_id: UUID) -> HttpResponse:
            row = self._row(request, str(row_id))
            if not self._opened(request, row):
                return redirect("../change/")
            self._note(request, row, kind)
            return _file(make(row.number), f"{row.number}.{kind}", content_type)

        return view

    def _export(
        self, request: HttpRequest, name: str, content_type: str, make: Callable[[], bytes]
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        made = make()
        self._note(request, None, name)
        return _file(made, name, content_type)


def _of_period(make: Callable[[int, int], bytes], year: int, number: int, last: int) -> bytes:
    """Return what is made of a month or quarter; 404 for one that no calendar has."""
    if not (date.min.year <= year < date.max.year and 1 <= number <= last):
        raise Http404
    return make(year, number)


def _file(content: bytes, name: str, content_type: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type, headers=headers)


def _lines_of(buyer: Any) -> list[str]:
    place = f"{buyer.postcode} {buyer.city} {buyer.country}"
    return [line for line in (buyer.company, buyer.name, *buyer.address, place, buyer.vat_id) if line]


for label in access.BOOKED:
    admin.site.register(apps.get_model(label), BooksAdmin)
