"""Mails to who wrote without an account go by themselves, once each."""

import pytest

from prifora.schedule import BEAT
from prospects.tasks import send_mails
from tests.prospects.writing import prospect


@pytest.mark.django_db
def test_a_mail_goes_once_however_often_it_runs(mailoutbox):
    prospect()
    assert [send_mails(), send_mails()] == [1, 0]
    assert len(mailoutbox) == 1
    assert any(one["task"] == "prospects.send_mails" for one in BEAT.values())
