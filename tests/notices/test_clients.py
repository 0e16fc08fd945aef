"""Pushing that there is something new: when, to which device, and nothing more than that."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from accounts.models import Device
from accounts.services import end_sessions, revoke_device
from notices import clients, services
from notices.models import Notice, PushTarget
from notices.services import ADDRESS, AGAIN_AFTER, PUSH_EVERY, PUSH_TRIES
from prifora.kernel import gates
from prifora.kernel.claims import LEASE
from prifora.kernel.keystore import destroy_key
from prifora.kernel.sealing import open_document
from tests.notices.pushing import PushedBrowser, claims_of, push_service, subscribed
from tests.notices.telling import declared, told  # noqa: F401

pytestmark = pytest.mark.django_db
NOON = datetime(2027, 3, 1, 12, tzinfo=ZoneInfo("Europe/Amsterdam"))
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def turned_on(settings):
    """A server whose operator wants web push."""
    settings.PUSH_CONTACT = "support@example.org"
    settings.PUSH_HOSTS = ["push.example"]


@pytest.fixture
def service():
    """The push service: address, what it received, its answers (the last one counts)."""
    with push_service() as found:
        yield found


@pytest.fixture
def phone(as_, alice, service):
    """A browser of Alice's that subscribed at noon; she is signed in with it."""
    as_(alice).get("/api/v1/me")
    browser = PushedBrowser()
    subscribed(alice, browser, service, at=NOON)
    return browser


def run(after=MINUTE):
    return services.send_pushes(now=NOON + after)


class TestSendPushes:
    def test_says_one_fixed_word_to_the_browser_alone(self, alice, phone, service):
        told(alice, now=NOON + MINUTE)
        assert run() == 1
        ((path, headers, body),) = service[1]
        assert (path, phone.read(body)) == ("/secret-path", b"news")
        assert (headers["content-encoding"], headers["ttl"]) == ("aes128gcm", "86400")
        for readable in (b"news", str(alice.pk).encode(), b"Plain"):
            assert readable not in body

    def test_is_signed_by_the_key_the_server_gives_out(self, alice, phone, service):
        told(alice, now=NOON + MINUTE)
        run()
        claims = claims_of(service[1][0][1], clients.public_key())
        assert (claims["sub"], claims["aud"]) == ("mailto:support@example.org", service[0])

    def test_is_of_one_size_whatever_there_is(self, alice, phone, service):
        for n in range(1, 3):
            told(alice, once="x" * 40 * n, now=NOON + n * PUSH_EVERY)
            run(n * PUSH_EVERY)
        first, second = service[1]
        assert len(first[2]) == len(second[2])

    def test_goes_once_for_all_letters(self, alice, phone, service):
        for n in range(3):
            told(alice, once=str(n), now=NOON + MINUTE)
        assert [run(), run(2 * PUSH_EVERY)] == [1, 0]

    def test_keeps_five_minutes_between(self, alice, phone, service):
        told(alice, once="one", now=NOON + MINUTE)
        run()
        told(alice, once="two", now=NOON + 2 * MINUTE)
        assert run(PUSH_EVERY) == 0
        assert run(MINUTE + PUSH_EVERY) == 1

    def test_says_nothing_of_what_was_read_or_is_older_or_somebody_elses(self, alice, bob, phone, service):
        told(bob, now=NOON + MINUTE)
        told(alice, once="before", now=NOON)
        told(alice, once="read", now=NOON + MINUTE)
        Notice.objects.filter(once="read").update(read_at=NOON + MINUTE)
        assert run(2 * MINUTE) == 0
        assert service[1] == []

    def test_waits_until_quiet_hours_are_over(self, alice, phone, service):
        alice.account.profile.update(quiet_from="11:00", quiet_to="14:00")
        alice.account.save(update_fields=["sealed"])
        told(alice, now=NOON + MINUTE)
        assert run() == 0
        assert PushTarget.objects.get().due_at == NOON + timedelta(hours=2)
        assert run(timedelta(hours=2)) == 1

    def test_waits_while_data_may_only_be_stored(self, alice, phone, service):
        told(alice, now=NOON + MINUTE)
        before = gates.decide_restricted(lambda: {alice.pk})
        try:
            assert run() == 0
        finally:
            gates.decide_restricted(before)
        assert run() == 1

    def test_does_nothing_where_the_operator_has_not_turned_it_on(self, alice, phone, service, settings):
        told(alice, now=NOON + MINUTE)
        settings.PUSH_CONTACT = ""
        assert run() == 0
        assert service[1] == []

    @pytest.mark.parametrize("status", [404, 410])
    def test_forgets_a_browser_that_is_gone(self, alice, phone, service, status):
        service[2].append(status)
        told(alice, now=NOON + MINUTE)
        assert run() == 0
        assert not PushTarget.objects.exists()

    def test_tries_again_later_and_not_for_ever(self, alice, phone, service):
        service[2].append(500)
        told(alice, now=NOON + MINUTE)
        at = MINUTE
        for _ in range(PUSH_TRIES):
            assert run(at) == 0
            at = PushTarget.objects.get().due_at - NOON
        assert len(service[1]) == PUSH_TRIES
        assert run(at + timedelta(days=1)) == 0
        assert len(service[1]) == PUSH_TRIES, "this letter is given up"
        service[2].append(201)
        told(alice, once="another", now=NOON + at + timedelta(days=1))
        assert run(at + timedelta(days=1)) == 1

    def test_waits_longer_after_each_failure_and_then_goes(self, alice, phone, service):
        service[2].append(500)
        told(alice, now=NOON + MINUTE)
        run()
        assert PushTarget.objects.get().due_at == NOON + MINUTE + 2 * AGAIN_AFTER
        service[2].append(201)
        assert run(MINUTE + 2 * AGAIN_AFTER) == 1
        assert PushTarget.objects.get().tries == 0

    def test_goes_again_when_the_process_died(self, alice, phone, service, monkeypatch):
        def dies(_address):
            raise KeyboardInterrupt

        told(alice, now=NOON + MINUTE)
        with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
            dying.setattr(clients, "push", dies)
            run()
        assert run(MINUTE + LEASE / 2) == 0
        assert run(MINUTE + LEASE) == 1

    @pytest.mark.parametrize("status", [410, 500])
    def test_writes_no_address_into_the_log(self, alice, phone, service, status):
        service[2].append(status)
        told(alice, now=NOON + MINUTE)
        with capture_logs() as lines:
            run()
        assert "secret-path" not in str(lines)
        assert service[0] not in str(lines)


