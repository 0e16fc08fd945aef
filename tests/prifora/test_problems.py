"""Whatever goes wrong, programs get the one shape, in the person's language, and nothing of the problem itself."""

import errno

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpResponse, HttpResponseServerError
from django.test import Client
from django.urls import include, path
from rest_framework.response import Response

from prifora.kernel.api import Endpoint, Public

CANARY = "canary-4711"
SENTENCES = {
    "nl": "We kunnen dit niet vinden.",
    "en": "We cannot find this.",
}


def raising(problem):
    def view(_request, *_args):
        raise problem

    return view


class Broken(Endpoint):
    permission = Public("a test")

    def get(self, _request) -> Response:
        raise RuntimeError(CANARY)


class Away(Endpoint):
    permission = Public("a test")

    def get(self, _request) -> Response:
        raise OperationalError(CANARY)


class Full(Endpoint):
    permission = Public("a test")

    def get(self, _request) -> Response:
        raise OSError(errno.ENOSPC, CANARY)


urlpatterns = [
    path("api/v1/broken", Broken.as_view()),
    path("api/v1/away", Away.as_view()),
    path("api/v1/full", Full.as_view()),
    path("api/v1/plain/500", raising(RuntimeError(CANARY))),
    path("api/v1/plain/403", raising(PermissionDenied(CANARY))),
    path("api/v1/plain/400", raising(SuspiciousOperation(CANARY))),
    path("api/v1/plain/503", raising(OperationalError(CANARY))),
    path("api/v1/plain/418", lambda _request: HttpResponse(CANARY, status=418)),
    path("_allauth/plain/500", raising(RuntimeError(CANARY))),
    path("_allauth/plain/503", raising(OperationalError(CANARY))),
    path("_allauth/browser/v1/", include([path("fine", lambda _request: HttpResponse("fine"))])),
    path("page/503", raising(OperationalError(CANARY))),
    path("page/500", lambda _request: HttpResponseServerError("a page")),
]
handler500 = "prifora.kernel.problems.broken"


@pytest.fixture
def http():
    return Client(raise_request_exception=False)


@pytest.mark.urls(__name__)
class TestBelowTheApi:
    @pytest.mark.parametrize(
        ("name", "status", "code", "kind"),
        [
            ("broken", 500, "error", "server_error"),
            ("away", 503, "unavailable", "server_error"),
            ("full", 503, "unavailable", "server_error"),
            ("plain/500", 500, "error", "server_error"),
            ("plain/503", 503, "unavailable", "server_error"),
            ("plain/403", 403, "permission_denied", "client_error"),
            ("plain/400", 400, "parse_error", "client_error"),
            ("plain/418", 418, "error", "client_error"),
            ("nothing", 404, "absent", "client_error"),
        ],
    )
    def test_everything_has_the_one_shape_and_shows_nothing_of_itself(self, http, name, status, code, kind):
        reply = http.get(f"/api/v1/{name}", headers={"Accept-Language": "en"})
        assert reply.status_code == status
        assert reply.headers["Content-Type"] == "application/json"
        assert reply.headers["Content-Length"] == str(len(reply.content))
        body = reply.json()
        assert body["type"] == kind
        assert [(error["code"], error["attr"]) for error in body["errors"]] == [(code, None)]
        assert body["errors"][0]["detail"]
        assert CANARY.encode() not in reply.content

    @pytest.mark.parametrize("name", ["away", "plain/503"])
    def test_a_database_that_is_away_says_when_to_come_back(self, http, name):
        assert int(http.get(f"/api/v1/{name}").headers["Retry-After"]) > 0

    @pytest.mark.parametrize("name", ["plain/500", "plain/403", "nothing"])
    def test_the_headers_of_every_answer_stay(self, http, name):
        headers = http.get(f"/api/v1/{name}").headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in headers["Content-Security-Policy"]

    def test_only_a_missing_thing_is_said_to_be_missing(self, http):
        details = {
            http.get(f"/api/v1/plain/{status}", headers={"Accept-Language": "en"}).json()["errors"][0][
                "detail"
            ]
            for status in (400, 403, 500)
        }
        assert len(details) == 3
        assert SENTENCES["en"] not in details


