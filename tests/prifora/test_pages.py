from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client, override_settings

from prifora import health
from prifora.kernel.cache import absence
from tests.prifora.tiny_redis import TinyRedis

REDIS = "prifora.kernel.cache.ReturningRedisCache"


def using(url):
    return override_settings(CACHES={"default": {"BACKEND": REDIS, "LOCATION": url}})


@pytest.fixture
def dist(settings, tmp_path):
    settings.WEB_DIST = tmp_path
    (tmp_path / "index.html").write_text("the app")
    (tmp_path / "station.html").write_text("the station")


class TestHealth:
    @pytest.fixture(autouse=True)
    def _patient(self, monkeypatch):
        """A machine that is busy with other tests is not what these look for."""
        monkeypatch.setattr(health, "PATIENCE", timedelta(minutes=1))

    @pytest.mark.django_db
    def test_is_ok_while_everything_answers(self, client):
        with override_settings(
            CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
        ):
            reply = client.get("/health")
        assert reply.status_code == 200
        assert reply.json() == {"status": "ok", "database": "ok", "cache": "ok"}
        assert reply.headers["Cache-Control"] == "no-store"

    def test_is_503_without_the_database(self, client):
        """No mark: pytest lets nothing of this test reach the database."""
        reply = client.get("/health")
        assert reply.status_code == 503
        assert (reply.json()["status"], reply.json()["database"]) == ("degraded", "away")
        assert int(reply.headers["Retry-After"]) > 0

    @pytest.mark.django_db
    def test_is_degraded_but_up_without_redis_and_ok_when_it_is_back(self, client):
        redis = TinyRedis()
        redis.start()
        with using(redis.url):
            assert client.get("/health").json()["status"] == "ok"
            redis.stop()
            reply = client.get("/health")
            assert reply.status_code == 200
            assert reply.json() == {"status": "degraded", "database": "ok", "cache": "away"}
            redis.start()
            assert client.get("/health").json()["status"] == "ok"
            cache.clear()
        redis.stop()
        absence.until = 0.0

    @pytest.mark.django_db
    def test_tells_nothing_else_and_takes_nothing(self, client):
        assert set(client.get("/health").json()) == {"status", "database", "cache"}
        assert client.post("/health").status_code == 405


@pytest.mark.usefixtures("dist")
class TestApp:
    @pytest.mark.parametrize("path", ["/", "/family/5", "/join", "/stationery", "/apis", "/ünï"])
    def test_answers_its_shell_for_every_page_of_it(self, client, path):
        reply = client.get(path)
        assert (reply.status_code, reply.content) == (200, b"the app")
        assert reply.headers["Cache-Control"] == "no-cache"

    @pytest.mark.parametrize("path", ["/station", "/station/", "/station/any"])
    def test_answers_the_home_stations_shell_below_station(self, client, path):
        assert client.get(path).content == b"the station"

    @pytest.mark.parametrize("path", ["/assets/x.js", "/static/x.css", "/ws/v1", "/api/x", "/_allauth/x"])
    def test_does_not_pretend_that_anything_is_a_page(self, client, path):
        assert client.get(path).status_code == 404

    def test_gives_the_token_that_writes_need(self, client):
        cookie = client.get("/").cookies["csrftoken"]
        assert cookie["samesite"] == "Lax"

    def test_is_not_there_before_it_was_built(self, client, settings, tmp_path):
        settings.WEB_DIST = tmp_path / "nothing"
        assert client.get("/").status_code == 404

    def test_is_for_reading_only(self):
        assert Client().post("/").status_code == 405
