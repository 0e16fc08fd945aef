"""The language of an answer, where the browser asks for none that we have: the signed-in person's own."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header


class OwnLanguage:
    """Middleware, after sign-in is known: Accept-Language wins, then the account's language, then Dutch."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _asks_for_ours(request) and request.user.is_authenticated:
            own = request.user.profile.get("language", settings.LANGUAGE_CODE)
            translation.activate(own)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


def _asks_for_ours(request: HttpRequest) -> bool:
    """Return whether the request names a language that we have."""
    asked = [tag for tag, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    ours = dict(settings.LANGUAGES)
    return any(tag.split("-")[0] in ours for tag in asked) or settings.LANGUAGE_COOKIE_NAME in request.COOKIES
