"""The pages between shop and provider, and where the provider says that something changed."""

import re
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from payments import services
from payments.clients import Away
from prifora.kernel import clock
from prifora.kernel.errors import Absent
from prifora.kernel.limits import Limit, Throttled, enforce
from prifora.kernel.stores import PAYING_KEPT

AGAIN_SECONDS = 5
COOKIE = "__Host-paying" if settings.SECURE else "paying"
SALT = "payments back"
HOOK_MAX_BYTES = 1024
FORM = "application/x-www-form-urlencoded"
NUMBER = re.compile(r"[A-Za-z0-9_]{1,40}\Z")
"""What a number of the provider can look like; nothing else is looked up."""


@csrf_exempt
@require_POST
def hook(request: HttpRequest) -> HttpResponse:
    """Hear that something changed with a payment, and ask what. Answers the same about others' payments.

    Anybody may call it: all it does is that we ask the provider, a limited number of times.
    """
    if request.content_type != FORM or _length(request) > HOOK_MAX_BYTES:
        return HttpResponse(status=400)
    now, provider_id = clock.now(), request.POST.get("id", "")
    try:
        enforce(Limit.PAYMENT_HOOK, request.META.get("REMOTE_ADDR", ""))
        is_number = NUMBER.match(provider_id)
        payment_id = services.hear_of(provider_id=provider_id, now=now) if is_number else None
        if payment_id is not None:
            enforce(Limit.PAYMENT_LOOK, str(payment_id))
            services.look(payment_id=payment_id, now=now)
    except Throttled as often:
        return HttpResponse(status=429, headers={"Retry-After": str(often.wait)})
    return HttpResponse(status=200)


@require_safe
@never_cache
def pay(request: HttpRequest, payment_id: UUID, proof: str) -> HttpResponse:
    """Lead a buyer to the provider's page; while it cannot be reached, say so and try again by itself."""
    if not services.is_from_us(payment_id, proof):
        raise Http404
    try:
        enforce(Limit.PAYMENT_LOOK, f"page {payment_id}")
        there = HttpResponseRedirect(services.open_page(payment_id=payment_id, now=clock.now()))
        return _remember(there, payment_id)
    except Absent as nothing:
        raise Http404 from nothing
    except (Away, Throttled):
        page = render(request, "payments/wait.html", {"language": _language()}, status=503)
        page.headers["Refresh"] = page.headers["Retry-After"] = str(AGAIN_SECONDS)
        return page


@require_safe
@never_cache
def back(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Lead a buyer who comes back from the provider to where they were, knowing how it went.

    Where they were is a secret of theirs, and the provider knows this address: another browser than the one
    that went to pay is told to take the link in our letter.
    """
    try:
        enforce(Limit.PAYMENT_LOOK, f"page {payment_id}")
        place = services.come_back(payment_id=payment_id, now=clock.now())
        if _remembered(request) == str(payment_id):
            return HttpResponseRedirect(place)
        return render(request, "payments/back.html", {"language": _language()})
    except Absent as nothing:
        raise Http404 from nothing
    except Throttled as often:
        return HttpResponse(status=429, headers={"Retry-After": str(often.wait)})


def _remember(response: HttpResponse, payment_id: UUID) -> HttpResponse:
    response.set_cookie(
        COOKIE,
        signing.dumps(str(payment_id), salt=SALT),
        max_age=PAYING_KEPT,
        path="/",
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _remembered(request: HttpRequest) -> str:
    try:
        return str(signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=PAYING_KEPT))
    except signing.BadSignature:
        return ""


def _language() -> str:
    return (get_language() or "").split("-")[0]


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return HOOK_MAX_BYTES + 1
