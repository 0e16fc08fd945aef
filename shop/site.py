"""How pages of the shop are made: the language, who may send forms, what is said of a refusal."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from prifora.kernel.errors import Absent, Refused
from prifora.kernel.limits import Throttled
from shop import access
from shop.carts import read_cart
from shop.models import Order

View = Callable[..., HttpResponse]
CODES = [code for code, _name in settings.LANGUAGES]
OURS = ("same-origin", "none")
"""What browsers say (Sec-Fetch-Site) of forms of our own pages, and of what a person opens themselves."""


def page(*methods: str) -> Callable[[View], View]:
    """Make a page in the language of its address (`language`), or of its order (`link`).

    Forms carry no token, which would be a cookie: they are taken from our own pages only (`refuse_foreign`).
    """

    def make(view: View) -> View:
        @csrf_exempt
        @require_http_methods([*methods, "HEAD"])
        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            refuse_foreign(request)
            try:
                language, kwargs = _placed(kwargs)
                with override(language):
                    return _finished(request, view, language, args, kwargs)
            except Absent as gone:
                raise Http404 from gone

        return shown

    return make


def refuse_foreign(request: HttpRequest) -> None:
    """Raise PermissionDenied for a form that another site sends."""
    if request.method in ("GET", "HEAD"):
        return
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None and said not in OURS:
        raise PermissionDenied
    origin = request.headers.get("Origin")
    if origin is not None and origin not in settings.ORIGINS:
        raise PermissionDenied


def show(
    request: HttpRequest, name: str, told: dict[str, Any], *, language: str, status: int = 200
) -> HttpResponse:
    """Return a page; `path` in `told` is its address after the language, if it is there in each."""
    more = {
        "language": language,
        "languages": settings.LANGUAGES,
        "in_cart": sum(read_cart(request).values()),
        "operator": settings.OPERATOR,
        "contact": settings.PRIVACY_CONTACT,
    }
    return render(request, f"shop/{name}.html", {**more, **told}, status=status)


def readers_language() -> str:
    """Return the language in which somebody reads who named none."""
    return (get_language() or settings.LANGUAGE_CODE).split("-")[0]


def _placed(named: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if "link" in named:
        order: Order = access.order_by_link(named.pop("link"))
        return order.language, {**named, "order": order}
    if named.get("language") not in CODES:
        raise Absent
    return named["language"], named


def _finished(
    request: HttpRequest, view: View, language: str, args: tuple[Any, ...], named: dict[str, Any]
) -> HttpResponse:
    try:
        answer = view(request, *args, **named)
    except Absent:
        raise
    except Refused as refused:
        back = (
            f"/shop/order/{access.link_of(named['order'].pk)}"
            if "order" in named
            else f"/shop/{language}/cart"
        )
        told = {"told": str(refused.sentence), "back": back}
        answer = show(request, "refused", told, language=language, status=refused.status)
        if isinstance(refused, Throttled):
            answer.headers["Retry-After"] = str(refused.wait)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = (
        "same-origin"  # with "no-referrer" browsers say "Origin: null" of forms
    )
    return answer
