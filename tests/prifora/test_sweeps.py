"""What apps do before ended rows are deleted: once each, at the moment of the sweep, and not while it waits."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import SheetChallenge
from prifora.kernel import sweeps
from privacy.services import delete_ended_rows
from tests.rows import row_of

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
def test_that_fails_keeps_no_row_from_ending(heard):
    def fail(_now):
        raise LookupError("planted")

    delete_ended_rows(now=NOW)
    old = row_of(SheetChallenge, about=None)
    SheetChallenge.objects.filter(pk=old.pk).update(created_at=NOW - timedelta(hours=2))
    sweeps._before[:0] = [fail]
    with pytest.raises(ExceptionGroup) as failed:
        delete_ended_rows(now=NOW + timedelta(hours=1))
    assert [str(one) for one in failed.value.exceptions] == ["planted"]
    assert heard == [NOW, NOW + timedelta(hours=1)]
    assert not SheetChallenge.objects.exists()


@pytest.mark.django_db
def test_runs_with_the_sweep_and_not_while_the_clock_is_doubted(heard):
    delete_ended_rows(now=NOW)
    delete_ended_rows(now=NOW + timedelta(days=400))
    assert heard == [NOW]
