"""Between Django and the sign-in library."""

from collections.abc import Callable

from allauth.core.exceptions import RateLimited
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse

from prifora.kernel.devices import client_of
from prifora.kernel.limits import Throttled

SIGN_IN = "/_allauth/"
RETRY_SECONDS = 60
TOO_MANY = 429


class RateLimitedIs429:
    """Answers 429 wherever the library or our own limits stop a sign-in, always saying when to try again.

    It also notes in a coarse way which program signs in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(SIGN_IN):
            return self.get_response(request)
        if request.method == "POST" and "client" not in request.session:
            request.session["client"] = client_of(request.headers.get("User-Agent", ""))
        response = self.get_response(request)
        unexplained = response.status_code == TOO_MANY and "Retry-After" not in response.headers
        return _throttled(RETRY_SECONDS) if unexplained else response

    def process_exception(self, _request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Answer for a limit that was reached in the middle of something."""
        if isinstance(problem, Throttled):
            return _throttled(problem.wait)
        return _throttled(RETRY_SECONDS) if isinstance(problem, RateLimited) else None


def _throttled(wait_seconds: int) -> HttpResponse:
    body = {"status": TOO_MANY, "errors": [{"code": Throttled.code, "message": str(Throttled.sentence)}]}
    return JsonResponse(body, status=TOO_MANY, headers={"Retry-After": str(wait_seconds)})


class SignInIsWhole:
    """Runs each change the sign-in library makes in one transaction: all of it is stored, or nothing.

    Not where a password is only checked: that takes long, and SQLite has one writer.
    """

    PREFIX = "/_allauth/browser/v1/"
    CHECKS_ONLY = ("auth/login", "auth/reauthenticate", "auth/password/request")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self._changes(request):
            return self.get_response(request)
        with transaction.atomic():
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, _problem: Exception) -> None:
        """Undo what was written; who turns the problem into an answer comes after this.

        Django makes an answer of every exception, so the transaction would not see it go by.
        """
        if self._changes(request):
            transaction.set_rollback(True)

    def _changes(self, request: HttpRequest) -> bool:
        """Return whether the request may write: then it runs in a transaction."""
        if request.method in ("GET", "HEAD", "OPTIONS") or not request.path.startswith(self.PREFIX):
            return False
        return request.path.removeprefix(self.PREFIX) not in self.CHECKS_ONLY
