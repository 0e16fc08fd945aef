"""The task behind the end of a gag: it reads the clock, and twice is harmless."""

from datetime import timedelta

import pytest
import time_machine

from notices.models import Notice
from prifora.kernel import clock
from prifora.kernel.terms import day_of
from prifora.schedule import BEAT
from support.tasks import tell_after_gags
from tests.support.casework import GAGGED, received


@pytest.mark.django_db
class TestTellAfterGags:
    def test_tells_once_when_the_day_is_over(self, alice):
        now = clock.now()
        received(alice, asked=GAGGED, gag_until=day_of(now) + timedelta(days=3), now=now)
        assert tell_after_gags() == 0
        with time_machine.travel(now + timedelta(days=5), tick=False):
            assert (tell_after_gags(), tell_after_gags()) == (1, 0)
        assert Notice.objects.filter(kind="authority_asked").count() == 1

    def test_runs_by_itself(self):
        assert tell_after_gags.name in {one["task"] for one in BEAT.values()}
