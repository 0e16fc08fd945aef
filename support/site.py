"""The admin site: staff only, with a second factor, for at most half an hour at a time."""

from datetime import timedelta
from functools import wraps
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.services import announce_sign_out
from prifora.kernel import clock, desk
from prifora.kernel.policy import Role
from support import access

METHODS = "account_authentication_methods"
"""Where the sign-in library notes in the session how the person proved who they are."""

STAFF_SESSION = timedelta(minutes=30)


class StaffSite(AdminSite):
    """Lets in who has a role and signed in with a second factor within the last half hour, from our networks.

    Everybody else, signed in or not, gets the same way to the app's sign-in, wherever they knock.
    """

    site_header = site_title = "PRIFORA"
    site_url = None
    index_title = _("Only what your role may see. Every look at a person is recorded.")
    enable_nav_sidebar = False
    index_template = "support/index.html"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take only tables that are shown by policy; what libraries register for themselves stays out."""
        if getattr(admin_class, "by_policy", False):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return bool(
            user.is_authenticated
            and user.is_active
            and comes_from_our_networks(request)
            and second_factor_is_fresh(request)
            and access.has_second_factor(user.pk)
            and access.role_of(user.pk)
        )

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Guard a page as usual, and let its forms say where they come from.

        With the site's own "no-referrer", browsers send forms from nowhere, which the CSRF check refuses.
        """
        guarded = super().admin_view(view, cacheable)

        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            response = guarded(request, *args, **kwargs)
            response.headers["Referrer-Policy"] = "same-origin"
            return response

        return page

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show, besides the tables, the pages on which the role acts."""
        role = access.role_of(request.user.pk)  # type: ignore[arg-type]
        told = {
            "is_privacy": role is Role.PRIVACY,
            "gives_credit": role in (Role.SYSTEM, Role.FINANCE),
            "sees_figures": role is Role.SYSTEM,
            "is_support": role is Role.SUPPORT,
            "reminders": desk.reminders_for(role, clock.now()),
        }
        return super().index(request, {**told, **(extra_context or {})})

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send people to the app's own sign-in, where the second factor is asked."""
        return redirect("admin:index" if self.has_permission(request) else settings.LOGIN_URL)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Sign out everywhere this session reaches, open sockets too."""
        account_id = request.user.pk
        response = super().logout(request, extra_context)
        if account_id and not request.user.is_authenticated:
            announce_sign_out(account_id=account_id)
        return response

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Nothing is changed here; a password is changed in the app, together with the vault."""
        raise Http404

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """As `password_change`."""
        raise Http404

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """No form here needs it, and it would list rows."""
        raise Http404


def comes_from_our_networks(request: HttpRequest) -> bool:
    """Return whether a request comes from one of settings.STAFF_NETWORKS; always while there are none."""
    if not settings.STAFF_NETWORKS:
        return True
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in network for network in settings.STAFF_NETWORKS)


def second_factor_is_fresh(request: HttpRequest) -> bool:
    """Return whether this session used a second factor (or a passkey) less than half an hour ago."""
    now = clock.now().timestamp()
    oldest = now - STAFF_SESSION.total_seconds()
    methods = request.session.get(METHODS, [])
    return any(one.get("method") == "mfa" and oldest < one.get("at", 0) <= now for one in methods)
