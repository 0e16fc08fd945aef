"""Response headers that Django has no setting for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PERMISSIONS = (
    "camera=(self), microphone=(self), geolocation=(self), display-capture=(self), browsing-topics=()"
)

NEVER_KEPT = ("/api/", "/_allauth/", "/admin/", "/health")


class Headers:
    """Middleware: sets what browsers may do, and keeps answers about people out of every cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        if request.path.startswith(NEVER_KEPT):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
