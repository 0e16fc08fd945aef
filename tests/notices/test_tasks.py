"""Mail goes by itself, as much as there is."""

import pytest
from django.core import mail

from notices import tasks
from notices.models import Notice
from notices.services import telling
from prifora.kernel.claims import LEASE
from prifora.schedule import BEAT
from tests.notices.telling import MAILED, declared, give_address, told  # noqa: F401

pytestmark = pytest.mark.django_db


class TestSendMail:
    def test_goes_on_until_nothing_is_due(self, alice, bob, monkeypatch):
        for someone in (alice, bob):
            give_address(someone.account, f"{someone.pk}@example.org")
        told(alice, bob, letter=MAILED)
        monkeypatch.setattr(telling, "AT_ONCE", 1)
        assert tasks.send_mail() == 2
        assert tasks.send_mail() == 0
        assert len(mail.outbox) == 2
        assert Notice.objects.filter(mailed_at=None).count() == 0

    def test_is_in_the_schedule_as_often_as_claims_end(self):
        entry = next(one for one in BEAT.values() if one["task"] == tasks.send_mail.name)
        assert entry["schedule"] == LEASE
