"""The pages of the admin site on which staff act together: opening data, answering authorities, leaks.

Each is for the roles it names; a page never decides, it calls one service and shows what that says.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from figures.access import KEPT, SHOWN_FROM
from plans.services import credits_given
from prifora.kernel import clock
from prifora.kernel.errors import Absent, Refused
from prifora.kernel.policy import Role
from support import access, services
from support.models import State
from support.shapes import BreachForm, CaseForm, OutageForm, ScopeForm
from tickets.services import feedback_given

View = Callable[..., HttpResponse]
PRIVACY = (Role.PRIVACY,)
GIVING = (Role.SYSTEM, Role.FINANCE)
"""Who gives everybody days for what did not work."""

LISTED_MAX = 200
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def page(*roles: Role) -> Callable[[View], View]:
    """Make a page of the admin site for `roles`: 403 for other staff, the sign-in for everybody else."""

    def make(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if access.role_of(_me(request)) not in roles:
                raise PermissionDenied
            try:
                return view(request, *args, **kwargs)
            except Absent as gone:
                raise Http404 from gone
            except Refused as refused:
                told = {"told": str(refused.sentence), "back": request.path}
                return _show(request, "refused", told, status=refused.status)

        return admin.site.admin_view(require_http_methods(["GET", "POST"])(guarded))

    return make


@page(*Role)
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for a yes and what is open; who may say yes does so here, and all can end their own."""
    me, now = _me(request), clock.now()
    acts = {"yes": services.approve_grant, "end": services.end_grant}
    if request.method == "POST":
        act = acts.get(request.POST.get("act", ""))
        if act is None:
            raise Absent
        act(grant_id=_id(request.POST.get("grant", "")), staff_id=me, now=now)
        return redirect(request.path)
    grants = [
        {"grant": grant, "open": grant.is_open(now), "mine": grant.asked_by_id == me}
        for grant in access.grants_seen_by(me, now)
    ]
    may_say_yes = access.role_of(me) in access.APPROVERS
    return _show(request, "desk", {"grants": grants, "may_say_yes": may_say_yes})


@page(*PRIVACY)
def cases(request: HttpRequest) -> HttpResponse:
    """Every request of an authority, and the form that takes in a new one."""
    form = CaseForm(request.POST or None)
    if form.is_valid():
        case = services.receive_case(**form.asked(), staff_id=_me(request), now=clock.now())
        return redirect(f"{request.path}{case.pk}/")
    return _show(request, "cases", {"form": form, "cases": access.cases()[:200]})


@page(*PRIVACY)
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One request of an authority: what it says, how far it is, and the next step."""
    if request.method == "POST":
        return _step(request, case_id)
    found = access.cases().filter(pk=case_id).first()
    if found is None:
        raise Absent
    asked = services.asked_in(found) if found.account_ref else None
    tables = [(name, name) for name in services.possible_tables()]
    letters = _refusals(asked.reference) if asked and found.state == State.REFUSED else []
    told = {"case": found, "asked": asked, "scope_form": ScopeForm(tables), "letters": letters}
    return _show(request, "case", told)


@page(*PRIVACY)
def breaches(request: HttpRequest) -> HttpResponse:
    """Every leak and drill, and the form that reports a new one."""
    form = BreachForm(request.POST or None)
    if form.is_valid():
        breach = services.report_breach(**form.reported(clock.now()), staff_id=_me(request), now=clock.now())
        return redirect(f"{request.path}{breach.pk}/")
    return _show(request, "breaches", {"form": form, "breaches": access.breaches()[:200]})


@page(*PRIVACY)
def breach(request: HttpRequest, breach_id: UUID) -> HttpResponse:
    """One leak: whom it touches, by when what must be said, the drafts, and the sending of the letters."""
    found = access.breaches().filter(pk=breach_id).first()
    if found is None:
        raise Absent
    if request.method == "POST":
        services.send_letters(breach_id=breach_id, staff_id=_me(request), now=clock.now())
        return redirect(request.path)
    assessment = services.assess(table=found.table, since=found.since, known_at=found.known_at)
    drafts = [
        services.draft_of(assessment, known_at=found.known_at, language=language) for language in LANGUAGES
    ]
    may_send = not found.drill and found.sent_at is None and found.reported_by_id != _me(request)
    told = {"breach": found, "found": assessment, "drafts": drafts, "may_send": may_send}
    return _show(request, "breach", told)


@page(*GIVING)
def outages(request: HttpRequest) -> HttpResponse:
    """Days that everybody got because something did not work, and the form that gives more."""
    form = OutageForm(request.POST or None)
    if form.is_valid():
        services.record_outage(**form.cleaned_data, staff_id=_me(request), now=clock.now())
        return redirect(request.path)
    return _show(request, "outages", {"form": form, "credits": credits_given()})


@page(Role.SYSTEM)
def figures(request: HttpRequest) -> HttpResponse:
    """How much PRIFORA is used, day by day and week by week, and how these numbers are made."""
    charts = services.draw_charts(now=clock.now())
    return _show(request, "figures", {"charts": charts, "few": SHOWN_FROM, "years": KEPT.days // 365})


@page(Role.SUPPORT)
def feedback(request: HttpRequest) -> HttpResponse:
    """What people think could be better; who said it is stored nowhere."""
    return _show(request, "feedback", {"given": feedback_given(LISTED_MAX)})


def _refusals(reference: str) -> list[str]:
    return [services.refusal_of(reference=reference, language=language) for language in LANGUAGES]


def _step(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Do the step that a form of the page names; handing out answers with the package itself."""
    who: dict[str, Any] = {"case_id": case_id, "staff_id": _me(request), "now": clock.now()}
    steps = {"verify": services.verify_case, "yes": services.approve_case, "refuse": services.refuse_case}
    act = request.POST.get("act", "")
    if act == "deliver":
        package = services.deliver_case(**who)
        name = f'attachment; filename="prifora-{case_id}.json"'
        return HttpResponse(package, "application/json", headers={"Content-Disposition": name})
    if act == "scope":
        services.scope_case(**who, tables=request.POST.getlist("tables"))
    elif act in steps:
        steps[act](**who)
    else:
        raise Absent
    return redirect(request.path)


def _me(request: HttpRequest) -> UUID:
    return cast(UUID, request.user.pk)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as wrong:
        raise Absent from wrong


def _show(request: HttpRequest, name: str, told: dict[str, Any], *, status: int = 200) -> HttpResponse:
    context = {**admin.site.each_context(request), **told}
    return TemplateResponse(request, f"support/{name}.html", context, status=status)
