"""Keys, files, logs, cookies and what lies on a person's device: all declared, and nothing declared that is not there."""

import ast
import os
import re
from pathlib import Path

import pytest
from allauth.core.internal.ratelimit import Rate, get_cache_key
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.test import Client, RequestFactory

from prifora.kernel import stores
from prifora.kernel.limits import Limit, _slot
from prifora.kernel.policy import Category, Kind, Purpose, Store, declare_store, stores_of
from prifora.logs import only_what_is_declared
from tests import cast
from tests.architecture.test_rules import own_python_files
from tests.server import running

WEB = Path(__file__).parents[2] / "web"
LEFT_BY_THE_TESTS = {"server.log", "demo-family"}
LOGGING = {f"log.{level}" for level in ("debug", "info", "warning", "error", "exception")}
HARNESS = re.compile(r"[0-9a-f]{32}")


def test_nothing_is_declared_twice():
    with pytest.raises(ValueError, match="twice"):
        declare_store(
            Store(
                name="log",
                kind=Kind.LOG,
                holds="something else",
                category=Category.NAME,
                purpose=Purpose.ACCOUNT,
                keep=None,
            )
        )


class TestKeys:
    def test_of_no_declared_kind_are_refused(self):
        with pytest.raises(stores.UndeclaredKey, match="last_seen"):
            cache.set("last_seen:anna", 1)

    def test_that_are_declared_are_those_that_are_used(self, rf: RequestFactory):
        request = rf.get("/")
        factor = TOTP.__new__(TOTP)
        factor.instance = type("Row", (), {"user_id": 1})
        used = [
            _slot(Limit.KDF_LOOK, "anna"),
            get_cache_key(request, app="account", action="login", rate=Rate(1, 1, "ip")),
            factor._get_used_cache_key("123456"),
        ]
        assert sorted(stores.names_of(Kind.KEYS)) == sorted(
            start for start in stores.names_of(Kind.KEYS) if any(key.startswith(start) for key in used)
        )
        assert all(key.startswith(stores.names_of(Kind.KEYS)) for key in used)


class TestLogs:
    @pytest.mark.obligation("PIM-19", partial=True)
    def test_have_the_declared_fields_only(self):
        given = {"event": "not_delivered", "what": "code", "phone": "+31612345678"}
        assert only_what_is_declared(None, "warning", given) == {
            "event": "not_delivered",
            "what": "code",
            "reason": "undeclared_fields",
        }
        assert only_what_is_declared(None, "warning", {"event": "x", "count": 1}) == {
            "event": "x",
            "count": 1,
        }

    @pytest.mark.obligation("PIM-19", partial=True)
    def test_of_our_code_name_no_other_field_and_every_field_is_used(self):
        used = {"level", "timestamp", "logger", "where", "event", "problem", "trace"}
        for file in own_python_files():
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in LOGGING:
                    used |= {str(keyword.arg) for keyword in node.keywords}
        assert used == set(stores.names_of(Kind.LOG))

    def test_go_one_way_only(self):
        others = [
            file.name
            for file in own_python_files()
            if re.search(r"logging\.getLogger|\bprint\(|sys\.std(out|err)", file.read_text(encoding="utf-8"))
        ]
        assert others == ["logs.py"]


@pytest.mark.django_db
class TestCookies:
    @pytest.mark.obligation("PER-16", "PER-30")
    @pytest.mark.obligation("PRI-114", "PRI-115", partial=True)
    def test_are_the_declared_ones(self, settings, tmp_path):
        settings.WEB_DIST = tmp_path
        (tmp_path / "index.html").write_text("the app")
        account = cast.account("anna")
        browser = Client()
        browser.get("/")
        body = {"username": "anna", "password": cast.PASSWORD}
        browser.post("/_allauth/browser/v1/auth/login", body, content_type="application/json")
        assert {"session", "csrftoken"} == set(browser.cookies)
        assert set(browser.cookies) <= set(stores.names_of(Kind.COOKIE))
        for cookie in browser.cookies.values():
            assert re.fullmatch(r"[A-Za-z0-9_-]{20,}", cookie.value)
            assert not [told for told in ("anna", cast.PASSWORD, account.pk.hex) if told in cookie.value]
        assert settings.SESSION_COOKIE_AGE == settings.CSRF_COOKIE_AGE == stores.COOKIE_KEPT.total_seconds()


class TestOnADevice:
    def test_are_the_declared_places(self):
        names = set()
        for file in (*WEB.glob("app/src/**/*"), *WEB.glob("packages/*/src/**/*")):
            if file.suffix in (".ts", ".svelte"):
                names |= set(places_of(file.read_text(encoding="utf-8")))
        assert names == set(stores.names_of(Kind.BROWSER))


def places_of(text):
    """The names under which a file of the web app keeps something in the browser."""
    constants = dict(re.findall(r"const (\w+) = '([\w-]+)'", text))
    for name in re.findall(r"(?:local|session)Storage\.setItem\(([^,]+),", text):
        yield constants.get(name, name.strip("'"))
    yield from re.findall(r"(?:DATABASE, STORE, VERSION\] = \[|\w+_CACHE = )'([\w-]+)'", text)
    yield from re.findall(r"new BrowserStore\(`(\w+)-\$", text)


@pytest.mark.server
@pytest.mark.check
class TestOnARealServer:
    def test_nothing_lies_in_its_folder_that_is_not_declared(self, tmp_path):
        with running(tmp_path) as server:
            server.demo("emma")
            declared = set(stores.names_of(Kind.FILES)) | set(stores.names_of(Kind.HOST))
            there = {place.name for place in tmp_path.iterdir()} - LEFT_BY_THE_TESTS
        assert {"keys.sqlite3", "sms"} <= there
        assert there <= declared

    def test_nothing_is_between_processes_that_is_not_declared(self, tmp_path):
        """On Redis the cache's names are hidden, so all of them look alike; the rest is named."""
        url = os.environ.get("REDIS_URL")
        if not url:
            assert not [store for store in stores_of(Kind.QUEUE) if not store.names]
            return
        import redis

        with running(tmp_path) as server:
            server.demo()
            keys = [key.decode() for key in redis.from_url(url).scan_iter()]
        named = stores.names_of(Kind.QUEUE)
        assert [key for key in keys if not HARNESS.fullmatch(key) and not key.startswith(named)] == []
