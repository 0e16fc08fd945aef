"""Every HTTP path, app by app."""

from django.contrib import admin
from django.urls import include, path, re_path

from prifora import pages

urlpatterns = [
    path("health", pages.health),
    path("admin/", include("support.pages_urls")),
    path("admin/", admin.site.urls),
    # a password opens a vault too, so it changes with it or not at all: /api/v1/me/password
    path("_allauth/browser/v1/account/password/change", pages.absent),
    path("_allauth/", include("allauth.headless.urls")),
    path("api/v1/", include("accounts.urls")),
    path("api/v1/", include("contacts.urls")),
    path("api/v1/", include("media.urls")),
    path("api/v1/", include("stations.urls")),
    path("api/v1/", include("recovery.urls")),
    path("api/v1/", include("chat.urls")),
    path("api/v1/", include("notices.urls")),
    path("api/v1/", include("figures.urls")),
    path("api/v1/", include("plans.urls")),
    path("api/v1/", include("tickets.urls")),
    path("api/v1/", include("support.urls")),
    path("api/v1/", include("privacy.urls")),
    path("", include("privacy.pages_urls")),
    path("", include("shop.pages_urls")),
    path("", include("prospects.pages_urls")),
    path("", include("payments.pages_urls")),
    re_path(r"^(?P<path>.*)$", pages.app),
]

handler500 = "prifora.kernel.problems.broken"
