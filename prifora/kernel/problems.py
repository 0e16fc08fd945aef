"""The one error shape of the API, and how it is written into the schema."""

import errno
import json
import sys
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotAllowed
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import ErrorResponse
from rest_framework import serializers
from rest_framework.exceptions import APIException

from prifora.kernel.bodies import is_readable
from prifora.kernel.errors import Absent, Refused, TooLarge

RETRY_SECONDS = 5
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
SIGN_IN = "/_allauth/"
METHODS = ("get", "head", "post", "put", "patch", "delete")


class Unavailable(Refused):
    """The database or the store does not answer, is full or too busy. Nothing was stored; try again."""

    status, code = 503, "unavailable"
    sentence = _("This does not work right now. Please try again in a moment.")
    wait = RETRY_SECONDS


class ErrorOut(serializers.Serializer):
    """One thing that was wrong: a stable code, a sentence for the person, and the field if it is one."""

    code = serializers.CharField()
    detail = serializers.CharField()
    attr = serializers.CharField(allow_null=True)


class ProblemOut(serializers.Serializer):
    """The answer to every request that is turned down."""

    type = serializers.ChoiceField(choices=["validation_error", "client_error", "server_error"])
    errors = ErrorOut(many=True)  # type: ignore[assignment]


class Formatter(ExceptionFormatter):
    """Adds the members a Refused carries (for example the current epoch) to the standard shape."""

    def format_error_response(self, error_response: ErrorResponse) -> dict[str, Any]:
        answer = super().format_error_response(error_response)
        if isinstance(self.exc, Refused):
            if self.exc.attr:
                answer["errors"][0]["attr"] = self.exc.attr
            answer |= self.exc.extra
        return answer


class Handler(ExceptionHandler):
    """Writes problems with our formatter; unexpected errors stay 500 without any detail."""

    def format_exception(self, exc: APIException) -> dict[str, Any]:
        return Formatter(exc, self.context, self.exc).run()

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, OperationalError) or getattr(exc, "errno", None) in DISK_FULL:
            return Unavailable()
        if isinstance(exc, RequestDataTooBig):
            return TooLarge()
        return super().convert_known_exceptions(exc)


def answer_problem(exc: Exception, context: dict[str, Any]) -> Any:
    """Turn any exception of an endpoint into the one error shape."""
    return Handler(exc, context).run()


def broken(_request: HttpRequest) -> HttpResponse:
    """Answer for an exception outside the endpoints: 503 while the database is away, else 500. No page."""
    if isinstance(sys.exc_info()[1], OperationalError):
        return HttpResponse(status=Unavailable.status, headers={"Retry-After": str(RETRY_SECONDS)})
    return HttpResponse(status=JsonProblems.BROKEN)


class JsonProblems:
    """Middleware: what Django itself turns down where programs ask gets their error shape, not a page."""

    REFUSED, BROKEN = 400, 500
    KNOWN: dict[int, tuple[str, str | Promise]] = {
        400: ("parse_error", _("We cannot read this request.")),
        403: ("permission_denied", _("You may not do this.")),
        404: (Absent.code, Absent.sentence),
        405: ("method_not_allowed", _("This is not possible.")),
        413: (TooLarge.code, TooLarge.sentence),
        503: (Unavailable.code, Unavailable.sentence),
    }
    OTHER = ("error", _("Something went wrong on our side. Please try again later."))

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        shape = self._shape_for(request)
        is_ours = "json" in response.headers.get("Content-Type", "") or response.status_code < self.REFUSED
        return response if shape is None or is_ours else self._reshape(response, shape)

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Refuse what the sign-in library would stumble over: methods it has no code for, and odd bodies.

        It would look at the body first, whatever the method: check a password, for example.
        """
        made_of = getattr(view, "view_class", None)
        if made_of is None or not request.path.startswith(SIGN_IN):
            return None
        known = [one for one in METHODS if hasattr(made_of, one)]
        if (request.method or "").lower() not in known:
            return HttpResponseNotAllowed(known)
        reads = getattr(made_of, "handle_json_input", False)
        return HttpResponseBadRequest() if reads and not is_readable(request.body) else None

    def _shape_for(self, request: HttpRequest) -> Callable[[int, str, str], dict[str, Any]] | None:
        if request.path.startswith("/api/"):
            return self._problem
        return _sign_in_problem if request.path.startswith(SIGN_IN) else None

    def _reshape(
        self, response: HttpResponse, shape: Callable[[int, str, str], dict[str, Any]]
    ) -> HttpResponse:
        """Change the body only: the headers that the other middleware set stay."""
        code, sentence = self.KNOWN.get(response.status_code, self.OTHER)
        body = shape(response.status_code, code, str(sentence))
        response.content = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        response.headers["Content-Type"] = "application/json"
        response.headers["Content-Length"] = str(len(response.content))
        return response

    def _problem(self, status: int, code: str, sentence: str) -> dict[str, Any]:
        kind = "server_error" if status >= self.BROKEN else "client_error"
        return {"type": kind, "errors": [{"code": code, "detail": sentence, "attr": None}]}


def _sign_in_problem(status: int, code: str, sentence: str) -> dict[str, Any]:
    """Return the shape of the sign-in library."""
    return {"status": status, "errors": [{"code": code, "message": sentence}]}
