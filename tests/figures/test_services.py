"""Counting, and making figures: each account once, one draw for each period, and nobody in what is stored."""

import random
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Account
from chat.models import ArchiveRecord
from figures import services
from figures.models import Figure
from figures.rules import COUNTED, SHOWN_FROM, TOLD, Metric
from figures.services.counting import count_accounts
from prifora.kernel import gates
from prifora.kernel.erasure import Leaving
from privacy.rights import Cause
from privacy.services import close_at_once, delete_ended_rows, erase_due, restrict
from tests import unlinkable
from tests.figures.people import DAY, MONDAY, act, at, crowd, person
from tests.figures.stored import everything
from tests.race import at_once

TUESDAY = MONDAY + DAY
CLOSING = at(TUESDAY, 0.5)
MANY, FAR = 300, 200
"""So many people, and how far from them a figure is with less than 1e-10 (2 exp(-25) / 1.88)."""


def counts(first=MONDAY):
    return {metric: count_accounts(counted, counted.first_of(first)) for metric, counted in COUNTED.items()}


def remove(someone):
    """Have an account and all it did never have been there."""
    ArchiveRecord.objects.filter(sender_id=someone.pk).delete()
    services.forget_uses(Leaving(account_id=someone.pk, withdraw=True, now=CLOSING))
    Account.objects.filter(pk=someone.pk).delete()


def figures():
    return {(row.metric, row.begins_on): row.value for row in Figure.objects.all()}


@pytest.mark.usefixtures("agreed")
@pytest.mark.django_db
class TestCountAccounts:
    @pytest.mark.obligation("PRI-49", partial=True)
    def test_changes_by_one_at_most_with_one_account_whatever_it_did(self):
        people = [person(f"person{n}") for n in range(5)]
        for seed in range(12):
            chance = random.Random(seed)
            with transaction.atomic():
                self.live_a_week(people, chance)
                someone = chance.choice(people)
                before = counts()
                for _ in range(chance.randrange(1, 8)):
                    self.do_something(someone, chance)
                more = counts()
                remove(someone)
                without = counts()
                for metric in Metric:
                    assert 0 <= more[metric] - before[metric] <= 1, (seed, metric)
                    assert 0 <= more[metric] - without[metric] <= 1, (seed, metric)
                transaction.set_rollback(True)

    def live_a_week(self, people, chance):
        for _ in range(chance.randrange(25)):
            self.do_something(chance.choice(people), chance)

    def do_something(self, someone, chance):
        moment = at(MONDAY + chance.randrange(7) * DAY, chance.uniform(0, 24))
        act(someone, chance.choice(list(Metric)), moment, kind=chance.randrange(2))

    @pytest.mark.parametrize("metric", Metric)
    def test_counts_who_did_it_in_the_period_and_each_once(self, metric):
        counted, (one, other, late, early) = COUNTED[metric], [person(f"person{n}") for n in range(4)]
        last = counted.last_of(MONDAY)
        act(early, metric, at(MONDAY, -0.01))
        for hour in (0, 9, 23.99):
            act(one, metric, at(MONDAY, hour))
        act(other, metric, at(last, 23.99), kind=1)
        if metric not in (Metric.PEOPLE, Metric.WEEK_PEOPLE):
            act(late, metric, at(last + DAY, 0))
        assert counts()[metric] == 2

    def test_counts_nobody_who_signed_up_later_or_never_finished(self):
        new, unfinished = person("new"), person("unfinished")
        Account.objects.filter(pk=new.pk).update(created_at=at(TUESDAY, 0), used_on=TUESDAY)
        Account.objects.filter(pk=unfinished.pk).update(phone_verified=False, used_on=MONDAY)
        assert counts()[Metric.PEOPLE] == 0

    @pytest.mark.obligation("PRI-103", partial=True)
    def test_leaves_out_whose_data_may_only_be_stored(self):
        one, other = person("one"), person("other")
        for metric in Metric:
            for someone in (one, other):
                act(someone, metric, at(MONDAY))
        assert set(counts().values()) == {2}
        restrict(account_id=one.pk, cause=Cause.OBJECTION, now=at(MONDAY))
        left = counts()
        assert {left[metric] for metric in Metric if metric not in TOLD} == {1}
        assert {left[metric] for metric in TOLD} == {2}, "nobody knows any more whose they are"


