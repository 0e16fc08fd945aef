"""Who is signed in, for the API: the session cookie; without one the answer is 401."""

from contextlib import suppress
from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from prifora.kernel import clock
from prifora.kernel.errors import Refused
from prifora.kernel.terms import day_of


class CsrfFailed(Refused):
    """A writing request without the present token; the app fetches a new one and tries again."""

    status, code = 403, "csrf_failed"
    sentence = _("This page is too old. Load it again.")


class SignedIn(SessionAuthentication):
    """Django's session with CSRF check; says 401 rather than 403 to the signed-out."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """Say who is signed in, and note once a day that they are here.

        Where nothing can be written (a full disk), reading goes on; the next request notes it.
        """
        found = super().authenticate(request)
        if found is not None:
            from accounts.services import note_use  # the framework reads this file before ours are there

            with suppress(DatabaseError):
                note_use(account=found[0], today=day_of(clock.now()))
        return found

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as forged:
            raise CsrfFailed from forged

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class SignedInScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes it."""

    target_class = SignedIn
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "session"}
