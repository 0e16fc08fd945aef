"""The pages about privacy for anybody: every version of the policy, data sheet, legal notice, a question."""

from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from prifora.kernel import clock
from prifora.kernel.errors import Refused
from prifora.kernel.limits import Limit, enforce
from prifora.kernel.terms import day_of
from privacy import services
from privacy.documents import policy as policies
from privacy.documents import station
from privacy.documents.legal import legal_notice
from privacy.documents.processors import processor_list
from privacy.documents.statement import Change, changes
from privacy.documents.words import OFFICER
from privacy.forms import QuestionForm


@require_safe
def policy(request: HttpRequest, language: str = "", number: int = 0) -> HttpResponse:
    """Answer a version of the policy.

    Without `number` the one that holds; without `language` in the reader's. A version that is coming is shown
    with what is different from the one that holds.
    """
    language = _language(language)
    versions, holding = policies.versions(), policies.in_force(day_of(clock.now()))
    version = next((one for one in versions if one.number == (number or holding.number)), None)
    if version is None:
        raise Http404
    is_coming = version.number > holding.number
    base = holding.number if is_coming else version.number - 1
    before = next((one for one in versions if one.number == base), None)
    page = {
        "statement": version.texts[language],
        "version": version,
        "before": before,
        "changes": _changes(before, version, language),
        "versions": versions,
        "holding": holding,
        "is_coming": is_coming,
        "reviewed_on": versions[0].reviewed_on,
        "review_due": policies.review_due(),
        "coming": versions[0] if versions[0].number > holding.number else None,
        "path": f"/{number}" if number else "",
    }
    return _page(request, "privacy/policy.html", language, page)


@require_safe
def home_station(request: HttpRequest, language: str = "") -> HttpResponse:
    """Answer the data sheet of the Home Station."""
    language = _language(language)
    with override(language):
        sheet = station.sheet()
    return _page(request, "privacy/document.html", language, {"statement": sheet, "path": "/home-station"})


@require_safe
def legal(request: HttpRequest, language: str = "") -> HttpResponse:
    """Answer the legal notice: who runs this server."""
    language = _language(language)
    with override(language):
        notice = legal_notice()
    return _page(request, "privacy/legal.html", language, {"statement": notice, "path": "/legal"})


@csrf_exempt  # it takes nothing from a session, and works without cookies
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, language: str = "") -> HttpResponse:
    """Answer the form of a question, or send it to the privacy officer. Absent where nobody is named."""
    language = _language(language)
    if not settings.PRIVACY_OFFICER["email"]:
        raise Http404
    with override(language):
        page: dict[str, object] = {"form": QuestionForm(), "path": "/ask"}
        status = _send(request, page) if request.method == "POST" else HTTPStatus.OK
        answer = _page(request, "privacy/question.html", language, page, status=status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _send(request: HttpRequest, page: dict[str, object]) -> int:
    """Send what was filled in; put on the page what is said of it, and return its status."""
    page["form"] = form = QuestionForm(request.POST)
    if not form.is_valid():
        form.again()
        return HTTPStatus.BAD_REQUEST
    filled = form.cleaned_data
    try:
        enforce(Limit.QUESTION_SEND, str(request.META.get("REMOTE_ADDR", "")))
        # a program that fills in what is not shown hears what a person hears, and nothing goes
        if not filled["website"]:
            services.send_question(**{name: filled[name] for name in ("name", "email", "phone", "text")})
    except Refused as refused:
        form.again()
        page["told"] = str(refused.sentence)
        return refused.status
    page["sent"] = True
    return HTTPStatus.OK


def _changes(before: policies.Version | None, now: policies.Version, language: str) -> list[Change]:
    return list(changes(before.texts[language], now.texts[language])) if before else []


def _language(wanted: str) -> str:
    """Return the language of a page: the one in its address, else the reader's."""
    if wanted and wanted not in policies.languages():
        raise Http404
    return wanted or (get_language() or settings.LANGUAGE_CODE).split("-")[0]


def _page(
    request: HttpRequest, template: str, language: str, page: dict[str, object], status: int = 200
) -> HttpResponse:
    with override(language):
        more = {
            "language": language,
            "languages": settings.LANGUAGES,
            "processors": processor_list(),
            "operator": settings.OPERATOR,
            "contact": settings.PRIVACY_CONTACT,
            "officer": settings.PRIVACY_OFFICER,
            "officer_is": OFFICER[settings.PRIVACY_OFFICER_IS_DPO],
            "officer_reached": any(settings.PRIVACY_OFFICER.values()),
        }
        answer = render(request, template, {**page, **more}, status=status)
    answer.headers["Cache-Control"] = "no-cache"
    return answer
