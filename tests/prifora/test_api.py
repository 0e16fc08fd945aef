import pytest
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate

from prifora.kernel import access
from prifora.kernel.access import Kind
from prifora.kernel.api import Endpoint, Public, actor_of
from prifora.kernel.ids import new_id


class Some(access.Permission):
    READ = "test:thing:read"
    WRITE = "test:thing:write"


class Thing(Endpoint):
    permission = {"get": Some.READ, "post": Some.WRITE}

    def get(self, _request: Request) -> Response:
        self.actor.grant(Some.READ)
        return Response({"ok": True})

    def post(self, _request: Request) -> Response:
        return Response({"ok": True})


class Somebody:
    is_authenticated = is_active = True

    def __init__(self):
        self.pk = new_id()


def call(method, user=None, session=None):
    request = getattr(APIRequestFactory(), method)("/thing")
    request.session = session or {}
    if user:
        force_authenticate(request, user)
    return Thing.as_view()(request)


class TestEndpoint:
    def test_cannot_be_defined_without_a_permission(self):
        with pytest.raises(TypeError, match="permission"):
            type("Silent", (Endpoint,), {})

    def test_may_be_public_with_a_reason(self):
        assert issubclass(type("Open", (Endpoint,), {"permission": Public("sign-up needs it")}), Endpoint)

    def test_answers_who_was_granted(self, db):
        assert call("get", Somebody()).status_code == 200

    def test_turns_the_signed_out_away(self, db):
        assert call("get").status_code == 401

    def test_gives_no_answer_that_nobody_was_asked_for(self, db):
        answer = call("post", Somebody())
        assert answer.status_code == 500
        assert "ok" not in answer.data

    def test_is_not_there_for_stations_unless_it_says_so(self, db):
        assert call("get", Somebody(), {"kind": Kind.STATION}).status_code == 404

    def test_answers_head_for_who_may_get(self, db):
        assert call("head", Somebody()).status_code == 200
        assert call("head").status_code == 401

    def test_tells_nobody_about_itself(self, db):
        answer = call("options", Somebody())
        assert answer.status_code == 405
        assert "description" not in answer.data

    def test_does_not_read_a_session_of_a_kind_it_does_not_know(self, db):
        with pytest.raises(ValueError, match="ghost"):
            actor_of(Spoken("ghost"))


class Spoken:
    def __init__(self, kind):
        self.session, self.user = {"kind": kind}, Somebody()