@pytest.mark.urls(__name__)
class TestBelowTheSignInLibrary:
    @pytest.mark.parametrize(
        ("name", "status", "code"),
        [("plain/500", 500, "error"), ("plain/503", 503, "unavailable"), ("nothing", 404, "absent")],
    )
    def test_everything_has_the_shape_of_the_library(self, http, name, status, code):
        reply = http.get(f"/_allauth/{name}")
        body = reply.json()
        assert (reply.status_code, body["status"]) == (status, status)
        assert [error["code"] for error in body["errors"]] == [code]
        assert CANARY.encode() not in reply.content

    def test_a_good_answer_stays_as_it_is(self, http):
        assert http.get("/_allauth/browser/v1/fine").content == b"fine"


@pytest.mark.urls(__name__)
class TestElsewhere:
    def test_a_page_stays_a_page(self, http):
        assert http.get("/page/500").content == b"a page"

    def test_a_database_that_is_away_says_when_to_come_back(self, http):
        reply = http.get("/page/503")
        assert (reply.status_code, reply.content) == (503, b"")
        assert int(reply.headers["Retry-After"]) > 0


@pytest.mark.django_db
class TestBeforeAnybodyIsAsked:
    @pytest.mark.parametrize(
        "body",
        [b"[" * 100_000, b'{"a":' * 100_000, b'{"code": 1' + b"0" * 6000 + b"}", b'{"password": "\\ud800"}'],
    )
    def test_a_body_that_the_library_would_stumble_over_is_refused(self, http, body):
        reply = http.post("/_allauth/browser/v1/auth/login", body, content_type="application/json")
        assert (reply.status_code, reply.json()["errors"][0]["code"]) == (400, "parse_error")

    def test_another_host_gets_nothing_but_a_refusal(self, http):
        reply = http.get("/api/v1/csrf", headers={"Host": f"{CANARY}.example"})
        assert (reply.status_code, reply.json()["errors"][0]["code"]) == (400, "parse_error")
        assert CANARY.encode() not in reply.content
        assert reply.headers["X-Content-Type-Options"] == "nosniff"

    def test_a_method_that_the_library_does_not_know_is_refused_unread(self, http):
        reply = http.put(
            "/_allauth/browser/v1/auth/login", {"username": "a"}, content_type="application/json"
        )
        assert (reply.status_code, reply.json()["errors"][0]["code"]) == (405, "method_not_allowed")
        assert "POST" in reply.headers["Allow"].upper()

    def test_a_write_without_its_token_is_refused_in_the_one_shape(self):
        reply = Client(enforce_csrf_checks=True).post("/some/page")
        assert (reply.status_code, reply.json()["errors"][0]["code"]) == (403, "csrf_failed")


@pytest.mark.django_db
class TestLanguages:
    CASES = [
        ("get", "/api/v1/me", None, "not_authenticated"),
        ("get", "/api/v1/nothing", None, "absent"),
        ("post", "/api/v1/invitations/look", {}, "required"),
        ("post", "/api/v1/invitations/look", {"lookup": "?"}, "base64"),
        ("post", "/api/v1/invitations/look", {"lookup": "A" * 22}, "invitation_unknown"),
        ("get", "/api/v1/fields?kind=other", None, "invalid_choice"),
    ]

    @pytest.mark.parametrize(("method", "url", "body", "code"), CASES)
    def test_the_sentence_follows_the_reader_and_the_code_does_not(self, client, method, url, body, code):
        said = {}
        for language in ("nl", "fr", "en"):
            kwargs = {} if body is None else {"data": body, "content_type": "application/json"}
            reply = getattr(client, method)(url, headers={"Accept-Language": language}, **kwargs)
            error = reply.json()["errors"][0]
            assert error["code"] == code
            assert reply.headers["Content-Language"] == language
            said[language] = error["detail"]
        assert len(set(said.values())) == 3, said

    @pytest.mark.parametrize("language", ["de", "", "zh-CN", "x" * 5000, "nl;q=abc", "\u00e9"])
    def test_any_other_language_gets_one_of_ours(self, client, language):
        reply = client.get("/api/v1/me", headers={"Accept-Language": language})
        assert reply.status_code == 401
        assert reply.headers["Content-Language"] in ("nl", "fr", "en")

    def test_the_parts_of_a_body_are_named(self, as_, alice):
        body = {"user": {"first_name": "", "username": "A B"}}
        reply = as_(alice).post("/api/v1/families", body)
        assert reply.status_code == 400
        assert reply.json()["type"] == "validation_error"
        assert {"id", "user.first_name", "user.username"} <= {
            error["attr"] for error in reply.json()["errors"]
        }