class TestForgetSignedOut:
    def test_ends_with_the_sessions(self, alice, phone):
        end_sessions(account_id=alice.pk)
        assert not PushTarget.objects.exists()

    def test_ends_with_the_device(self, alice, phone):
        revoke_device(device=Device.objects.get(pk=alice.device_id), now=NOON)
        assert not PushTarget.objects.exists()

    def test_leaves_devices_that_stay_signed_in(self, alice, phone):
        services.forget_signed_out(account_id=alice.pk)
        assert PushTarget.objects.exists()

    def test_is_asked_again_before_a_push(self, alice, phone, service):
        told(alice, now=NOON + MINUTE)
        Device.objects.filter(pk=alice.device_id).update(revoked_at=NOON)
        assert run() == 0
        assert (service[1], PushTarget.objects.count()) == ([], 0)

    def test_an_erased_person_is_pushed_nothing(self, alice, phone, service):
        told(alice, now=NOON + MINUTE)
        destroy_key(alice.pk)
        assert run() == 0
        assert (service[1], PushTarget.objects.count()) == ([], 0)


class TestPush:
    URL = "/api/v1/notices/push"

    def body(self, endpoint="https://eu.push.example/a/b"):
        return {"endpoint": endpoint, **PushedBrowser().keys()}

    def test_is_turned_on_and_off_for_the_device_that_asks(self, as_, alice):
        client = as_(alice)
        assert client.get(self.URL).json()["on"] is False
        assert client.put(self.URL, self.body(), format="json").status_code == 204
        assert client.put(self.URL, self.body(), format="json").status_code == 204
        assert client.get(self.URL).json()["on"] is True
        target = PushTarget.objects.get()
        assert (target.account_id, target.device_id) == (alice.pk, alice.device_id)
        assert b"push.example" not in bytes(target.sealed_address)
        opened = open_document(target.sealed_address, person=alice.pk, place=ADDRESS)
        assert opened["endpoint"] == "https://eu.push.example/a/b"
        assert client.delete(self.URL).status_code == 204
        assert client.get(self.URL).json()["on"] is False

    def test_leaves_devices_of_others_alone(self, as_, alice, bob):
        as_(alice).put(self.URL, self.body(), format="json")
        assert as_(bob).get(self.URL).json()["on"] is False
        as_(bob).delete(self.URL)
        assert PushTarget.objects.count() == 1

    @pytest.mark.parametrize(
        "endpoint",
        [
            "http://push.example/a",
            "https://elsewhere.example/a",
            "https://notpush.example/a",
            "https://push.example.elsewhere.example/a",
            "https://push.example:8443/a",
            "https://someone@push.example/a",
            "https://[push.example/a",
            "https://127.0.0.1/a",
            "nothing",
        ],
    )
    def test_refuses_addresses_elsewhere(self, as_, alice, endpoint):
        answer = as_(alice).put(self.URL, self.body(endpoint), format="json")
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "not_a_push_service")
        assert not PushTarget.objects.exists()

    @pytest.mark.parametrize("lacks", ["endpoint", "p256dh", "auth"])
    def test_refuses_half_an_address(self, as_, alice, lacks):
        body = {name: value for name, value in self.body().items() if name != lacks}
        assert as_(alice).put(self.URL, body, format="json").status_code == 400

    def test_is_for_no_home_station(self, as_, alice):
        for method in ("get", "put", "delete"):
            assert getattr(as_(alice, kind="station"), method)(self.URL).status_code == 404

    def test_is_nothing_without_a_device(self, as_, alice):
        assert as_(alice, device=False).get(self.URL).status_code == 404

    def test_is_not_to_be_had_where_the_operator_has_not_turned_it_on(self, as_, alice, settings):
        settings.PUSH_CONTACT, settings.PUSH_HOSTS = "", []
        client = as_(alice)
        assert client.get(self.URL).json() == {"key": None, "on": False}
        assert client.put(self.URL, self.body(), format="json").status_code == 400
