"""Requests and complaints over HTTP: filed, followed with a deadline, added to, taken back; sealed at rest."""

from datetime import datetime
from uuid import uuid4

import pytest
import time_machine

from notices.models import Notice
from prifora.kernel.terms import ZONE
from privacy import services
from privacy.models import Request, RequestLine
from privacy.rights import Right
from privacy.services import TEXT_MAX
from tests.privacy.taking import tables_of

PATH = "/api/v1/me/requests"
WORDS = "My street is Kanaalstraat, not Kanaalweg."

pytestmark = pytest.mark.django_db


def filed(client, kind="rectification", text=WORDS):
    answer = client.post(PATH, {"kind": kind, "text": text})
    assert answer.status_code == 201, answer.content
    return answer.json()


def told_kinds(someone):
    return [one.kind for one in Notice.objects.filter(account_id=someone.pk).order_by("created_at", "kind")]


def code(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


class TestRequests:
    @pytest.mark.obligation("PRE-43", "PRI-99", partial=True)
    @pytest.mark.parametrize("kind", Right)
    def test_of_every_kind_are_taken_and_told(self, as_, alice, kind):
        client = as_(alice)
        one = filed(client, kind)
        (listed,) = client.get(PATH).json()["items"]
        assert listed == one
        assert (one["kind"], one["outcome"], one["refusal"], one["remedy"]) == (kind, "", None, "")
        assert [(line["by"], line["text"]) for line in one["lines"]] == [("person", WORDS)]
        is_complaint = kind is Right.COMPLAINT
        assert bool(one["acknowledge_on"]) is is_complaint
        assert told_kinds(alice) == [f"privacy.{'complaint' if is_complaint else 'request'}_received"]

    def test_count_down(self, as_, alice):
        client = as_(alice)
        with time_machine.travel(datetime(2028, 1, 31, 12, tzinfo=ZONE), tick=False):
            one = filed(as_(alice))
            assert (one["due_on"], one["days_left"]) == ("2028-02-29", 29)
        for day, left in (
            (datetime(2028, 2, 29, 23, tzinfo=ZONE), 0),
            (datetime(2028, 3, 1, 1, tzinfo=ZONE), -1),
        ):
            with time_machine.travel(day, tick=False):
                client = as_(alice)
                assert client.get(PATH).json()["items"][0]["days_left"] == left

    @pytest.mark.parametrize(
        ("body", "wrong"),
        [
            ({"kind": "revenge", "text": WORDS}, "invalid_choice"),
            ({"kind": "access", "text": ""}, "blank"),
            ({"kind": "access", "text": "x" * (TEXT_MAX + 1)}, "max_length"),
            ({"kind": "access"}, "required"),
        ],
    )
    def test_want_a_kind_and_words(self, as_, alice, body, wrong):
        assert code(as_(alice).post(PATH, body)) == (400, wrong)
        assert not Request.objects.exists()
        assert not Notice.objects.exists()

    def test_can_be_made_ten_times_a_day(self, as_, alice):
        client = as_(alice)
        for _ in range(10):
            filed(client)
        assert code(client.post(PATH, {"kind": "access", "text": WORDS})) == (429, "throttled")

    def test_are_nobody_else_s(self, as_, alice, charlie, anyone):
        one = filed(as_(alice))
        outsider = as_(charlie)
        assert outsider.get(PATH).json() == {"items": []}
        for tail, body in (("lines", {"text": WORDS}), ("withdraw", None)):
            there = outsider.post(f"{PATH}/{one['id']}/{tail}", body)
            nowhere = outsider.post(f"{PATH}/{uuid4()}/{tail}", body)
            assert code(there) == (404, "absent")
            assert there.content == nowhere.content
        assert anyone.get(PATH).status_code == 401

    def test_are_made_at_the_home_station_too(self, as_, alice):
        station = as_(alice, kind="station")
        filed(station, "access")
        assert Request.objects.get().how == "station"
        assert len(station.get(PATH).json()["items"]) == 1

    @pytest.mark.obligation("PRI-104", "PRI-75", partial=True)
    def test_to_object_end_marketing_at_once(self, as_, alice):
        client = as_(alice)
        found = {one["purpose"]: one for one in client.get("/api/v1/me/consents").json()["items"]}
        for purpose, one in found.items():
            client.put(f"/api/v1/me/consents/{purpose}", {"given": True, "text_hash": one["text_hash"]})
        filed(client, "objection")
        after = {one["purpose"]: one["allowed"] for one in client.get("/api/v1/me/consents").json()["items"]}
        assert after == {"news_letters": False, "news_mail": False, "use_counts": True}

    def test_lie_sealed_under_the_person_s_key_and_come_with_the_export(self, as_, alice):
        client = as_(alice)
        filed(client, text="{ " + WORDS)
        line = RequestLine.objects.get()
        assert WORDS.encode() not in bytes(line.sealed)
        tables = tables_of(client)
        assert tables["privacy_requestline"][0]["sealed"] == "{ " + WORDS
        assert tables["privacy_request"][0]["kind"] == "rectification"


class TestRequestLines:
    @pytest.mark.obligation("PRI-108", partial=True)
    def test_are_added_while_it_is_open(self, as_, alice):
        client = as_(alice)
        one = filed(client)
        answer = client.post(f"{PATH}/{one['id']}/lines", {"text": "And number 12."})
        assert answer.status_code == 201
        assert [line["text"] for line in answer.json()["lines"]] == [WORDS, "And number 12."]

    def test_are_refused_when_it_is_closed(self, as_, alice):
        client = as_(alice)
        one = filed(client)
        client.post(f"{PATH}/{one['id']}/withdraw")
        assert code(client.post(f"{PATH}/{one['id']}/lines", {"text": "x"})) == (409, "request_closed")
        assert code(client.post(f"{PATH}/{one['id']}/withdraw")) == (409, "request_closed")

    def test_are_not_without_end(self, as_, alice, monkeypatch):
        client = as_(alice)
        one = filed(client)
        monkeypatch.setattr("privacy.services.requests.LINES_MAX", 1)
        assert code(client.post(f"{PATH}/{one['id']}/lines", {"text": "x"})) == (409, "too_many_lines")
        assert services.LINES_MAX == 200


class TestRequestWithdrawal:
    def test_closes_it_and_is_told(self, as_, alice):
        client = as_(alice)
        one = filed(client)
        answer = client.post(f"{PATH}/{one['id']}/withdraw")
        assert (answer.status_code, answer.json()["outcome"]) == (200, "withdrawn")
        assert answer.json()["closed_at"]
        assert "privacy.request_withdrawn" in told_kinds(alice)
