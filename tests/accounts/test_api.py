"""Me, over HTTP: what I told, and changing it."""

import pytest
from django.utils import timezone

from accounts.models import LogLine
from tests.cast import PASSWORD


def codes(answer):
    return [(one["code"], one["attr"]) for one in answer.json()["errors"]]


class TestMe:
    @pytest.mark.obligation("PRI-18")
    @pytest.mark.obligation("PRE-44", partial=True)
    def test_shows_every_field_and_null_for_what_was_never_given(self, alice, as_):
        me = as_(alice).get("/api/v1/me").json()
        assert (me["username"], me["first_name"], me["kind"]) == ("alice", "Alice", "user")
        for name in ("email", "date_of_birth", "address", "notes", "portrait"):
            assert me[name] is None, name
        assert me["other_dates"] == []
        assert (me["has_vault"], me["has_password"]) == (True, True)

    def test_shows_nothing_that_guards_the_account(self, alice, as_):
        answer = as_(alice).get("/api/v1/me")
        assert not {"password", "kdf_salt", "sealed"} & set(answer.json())
        assert PASSWORD.encode() not in answer.content

    def test_is_for_a_home_station_too_but_not_to_change(self, alice, as_):
        station = as_(alice, kind="station")
        assert station.get("/api/v1/me").status_code == 200
        assert station.patch("/api/v1/me", {"first_name": "X"}).status_code == 404
        assert station.patch("/api/v1/me", {"first_name": "X", "quiet_from": "21:00"}).status_code == 404
        changed = station.patch("/api/v1/me", {"quiet_from": "21:00", "quiet_to": "08:00"}).json()
        assert (changed["quiet_from"], changed["quiet_to"], changed["first_name"]) == (
            "21:00",
            "08:00",
            "Alice",
        )
        assert as_(alice).get("/api/v1/me").json()["first_name"] == "Alice"


class TestChangeMe:
    @pytest.mark.obligation("PRI-100", "PRE-46", "PIM-32", partial=True)
    @pytest.mark.parametrize(
        "change",
        [
            {"first_name": "Alicia"},
            {"date_of_birth": "1941-05-04"},
            {"other_dates": [{"label": "Trouwdag", "on": "1965-06-12"}]},
            {"notes": "Sleutel bij de buren"},
            {"language": "fr"},
            {"text_size": "1.3"},
            {"hint_dismissed": True},
            {"quiet_from": "21:30", "quiet_to": "08:15"},
            {"quiet_from": "07:00"},
        ],
    )
    def test_keeps_what_is_changed_and_nothing_else_changes(self, alice, as_, change):
        client = as_(alice)
        before = client.get("/api/v1/me").json()
        assert client.patch("/api/v1/me", change).json() == {**before, **change}
        assert client.get("/api/v1/me").json() == {**before, **change}

    @pytest.mark.obligation("PRI-26", "PRI-27", "PRI-28", "PRI-29", partial=True)
    @pytest.mark.parametrize("name", ["date_of_birth", "address", "notes"])
    def test_removes_an_optional_field_with_null(self, alice, as_, name):
        client = as_(alice)
        client.patch("/api/v1/me", {"date_of_birth": "1941-05-04", "address": {"city": "Gent"}, "notes": "x"})
        assert client.patch("/api/v1/me", {name: None}).json()[name] is None
        assert name not in type(alice.account).objects.get(pk=alice.pk).profile

    @pytest.mark.parametrize(
        ("change", "code", "attr"),
        [
            ({"first_name": ""}, "blank", "first_name"),
            ({"first_name": None}, "null", "first_name"),
            ({"first_name": 7}, "invalid", "first_name"),
            ({"last_name": "x" * 81}, "max_length", "last_name"),
            ({"date_of_birth": "yesterday"}, "invalid", "date_of_birth"),
            ({"other_dates": [{"label": "x"}]}, "required", "other_dates.0.on"),
            ({"address": {"line1": "x" * 101}}, "max_length", "address.line1"),
            ({"language": "tlh"}, "invalid_choice", "language"),
            ({"text_size": "9"}, "invalid_choice", "text_size"),
            ({"quiet_from": "24:00"}, "invalid", "quiet_from"),
            ({"quiet_to": "7:00"}, "invalid", "quiet_to"),
            ({"quiet_to": "07:00\n"}, "max_length", "quiet_to"),
            ({"quiet_to": None}, "null", "quiet_to"),
        ],
    )
    def test_names_what_is_wrong_and_changes_nothing(self, alice, as_, change, code, attr):
        client = as_(alice)
        before = client.get("/api/v1/me").json()
        answer = client.patch("/api/v1/me", {"notes": "new", **change})
        assert (answer.status_code, codes(answer)) == (400, [(code, attr)])
        assert client.get("/api/v1/me").json() == before

    def test_says_what_is_wrong_in_the_readers_language(self, alice, as_):
        client = as_(alice)
        said = {
            client.patch("/api/v1/me", {"first_name": ""}, headers={"Accept-Language": language}).json()[
                "errors"
            ][0]["detail"]
            for language in ("nl", "fr", "en")
        }
        assert len(said) == 3

    @pytest.mark.parametrize("name", ["username", "phone", "email", "kind", "id", "is_managed", "has_vault"])
    def test_leaves_alone_what_is_not_changed_here(self, alice, as_, name):
        client = as_(alice)
        before = client.get("/api/v1/me").json()
        client.patch("/api/v1/me", {name: "contact"})
        assert client.get("/api/v1/me").json() == before


class TestLog:
    def test_shows_the_newest_two_hundred_lines(self, alice, as_):
        now = timezone.now()
        LogLine.objects.bulk_create(
            LogLine(account=alice.account, what="signed_in", created_at=now) for _ in range(205)
        )
        assert len(as_(alice).get("/api/v1/me/log").json()["items"]) == 200


class TestCsrf:
    def test_gives_anyone_a_token(self, anyone, db):
        assert len(anyone.get("/api/v1/csrf").json()["token"]) == 64


class TestErrors:
    def test_of_unreadable_json_have_the_one_shape(self, alice, as_):
        answer = as_(alice).patch("/api/v1/me", "{", content_type="application/json")
        assert (answer.status_code, codes(answer)) == (400, [("parse_error", None)])

    def test_of_an_unknown_path_and_method_too(self, alice, as_):
        assert codes(as_(alice).get("/api/v1/nothing")) == [("absent", None)]
        assert codes(as_(alice).delete("/api/v1/me")) == [("method_not_allowed", None)]
