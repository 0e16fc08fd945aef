"""The few pages Django answers itself: the web app's shell, health, and refusals outside the API."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from prifora.health import OK, RETRY_AFTER_SECONDS, find_out

NOT_PAGES = ("api/", "_allauth/", "admin/", "assets/", "static/", "ws/")


@require_safe
@ensure_csrf_cookie
def app(request: HttpRequest, path: str = "") -> HttpResponse:
    """Answer the web app's shell for every path of the app, and the Home Station's for /station."""
    if path.startswith(NOT_PAGES):
        raise Http404
    name = "station.html" if path == "station" or path.startswith("station/") else "index.html"
    return HttpResponse(_shell(settings.WEB_DIST / name), headers={"Cache-Control": "no-cache"})


@require_safe
def health(_request: HttpRequest) -> JsonResponse:
    """Answer as `HealthFirst` does, which a server asks before it asks Django."""
    status, body = find_out()
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if status != OK else {}
    return JsonResponse(body, status=status, headers=headers)


def absent(_request: HttpRequest) -> HttpResponse:
    """Answer for a path of a library that we do not offer."""
    raise Http404


def csrf_failure(_request: HttpRequest, reason: str = "") -> JsonResponse:
    """Answer a write without its token in the one error shape."""
    detail = _("This page is too old. Load it again.")
    error = {"code": "csrf_failed", "detail": detail, "attr": None}
    return JsonResponse({"type": "client_error", "errors": [error]}, status=403)


def _shell(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as missing:
        raise Http404 from missing
