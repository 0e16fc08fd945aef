"""What is due goes on by itself: webhooks that never came, a day late, and one that breaks stops no other."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from payments import services, tasks
from payments.models import Payment
from payments.rules import State
from payments.services import looking, sending
from prifora.kernel import clock
from prifora.kernel.claims import LEASE
from prifora.kernel.money import Money
from prifora.schedule import BEAT

pytestmark = pytest.mark.django_db


class TestGoOn:
    def test_is_in_the_schedule_as_often_as_claims_end(self):
        entry = next(one for one in BEAT.values() if one["task"] == tasks.go_on.name)
        assert entry["schedule"] == LEASE

    def test_finds_what_no_webhook_told(self, provider, buying):
        provider.mood(hooks={"lost": True})
        reference = buying.begin()
        provider.pay(buying.open(reference))
        assert tasks.go_on() == 0, "asked just now"
        with time_machine.travel(clock.now() + timedelta(minutes=2)):
            assert tasks.go_on() == 1
        assert services.state(reference) is State.PAID

    def test_finds_a_chargeback_that_no_webhook_told(self, provider, buying, heard):
        provider.mood(hooks={"lost": True})
        reference = buying.paid()
        provider.desk(buying.of(reference).provider_id, "charge_back")
        with time_machine.travel(clock.now() + timedelta(days=2)):
            tasks.go_on()
        assert services.standing(reference).charged_back == Money(cents=1234)

    def test_goes_on_until_nothing_is_due(self, provider, buying, monkeypatch):
        monkeypatch.setattr(sending, "AT_ONCE", 2)
        for _ in range(5):
            buying.open(buying.begin())
        Payment.objects.update(due_at=clock.now())
        assert tasks.go_on() == 5
        assert tasks.go_on() == 0

    def test_lets_one_that_breaks_keep_no_other_waiting(self, provider, buying, monkeypatch):
        references = [buying.begin() for _ in range(3)]
        for one in references:
            provider.pay(buying.open(one))
        broken, publish = references[1], looking.publish

        def breaks(event):
            if event.reference == broken:
                raise RuntimeError
            publish(event)

        monkeypatch.setattr(looking, "publish", breaks)
        Payment.objects.update(due_at=clock.now())
        tasks.go_on()
        states = [services.state(one) for one in references]
        assert states == [State.PAID, State.OPEN, State.PAID]
        monkeypatch.undo()
        with time_machine.travel(clock.now() + timedelta(minutes=5)):
            tasks.go_on()
        assert services.state(broken) is State.PAID

    def test_does_nothing_where_nothing_can_be_paid(self, settings):
        settings.MOLLIE_KEY = ""
        Payment.objects.create(
            reference=uuid4(), cents=1, currency="EUR", kept_from=clock.now(), due_at=clock.now()
        )
        assert tasks.go_on() == 0
