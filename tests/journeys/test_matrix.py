"""Every route x every method x every actor, from the URL conf and from the API's description."""

import re
from uuid import uuid4

import pytest
import yaml
from django.db import transaction
from django.test import override_settings
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from prifora.kernel.api import Endpoint
from tests import cast
from tests.journeys import matrix_scene
from tests.journeys.matrix_asking import API, ENGLISH, ask, expected, said, undone
from tests.journeys.matrix_bodies import BODIES, HEADERS, body_for, headers_for
from tests.journeys.matrix_table import ACTORS, QUERIES, SIGN_IN, SIGNED_OUT, STAFF, TABLE
from tests.server import ROOT

pytestmark = pytest.mark.django_db
LIBRARY = "/_allauth/browser/v1/"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
WRITES = sorted(one for one in TABLE if not one.startswith(("GET ", "OPTIONS ")))
NOWHERE = {"seq": "999999", "name": "poster"}
"""What is no id and still names nothing."""

NOT_FOUND = '{"type":"client_error","errors":[{"code":"absent","detail":"We cannot find this.","attr":null}]}'


def routes(resolver=None, prefix="/"):
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        elif isinstance(entry, URLPattern):
            yield route, entry.callback


def api_paths() -> dict[str, set[str]]:
    """Path below /api/v1 -> methods, as the URL conf and the classes behind it have them."""
    found = {}
    for route, view in routes():
        if route.startswith(API):
            cls = view.cls
            assert issubclass(cls, Endpoint)
            path = re.sub(r"<\w+:(\w+)>", r"{\1}", route.removeprefix(API))
            found[path] = {one.upper() for one in cls.http_method_names if hasattr(cls, one)}
    return found


def library_paths() -> set[str]:
    return {route.removeprefix(LIBRARY) for route, _view in routes() if route.startswith(LIBRARY)} - CLOSED


CLOSED = {"account/password/change"}
"""Routes of the library that we do not offer."""

UNDESCRIBED = {"OPTIONS /uploads"}
"""What the library that writes the description leaves out: asking what of tus there is."""

MADE_UP = {"POST /recovery/requests/{request_id}/poll"}
"""What answers a stranger the same about nothing, too, because already asking it is a secret."""

IN_URLS = {f"{method} {path}" for path, methods in api_paths().items() for method in methods}


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker):
    """One scene for the whole file, undone at its end; every question is undone by itself."""
    on = override_settings(**matrix_scene.PUSHING)
    with django_db_blocker.unblock(), transaction.atomic(), on:
        yield matrix_scene.build()
        transaction.set_rollback(True)


def elsewhere(ids: dict[str, str]) -> dict[str, str]:
    """Ids that nothing has."""
    return {name: NOWHERE.get(name) or str(uuid4()) for name in ids}


def whole(reply) -> tuple:
    """Everything an answer shows, but the cookies, which are each client's own."""
    headers = {name: value for name, value in reply.headers.items() if name != "Set-Cookie"}
    return reply.status_code, reply.content, headers


class TestTheTable:
    def test_names_exactly_the_operations_of_the_url_conf(self):
        assert set(TABLE) == IN_URLS

    @pytest.mark.obligation("PRI-124", partial=True)
    def test_names_exactly_the_operations_of_the_description(self):
        described = yaml.safe_load((ROOT / "schema" / "openapi.yaml").read_text())["paths"]
        assert set(TABLE) - UNDESCRIBED == {
            f"{method.upper()} {path.removeprefix(API)}"
            for path, methods in described.items()
            for method in methods
        }

    def test_names_every_route_of_the_sign_in_library(self):
        assert {one.split(" ")[1] for one in SIGN_IN} == library_paths()

    def test_has_a_body_for_nothing_that_is_not_there(self):
        assert set(BODIES) | set(QUERIES) | set(HEADERS) <= set(TABLE)


class TestEveryOperation:
    @pytest.mark.obligation("PRI-03", "PER-07", "PER-23")
    @pytest.mark.obligation("PER-08", partial=True)
    @pytest.mark.parametrize("operation", sorted(TABLE))
    def test_answers_every_actor_as_the_table_says(self, scene, operation):
        answers = {}
        for actor in ACTORS:
            with undone():
                body = body_for(operation, scene, actor)
                reply = ask(scene.client(actor), operation, scene.ids, body)
                answers[actor] = said(reply)
                if reply.status_code == 404:
                    assert reply.content.decode() == NOT_FOUND
        assert answers == {actor: expected(operation, actor) for actor in ACTORS}

    @pytest.mark.obligation("PRI-03", "PER-07", "PER-09")
    @pytest.mark.parametrize("operation", sorted(one for one in TABLE if "{" in one))
    def test_says_of_what_is_not_yours_exactly_what_it_says_of_nothing(self, scene, operation):
        for actor in ACTORS:
            with undone():
                body = body_for(operation, scene, actor)
                nowhere = ask(scene.client(actor), operation, elsewhere(scene.ids), body)
                here = ask(scene.client(actor), operation, scene.ids, body)
            if here.status_code in (401, 403, 404) or operation in MADE_UP:
                assert whole(here) == whole(nowhere), actor
            else:
                assert said(nowhere) in ("404 absent", "403 signature_refused"), actor

    @pytest.mark.parametrize("operation", WRITES)
    def test_refuses_a_write_that_another_site_made_the_browser_send(self, scene, operation):
        client = scene.client("station" if operation == "POST /stations/me/heartbeat" else "user")
        client.handler = APIClient(enforce_csrf_checks=True).handler
        with undone():
            reply = ask(client, operation, scene.ids, body_for(operation, scene, "user"))
            assert said(reply) == "403 csrf_failed"


