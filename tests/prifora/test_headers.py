"""What browsers are told, on every kind of answer."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from prifora.headers import PERMISSIONS
from tests import cast
from tests.server import ROOT, SECRETS

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
    "X-Robots-Tag": "noindex, nofollow",
}
FORMS = {"Referrer-Policy": "same-origin"}
"""Without it a browser says "Origin: null" when a form of the admin site is sent."""

CSP = {
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "style-src": "'self'",
    "img-src": "'self' blob:",
    "media-src": "'self' blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "svelte-trusted-html prifora",
}
KINDS = {
    "a page": ("/", 200),
    "no page": ("/assets/nothing.js", 404),
    "health": ("/health", 200),
    "the API, signed out": ("/api/v1/me", 401),
    "the API, open": ("/api/v1/csrf", 200),
    "the API, nothing": ("/api/v1/nothing", 404),
    "the sign-in library": ("/_allauth/browser/v1/config", 200),
    "the sign-in library, signed out": ("/_allauth/browser/v1/auth/session", 401),
    "the admin site": ("/admin/", 302),
    "a file": ("/static/admin/css/base.css", 200),
}
PRODUCTION = {
    "PRIFORA_ORIGIN": "https://family.example",
    "PRIFORA_DEVELOPMENT": "",
    "PRIFORA_TESTING": "",
    "DATABASE_URL": "sqlite://",
    "REDIS_URL": "",
    "SMS_URL": "https://gateway.example/send",
}


@pytest.fixture
def answers(db, client, settings, tmp_path):
    settings.WEB_DIST = tmp_path
    (tmp_path / "index.html").write_text("the app")

    def answer(kind):
        url, status = KINDS[kind]
        reply = client.get(url)
        assert reply.status_code == status
        return reply.headers

    return answer


def directives(headers) -> dict[str, str]:
    parts = headers["Content-Security-Policy"].split(";")
    return dict(part.strip().split(" ", 1) for part in parts)


class TestEveryAnswer:
    @pytest.mark.obligation("PRI-03")
    @pytest.mark.obligation("PRE-24", partial=True)
    @pytest.mark.parametrize("kind", KINDS)
    def test_carries_the_headers_that_browsers_obey(self, answers, kind):
        headers = answers(kind)
        wanted = EVERYWHERE | (FORMS if kind == "the admin site" else {})
        assert {name: headers.get(name) for name in wanted} == wanted

    @pytest.mark.obligation("PER-36", partial=True)
    @pytest.mark.obligation("PRI-02", "PIM-24", "PER-35", partial=True)
    @pytest.mark.parametrize("kind", KINDS)
    def test_carries_the_whole_content_security_policy(self, answers, kind):
        assert directives(answers(kind)) == CSP

    @pytest.mark.parametrize("kind", [one for one in KINDS if one not in ("a page", "no page", "a file")])
    def test_is_kept_by_no_cache_when_it_can_be_about_somebody(self, answers, kind):
        assert "no-store" in answers(kind)["Cache-Control"]

    def test_is_kept_when_it_is_a_file(self, answers):
        assert "no-store" not in answers("a file").get("Cache-Control", "")

    def test_names_no_server(self, answers):
        for kind in KINDS:
            assert not {"Server", "X-Powered-By"} & set(answers(kind))


class TestTheSessionCookie:
    @pytest.mark.django_db
    def test_is_out_of_reach_of_scripts_and_other_sites(self, client):
        cast.account("anna")
        body = {"username": "anna", "password": cast.PASSWORD}
        reply = client.post("/_allauth/browser/v1/auth/login", body, content_type="application/json")
        cookie = reply.cookies[settings.SESSION_COOKIE_NAME]
        assert cookie["httponly"]
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")


def in_production(*arguments, tmp_path, **more):
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("DJANGO")},
        **PRODUCTION,
        "DATA_DIR": str(tmp_path),
        **more,
    }
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


class TestProduction:
    @pytest.mark.obligation("PRI-93", "PRE-31", partial=True)
    def test_passes_djangos_own_check(self, tmp_path):
        done = in_production("manage.py", "check", "--deploy", "--fail-level", "WARNING", tmp_path=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "0 silenced" in done.stdout

    @pytest.mark.obligation("PER-06", "PER-29", partial=True)
    @pytest.mark.obligation("PER-05", "PRE-31", partial=True)
    def test_is_strict_unless_told_otherwise(self, tmp_path):
        script = (
            "import django; django.setup(); from django.conf import settings as s;"
            "print(s.DEBUG, s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
            "s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS >= 31536000, s.ALLOWED_HOSTS, s.DEVELOPMENT)"
        )
        done = in_production("-c", script, tmp_path=tmp_path, DJANGO_SETTINGS_MODULE="prifora.settings")
        assert done.stdout.strip() == "False __Host-session True True True True ['family.example'] False", (
            done.stderr
        )

    @pytest.mark.parametrize("name", SECRETS)
    @pytest.mark.parametrize("value", [None, "", "short", "A" * 43, "YWJj" * 11])
    def test_does_not_start_on_a_missing_or_weak_secret(self, tmp_path, monkeypatch, name, value):
        monkeypatch.delenv(name)
        more = {} if value is None else {name: value}
        done = in_production("manage.py", "check", tmp_path=tmp_path, **more)
        assert done.returncode != 0
        assert f"Misconfigured: {name}" in done.stderr
        assert not value or value not in done.stderr
