"""The pages about privacy that anybody can read: the policy, every version of it, and the data sheet."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, override
from django.views.decorators.http import require_safe

from prifora.kernel import clock
from prifora.kernel.terms import day_of
from privacy.documents import policy as policies
from privacy.documents import station
from privacy.documents.processors import processor_list
from privacy.documents.statement import Change, changes


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


def _changes(before: policies.Version | None, now: policies.Version, language: str) -> list[Change]:
    return list(changes(before.texts[language], now.texts[language])) if before else []


def _language(wanted: str) -> str:
    """Return the language of a page: the one in its address, else the reader's."""
    if wanted and wanted not in policies.languages():
        raise Http404
    return wanted or (get_language() or settings.LANGUAGE_CODE).split("-")[0]


def _page(request: HttpRequest, template: str, language: str, page: dict[str, object]) -> HttpResponse:
    with override(language):
        more = {
            "language": language,
            "languages": settings.LANGUAGES,
            "processors": processor_list(),
            "operator": settings.OPERATOR,
            "contact": settings.PRIVACY_CONTACT,
        }
        answer = render(request, template, {**page, **more})
    answer.headers["Cache-Control"] = "no-cache"
    return answer
