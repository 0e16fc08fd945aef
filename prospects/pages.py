"""The pages for who has no account: writing to us, and what we keep of who wrote."""

from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from prifora.kernel import clock
from prifora.kernel.errors import Refused
from prifora.kernel.limits import Limit, Throttled, enforce
from prospects import access, services
from prospects.forms import WriteForm
from prospects.models import Prospect

CODES = [code for code, _name in settings.LANGUAGES]


@require_safe
def contact(_request: HttpRequest) -> HttpResponse:
    """Lead on to the page in the reader's language."""
    return redirect(f"/contact/{(get_language() or settings.LANGUAGE_CODE).split('-')[0]}")


@csrf_exempt  # it takes nothing from a session, and works without cookies
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, language: str) -> HttpResponse:
    """Answer the form, or keep what was written."""
    if language not in CODES:
        raise Http404
    with override(language):
        page: dict[str, object] = {"form": WriteForm(), "months": access.KEPT_MONTHS}
        status = _keep(request, language, page) if request.method == "POST" else HTTPStatus.OK
        return _page(request, "write", language, page, status=status)


@csrf_exempt  # the link in the address is the proof; there is no session
@require_http_methods(["GET", "HEAD", "POST"])
def kept(request: HttpRequest, link: str) -> HttpResponse:
    """Answer what we keep of who has this link; stop writing to them, or erase it, as they say."""
    try:
        return _of(request, link)
    except Refused as refused:
        language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
        answer = _page(request, "wrong", language, {"told": refused.sentence}, status=refused.status)
        if isinstance(refused, Throttled):
            answer.headers["Retry-After"] = str(refused.wait)
        return answer


def _of(request: HttpRequest, link: str) -> HttpResponse:
    enforce(Limit.PROSPECT_LOOK, str(request.META.get("REMOTE_ADDR", "")))
    prospect = access.prospect_by_link(link)
    act = request.POST.get("act") if request.method == "POST" else ""
    if act == "stop":
        services.stop_mail(prospect_id=prospect.pk, now=clock.now())
        return redirect(f"/contact/kept/{link}")
    with override(prospect.language):
        if act == "erase" and request.POST.get("sure"):
            services.erase_prospect(prospect_id=prospect.pk)
            return _page(request, "erased", prospect.language, {})
        page = {**_kept(prospect), "link": link, "asks": act == "erase"}
        return _page(request, "kept", prospect.language, page)


def _keep(request: HttpRequest, language: str, page: dict[str, object]) -> int:
    """Keep what was filled in; put on the page what is said of it, and return its status."""
    page["form"] = form = WriteForm(request.POST)
    if not form.is_valid():
        return HTTPStatus.BAD_REQUEST
    filled = form.cleaned_data
    try:
        enforce(Limit.PROSPECT_WRITE, str(request.META.get("REMOTE_ADDR", "")))
        enforce(Limit.PROSPECT_ADDRESS, filled["email"].lower())
        # a program that fills in what is not shown hears what a person hears, and nothing is kept
        if not filled["website"]:
            told = {name: filled[name] for name in ("name", "email", "text")}
            services.write_to_us(**told, language=language, now=clock.now())
    except Refused as refused:
        page["told"] = str(refused.sentence)
        return refused.status
    page["sent"] = True
    return HTTPStatus.OK


def _kept(prospect: Prospect) -> dict[str, object]:
    return {
        "who": access.who_wrote(prospect),
        "prospect": prospect,
        "lines": access.lines_of(prospect),
        "until": access.kept_until(prospect),
    }


def _page(
    request: HttpRequest, name: str, language: str, page: dict[str, object], status: int = 200
) -> HttpResponse:
    more = {
        "language": language,
        "languages": settings.LANGUAGES,
        "operator": settings.OPERATOR,
        "contact": settings.PRIVACY_CONTACT,
    }
    answer = render(request, f"prospects/{name}.html", {**more, **page}, status=status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
