"""What apps do before ended rows are deleted: once each, at the moment of the sweep, and not while it waits."""

from datetime import timedelta

import pytest
from django.utils import timezone

from prifora.kernel import sweeps
from privacy.services import delete_ended_rows

NOW = timezone.now()


@pytest.fixture
def heard(monkeypatch):
    monkeypatch.setattr(sweeps, "_before", [])
    moments = []
    for _time in range(2):
        sweeps.before_sweep(moments.append)
    return moments


def test_each_runs_once(heard):
    sweeps.prepare_sweep(NOW)
    assert heard == [NOW]


@pytest.mark.django_db
def test_runs_with_the_sweep_and_not_while_the_clock_is_doubted(heard):
    delete_ended_rows(now=NOW)
    delete_ended_rows(now=NOW + timedelta(days=400))
    assert heard == [NOW]
