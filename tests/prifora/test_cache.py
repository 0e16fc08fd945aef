"""Redis may go away at any time: limits are then counted in the process, and shared again when it is back."""

import os
import subprocess
import sys

import pytest
from django.core.cache import cache, caches
from django.test import override_settings

from prifora.kernel.cache import ReturningRedisCache, absence, is_shared_and_away
from prifora.kernel.limits import Limit, Throttled, enforce, refuse_if_spent
from tests import cast
from tests.prifora.tiny_redis import TinyRedis
from tests.server import ROOT

CLOSED_PORT = "redis://127.0.0.1:1/0"
LIMIT = Limit.PAIRING_WRONG_CODE
LOGIN = "/_allauth/browser/v1/auth/login"


LOADED = (
    "import sys, prifora.asgi; print([one for one in ('redis', 'holidays', 'mollie') if one in sys.modules])"
)


def using(url):
    backend = {"BACKEND": "prifora.kernel.cache.ReturningRedisCache", "LOCATION": url}
    return override_settings(CACHES={"default": backend})


@pytest.fixture(autouse=True)
def present():
    absence.until = 0.0
    yield
    absence.until = 0.0


@pytest.fixture
def away():
    """The cache of a server whose Redis never answers."""
    with using(CLOSED_PORT):
        cache.clear()
        yield
        cache.clear()


@pytest.fixture
def redis():
    """The cache of a server with a Redis that can be stopped and started."""
    server = TinyRedis()
    server.start()
    with using(server.url):
        cache.clear()
        yield server
        cache.clear()
        if server.open is not None:
            server.stop()


def passed(number: int) -> bool:
    """Use the limit `number` times; say whether one time more was refused."""
    for _ in range(number):
        enforce(LIMIT, "someone")
    try:
        enforce(LIMIT, "someone")
    except Throttled:
        return False
    return True


class TestWhileRedisIsAway:
    def test_every_operation_works_as_on_a_cache_of_its_own(self, away):
        assert cache.add("a", 1)
        assert not cache.add("a", 2)
        assert cache.incr("a", 4) == 5
        assert cache.decr("a") == 4
        assert cache.get_or_set("b", "two") == "two"
        assert cache.get_many(["a", "b", "c"]) == {"a": 4, "b": "two"}
        assert cache.touch("a", 60)
        assert cache.has_key("a")
        cache.set_many({"c": 3, "d": 4})
        cache.delete_many(["c"])
        assert cache.delete("d")
        assert cache.get("c", "gone") == cache.get("d", "gone") == "gone"
        with pytest.raises(ValueError, match="nothing"):
            cache.incr("nothing")

    def test_limits_still_hold(self, away):
        assert not passed(LIMIT.value.number)
        with pytest.raises(Throttled):
            refuse_if_spent(LIMIT, "someone")
        enforce(LIMIT, "another")

    def test_redis_is_not_asked_again_for_every_request(self, away):
        cache.get("a")
        until = absence.until
        for _ in range(100):
            cache.get("a")
        assert absence.until == until

    def test_another_cache_object_of_the_process_knows_what_this_one_counted(self, away):
        cache.set("a", 1)
        assert ReturningRedisCache(CLOSED_PORT, {}).get("a") == 1

    def test_it_is_known(self, away):
        assert is_shared_and_away()

    @pytest.mark.django_db
    def test_people_sign_in_and_guessing_is_stopped(self, away, client):
        someone = cast.person("anna")
        good = {"username": "anna", "password": cast.PASSWORD}
        reply = client.post(LOGIN, good, content_type="application/json")
        assert reply.status_code == 200
        assert client.get("/api/v1/me").json()["id"] == str(someone.pk)
        client.logout()
        wrong = {"username": "anna", "password": "w" * 43}
        tries = [client.post(LOGIN, wrong, content_type="application/json").status_code for _ in range(12)]
        assert tries[0] == 400
        assert set(tries) <= {400, 429}
        assert client.post(LOGIN, wrong, content_type="application/json").json()["errors"][0]["code"] in (
            "too_many_login_attempts",
            "throttled",
        )

    @pytest.mark.django_db
    def test_a_limited_request_gets_its_answer_and_then_429(self, away, client):
        replies = [
            client.post("/api/v1/invitations/look", {"lookup": "A" * 22}, content_type="application/json")
            for _ in range(Limit.INVITATION_LOOK.value.number + 1)
        ]
        assert [reply.status_code for reply in replies] == [404] * Limit.INVITATION_LOOK.value.number + [429]


class TestWhenRedisComesAndGoes:
    def test_counts_are_shared_while_it_answers(self, redis):
        enforce(LIMIT, "someone")
        assert "INCRBY" in redis.asked or "INCR" in redis.asked
        assert [value for key, value in redis.rows.items() if b"limit:" in key] == [b"1"]
        assert not is_shared_and_away()

    def test_a_connection_that_breaks_in_the_middle_breaks_no_request(self, redis):
        enforce(LIMIT, "someone")
        redis.stop()
        assert not passed(LIMIT.value.number)
        assert is_shared_and_away()
        redis.start()

    def test_it_is_used_again_by_itself(self, redis):
        enforce(LIMIT, "someone")
        redis.stop()
        enforce(LIMIT, "someone")
        redis.start()
        absence.until = 0.0  # as when AWAY_SECONDS have gone by
        redis.asked.clear()
        enforce(LIMIT, "someone")
        assert redis.asked
        assert not is_shared_and_away()

    def test_it_is_used_again_as_soon_as_anybody_sees_that_it_is_back(self, redis):
        redis.stop()
        assert is_shared_and_away()
        assert absence.lasts()
        redis.start()
        assert not is_shared_and_away()
        assert not absence.lasts()

    def test_a_count_that_runs_out_in_the_middle_does_not_stay_for_ever(self, redis):
        with pytest.raises(ValueError, match="nothing"):
            cache.incr("nothing")
        assert redis.rows == {}


class TestWithoutRedis:
    def test_nothing_is_missing(self):
        with override_settings(
            CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
        ):
            assert not isinstance(caches["default"], ReturningRedisCache)
            assert not is_shared_and_away()

    def test_a_server_starts_without_loading_what_it_does_not_use(self):
        env = {**os.environ, "REDIS_URL": "", "DJANGO_SETTINGS_MODULE": "prifora.settings"}
        command = [sys.executable, "-c", LOADED]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"
