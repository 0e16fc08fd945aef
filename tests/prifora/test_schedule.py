"""Every task that runs by itself asks whose data may only be stored, or says why it need not."""

import pytest

from prifora.celery import app
from prifora.kernel import gates
from prifora.schedule import ASKS, BEAT, RESTRICTION

ASKING = sorted(task for task, answer in RESTRICTION.items() if answer == ASKS)


class TestRestriction:
    @pytest.mark.obligation("PRI-103", partial=True)
    def test_is_answered_for_by_every_task(self):
        assert {entry["task"] for entry in BEAT.values()} == RESTRICTION.keys()
        assert all(answer == ASKS or len(answer.split()) > 5 for answer in RESTRICTION.values())

    @pytest.mark.obligation("PRI-103", partial=True)
    @pytest.mark.django_db
    @pytest.mark.parametrize("task", ASKING)
    def test_is_really_asked_about_by_who_says_so(self, task, settings):
        settings.PUSH_CONTACT = "help@prifora.invalid"  # without it nobody is pushed to
        app.loader.import_default_modules()
        app.tasks["privacy.delete_ended_rows"]()  # from now on the clock is believed
        asked = []
        before = gates.decide_restricted(lambda: asked.append(task) or set())
        try:
            app.tasks[task]()
        finally:
            gates.decide_restricted(before)
        assert asked