@pytest.mark.django_db
class TestClosePeriods:
    def test_makes_every_figure_that_is_due(self):
        crowd(MANY, used_on=MONDAY)
        services.close_periods(CLOSING)
        made = figures()
        assert abs(made[Metric.PEOPLE, MONDAY] - MANY) <= FAR
        assert {first for metric, first in made if metric == Metric.STATIONS} == {
            MONDAY - n * DAY for n in range(6)
        }
        assert (Metric.WEEK_PEOPLE, MONDAY) not in made
        services.close_periods(at(MONDAY + 7 * DAY, 0.5))
        assert (Metric.WEEK_PEOPLE, MONDAY) in figures()

    def test_draws_once_however_often_it_runs_and_whatever_happens_afterwards(self):
        people = crowd(MANY, used_on=MONDAY)
        services.close_periods(CLOSING)
        made = figures()
        Account.objects.filter(pk__in=[one.pk for one in people[10:]]).delete()
        for minutes in (1, 5, 60):
            services.close_periods(CLOSING + timedelta(minutes=minutes))
        assert figures() == made

    @pytest.mark.obligation("PRI-49", partial=True)
    def test_stores_no_number_of_few(self):
        for week in range(4):
            services.close_periods(CLOSING + week * timedelta(days=7))
        values = list(figures().values())
        assert len(values) > 60
        assert None in values
        assert all(value is None or value >= SHOWN_FROM for value in values)

    def test_could_store_no_number_of_few(self):
        for value in (0, 1, SHOWN_FROM - 1):
            with pytest.raises(IntegrityError), transaction.atomic():
                Figure.objects.create(metric=Metric.PEOPLE, begins_on=MONDAY, value=value)
        Figure.objects.create(metric=Metric.PEOPLE, begins_on=MONDAY, value=SHOWN_FROM)

    def test_makes_up_for_missed_days_while_rows_tell_them(self):
        services.close_periods(CLOSING)
        later = CLOSING + 4 * DAY
        services.close_periods(later)
        firsts = {first for metric, first in figures() if metric == Metric.MESSAGES}
        assert {TUESDAY + n * DAY for n in range(3)} < firsts
        used = {first for metric, first in figures() if metric == Metric.PEOPLE}
        assert used == {MONDAY, later.date() - DAY}

    def test_leaves_days_that_no_row_tells_any_more_unknown(self):
        services.close_periods(CLOSING)
        services.close_periods(CLOSING + 20 * DAY)
        firsts = sorted(first for metric, first in figures() if metric == Metric.MESSAGES)
        assert [b - a for a, b in pairwise(firsts) if b - a != DAY] == [15 * DAY]

    def test_runs_before_rows_go_and_not_while_the_clock_is_doubted(self):
        delete_ended_rows(now=CLOSING)
        made = figures()
        assert (Metric.PEOPLE, MONDAY) in made
        delete_ended_rows(now=CLOSING + 400 * DAY)
        assert figures() == made


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_everybody_makes_the_same_figures_once(self):
        crowd(MANY, used_on=MONDAY)
        at_once(*(lambda: services.close_periods(CLOSING) for _ in range(4)))
        made = figures()
        assert Figure.objects.count() == len(made)
        assert abs(made[Metric.PEOPLE, MONDAY] - MANY) <= FAR
        at_once(*(lambda: services.close_periods(CLOSING) for _ in range(4)))
        assert figures() == made

    def test_whoever_breaks_off_leaves_nothing_and_another_goes_on(self):
        crowd(MANY, used_on=MONDAY)

        def die():
            raise MemoryError

        before = gates.decide_restricted(die)
        try:
            with pytest.raises(MemoryError):
                services.close_periods(CLOSING)
        finally:
            gates.decide_restricted(before)
        assert figures() == {}
        services.close_periods(CLOSING)
        assert (Metric.PEOPLE, MONDAY) in figures()


@pytest.mark.usefixtures("agreed")
class TestWhatIsLeft:
    @pytest.mark.obligation("PRI-49", "PRI-96", "PER-22", partial=True)
    @pytest.mark.django_db
    def test_has_no_column_that_could_name_anybody(self):
        columns = {field.name: field.get_internal_type() for field in Figure._meta.get_fields()}
        assert columns == {
            "id": "UUIDField",
            "created_at": "DateTimeField",
            "metric": "CharField",
            "begins_on": "DateField",
            "value": "PositiveIntegerField",
        }
        assert unlinkable.model_graph().get(Figure._meta.db_table, set()) == set()
        assert not any(Figure._meta.db_table in ends for ends in unlinkable.model_graph().values())

    @pytest.mark.obligation("PRI-49", "PRE-05", partial=True)
    @pytest.mark.django_db
    def test_shares_no_value_with_anything_about_people(self):
        someone = person("somebody")
        for metric in Metric:
            act(someone, metric, at(MONDAY))
        services.close_periods(CLOSING)
        assert unlinkable.shared_values(["figures"], unlinkable.FAMILIES) == {}

    @pytest.mark.django_db
    def test_is_only_the_figures(self, capfd):
        someone = person("somebody")
        for metric in Metric:
            act(someone, metric, at(MONDAY))
        before = everything()
        services.close_periods(CLOSING)
        after = everything()
        changed = {name for name in after if after[name] != before[name]}
        assert changed == {"figures_figure", "figures_mark", "keys"}
        assert after["figures_mark"] == []
        assert set(after["keys"]) < set(before["keys"])
        told = "".join(capfd.readouterr())
        assert str(someone.pk) not in told
        assert someone.pk.hex not in told

    @pytest.mark.django_db
    def test_stays_as_it_is_when_somebody_is_erased(self):
        someone = person("somebody")
        crowd(MANY, used_on=MONDAY)
        for metric in Metric:
            act(someone, metric, at(MONDAY))
        delete_ended_rows(now=CLOSING)
        made = figures()
        close_at_once(account_id=someone.pk, withdraw=True, now=CLOSING)
        erase_due(now=CLOSING)
        services.close_periods(CLOSING + timedelta(minutes=10))
        assert not Account.objects.filter(pk=someone.pk).exists()
        assert figures() == made
