from datetime import timedelta

import pytest
from django.core.cache import cache

from prifora.kernel.limits import Limit, Throttled, _slot, enforce, forget, refuse_if_spent


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    yield
    cache.clear()


class TestEnforce:
    def test_lets_the_allowed_number_through_and_no_more(self):
        for _ in range(Limit.PAIRING_WRONG_CODE.value.number):
            enforce(Limit.PAIRING_WRONG_CODE, "someone")
        with pytest.raises(Throttled) as refusal:
            enforce(Limit.PAIRING_WRONG_CODE, "someone")
        assert refusal.value.wait == 15 * 60

    def test_counts_people_and_limits_apart(self):
        for _ in range(Limit.PAIRING_WRONG_CODE.value.number):
            enforce(Limit.PAIRING_WRONG_CODE, "someone")
        enforce(Limit.PAIRING_WRONG_CODE, "another")
        enforce(Limit.INVITATION_LOOK, "someone")


class TestRefuseIfSpent:
    def test_looks_without_counting(self):
        for _ in range(20):
            refuse_if_spent(Limit.PAIRING_WRONG_CODE, "someone")
        for _ in range(Limit.PAIRING_WRONG_CODE.value.number):
            enforce(Limit.PAIRING_WRONG_CODE, "someone")
        with pytest.raises(Throttled):
            refuse_if_spent(Limit.PAIRING_WRONG_CODE, "someone")


@pytest.mark.django_db
class TestOverHttp:
    def test_the_answer_says_when_the_next_try_counts(self, client):
        number = Limit.INVITATION_LOOK.value.number
        replies = [look(client) for _ in range(number + 1)]
        assert {reply.status_code for reply in replies[:-1]} == {404}
        assert replies[-1].status_code == 429
        assert replies[-1].json()["errors"][0]["code"] == "throttled"
        assert replies[-1].headers["Retry-After"] == str(15 * 60)

    def test_one_address_does_not_spend_what_is_anothers(self, client):
        for _ in range(Limit.INVITATION_LOOK.value.number + 1):
            look(client)
        assert look(client).status_code == 429
        assert look(client, REMOTE_ADDR="192.0.2.7").status_code == 404

    def test_a_forged_forwarding_header_is_no_other_address(self, client):
        for _ in range(Limit.INVITATION_LOOK.value.number):
            look(client)
        assert look(client, headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 429


def look(client, **extra):
    body = {"lookup": "A" * 22}
    return client.post("/api/v1/invitations/look", body, content_type="application/json", **extra)


class TestTheCount:
    def test_holds_no_name_in_the_clear(self):
        enforce(Limit.KDF_LOOK, "192.0.2.7")
        assert "192.0.2.7" not in _slot(Limit.KDF_LOOK, "192.0.2.7")

    def test_starts_again_when_it_ran_out_in_the_middle(self, monkeypatch):
        monkeypatch.setattr(cache, "add", lambda *_: True)  # added, and gone before it is counted
        enforce(Limit.PAIRING_WRONG_CODE, "someone")


class TestForget:
    def test_forgets_one_key_under_every_limit(self):
        for key in ("gone", "other"):
            for limit in (Limit.ALBUM_MAKE, Limit.FAMILY_MAKE):
                for _ in range(limit.value.number):
                    enforce(limit, key)
        forget("gone")
        enforce(Limit.ALBUM_MAKE, "gone")
        enforce(Limit.FAMILY_MAKE, "gone")
        with pytest.raises(Throttled):
            enforce(Limit.ALBUM_MAKE, "other")


class TestEveryLimit:
    @pytest.mark.parametrize("limit", Limit)
    def test_has_a_number_and_a_span(self, limit):
        assert limit.value.number > 0
        assert timedelta(minutes=1) <= limit.value.span <= timedelta(days=1)