class TestEveryPath:
    @pytest.mark.parametrize("path", sorted(api_paths()))
    def test_refuses_every_other_method(self, scene, path):
        there = api_paths()[path] | ({"HEAD"} if "GET" in api_paths()[path] else set())
        for method in set(METHODS) - there:
            answers = set()
            for actor in ("anonymous", "user", "station", "outsider", "support"):
                with undone():
                    answers.add(ask(scene.client(actor), f"{method} {path}", scene.ids).status_code)
            assert 405 in answers
            assert answers <= {401, 404, 405}

    @pytest.mark.parametrize("operation", sorted(one for one in TABLE if one.startswith("GET ")))
    def test_answers_head_like_get_without_the_body(self, scene, operation):
        for actor in ("anonymous", "user", "station", "outsider", "no_device"):
            with undone():
                path = operation.removeprefix("GET ") + QUERIES.get(operation, "")
                url = API + path.format(**scene.ids)
                told = headers_for(operation, scene.ids)
                got, head = (getattr(scene.client(actor), how)(url, headers=told) for how in ("get", "head"))
                assert head.status_code == got.status_code, actor
                assert b"".join(head) == b""


class TestTheSignInLibrary:
    @pytest.mark.parametrize("operation", sorted(SIGN_IN))
    def test_answers_every_actor_as_designed(self, scene, operation):
        method, path = operation.split(" ")
        signed_out, signed_in = SIGN_IN[operation]
        for actor in set(ACTORS) - STAFF:  # they have a second factor, so other steps are due for them
            with undone():
                body = b"" if method == "GET" else b"{}"
                reply = scene.client(actor).generic(
                    method, LIBRARY + path, body, content_type="application/json"
                )
                wanted = signed_out if actor in SIGNED_OUT else signed_in
                assert (actor, reply.status_code) == (actor, wanted)

    @pytest.mark.parametrize("path", sorted(library_paths()))
    def test_has_no_other_methods(self, scene, path):
        there = {one.split(" ")[0] for one in SIGN_IN if one.split(" ")[1] == path}
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - there:
            for actor in ("anonymous", "user"):
                with undone():
                    reply = scene.client(actor).generic(
                        method, LIBRARY + path, b"{}", content_type="application/json"
                    )
                    assert (method, actor, reply.status_code) == (method, actor, 405)
                    assert reply.json()["errors"][0]["code"] == "method_not_allowed"

    def test_does_not_change_a_password_without_the_vault_that_it_opens(self, scene):
        body = {"current_password": cast.PASSWORD, "new_password": "n" * 42 + "A"}
        reply = scene.client("user").post(LIBRARY + "account/password/change", body)
        assert reply.status_code == 404


class TestOutsideTheApi:
    @pytest.mark.parametrize(
        "path", ["/admin/", "/admin/accounts/account/", "/admin/nothing/", "/admin/login/"]
    )
    def test_the_admin_site_is_for_staff_on_duty(self, scene, path):
        for actor in set(ACTORS) - STAFF:
            with undone():
                way = [url for url, _status in scene.client(actor).get(path, follow=True).redirect_chain]
                assert way, actor
                assert way[-1].startswith("/sign-in"), actor

    def test_staff_get_in_with_a_fresh_second_factor_only(self, scene):
        for role in STAFF:
            with undone():
                assert scene.client(role).get("/admin/").status_code == 200
                assert cast.client_of(scene.people[role]).get("/admin/").status_code == 302

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/health", 200),
            ("/api/", 404),
            ("/api/v1/", 404),
            ("/api/v1/nothing", 404),
            ("/api/v1/me/", 404),
            ("/api/v2/me", 404),
            ("/_allauth/", 404),
            ("/_allauth/app/v1/config", 404),
            ("/_allauth/browser/v1/auth/nothing", 404),
            ("/ws/v1", 404),
            ("/static/nothing.js", 404),
            ("/assets/nothing.js", 404),
            ("/static/../manage.py", 404),
            ("/static/%2e%2e/manage.py", 404),
        ],
    )
    def test_every_actor_gets_the_same_of_what_is_nobodys(self, scene, path, status):
        answers = set()
        for actor in ACTORS:
            with undone():
                reply = scene.client(actor).get(path, headers=ENGLISH)
                answers.add((reply.status_code, b"".join(reply)))
        assert [code for code, _body in answers] == [status]

    @pytest.mark.obligation("PER-17", partial=True)
    def test_pages_are_the_same_shell_for_everyone(self, scene, settings, tmp_path):
        settings.WEB_DIST = tmp_path
        (tmp_path / "index.html").write_text("shell")
        for actor in ACTORS:
            with undone():
                assert scene.client(actor).get("/family/5").content == b"shell"
                assert scene.client(actor).post("/family/5").status_code == 405
