"""The tasks do what is due, and twice changes nothing."""

import pytest

from prifora.schedule import BEAT, RESTRICTION
from shop import tasks
from shop.models import Parcel, Post
from tests.shop import buying

pytestmark = pytest.mark.django_db


def test_letters_and_parcels_go(paid, mailoutbox):
    from shop import services

    services.pack(parcel_id=Parcel.objects.get().pk, now=buying.later())
    assert tasks.go_on() == 2
    assert tasks.go_on() == 0
    parcel = Parcel.objects.get()
    buying.move(parcel.track, "on_its_way")
    assert tasks.track_parcels() == 1
    assert tasks.track_parcels() == 0
    tasks.go_on()
    assert [one.subject for one in mailoutbox] == ["Je bestelling bij PRIFORA", "Je pakket is onderweg"]
    assert not Post.objects.filter(sent_at=None).exists()


def test_the_hourly_ones_find_nothing_to_do_on_the_first_day(paid):
    assert tasks.keep_terms() == tasks.reduce_orders() == 0


def test_every_task_is_planned_and_says_what_it_does_about_restriction():
    planned = {one["task"] for one in BEAT.values()}
    ours = {f"shop.{name}" for name in ("go_on", "track_parcels", "keep_terms", "reduce_orders")}
    assert ours <= planned & RESTRICTION.keys()
