"""The table of terms, row by row: everything is there until its time is over, and gone with the next sweep."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.utils import timezone

from accounts.models import LogLine, Session
from chat.models import Entry, Welcome
from contacts.models import Invitation
from media.models import Upload
from notices.models import Notice
from plans.models import Stretch
from prifora.kernel.policy import Kind, Policy, stores_of
from privacy import services
from privacy.models import ErasureLine
from privacy.services.retention import emptied
from prospects.models import Prospect
from stations.models import Heartbeat
from support.models import StaffLook
from tests.rows import row_of, unguarded

NOW = timezone.now()
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ROWS = [
    ("undelivered message", Entry, 30 * DAY),
    ("undelivered message", Welcome, 30 * DAY),
    ("undelivered blob", Upload, 1 * DAY),
    ("heartbeats", Heartbeat, 14 * DAY),
    ("security log", LogLine, 90 * DAY),
    ("hash of an invitation", Invitation, 30 * DAY),
    ("proof of what somebody was told", Notice, 730 * DAY),
    ("proof of a look by staff", StaffLook, 730 * DAY),
    ("prospects", Prospect, 365 * DAY),
    ("session that is over", Session, 0 * DAY),
]
TIMED = [
    (model, name, held.keep)
    for model in apps.get_models()
    if isinstance(policy := getattr(model, "policy", None), Policy)
    for name, held in policy.fields.items()
    if held.keep is not None
]


def aged(model, about, age):
    row = row_of(model, about=about)
    with unguarded():
        model._default_manager.filter(pk=row.pk).update(**{model.policy.clock: NOW - age})
    return row


def there(row):
    return type(row)._default_manager.filter(pk=row.pk).exists()


@pytest.mark.django_db
class TestRows:
    @pytest.mark.obligation("PER-12", partial=True)
    @pytest.mark.parametrize(("what", "model", "term"), ROWS, ids=lambda one: getattr(one, "__name__", ""))
    def test_are_there_to_the_last_minute_and_gone_an_hour_later(self, alice, what, model, term):
        row = aged(model, alice.account, term - MINUTE)
        services.delete_ended_rows(now=NOW)
        assert there(row), what
        services.delete_ended_rows(now=NOW + timedelta(hours=1))
        assert not there(row), what

    def test_of_the_proof_of_an_erasure_stay(self, alice):
        row = row_of(ErasureLine, about=alice.account)
        ErasureLine.objects.update(created_at=NOW - 20_000 * DAY)
        services.delete_ended_rows(now=NOW)
        assert there(row)


@pytest.mark.django_db
class TestColumns:
    def test_with_a_time_of_their_own_are_those_of_invitations(self):
        assert {(model, name, keep) for model, name, keep in TIMED} == {
            *((Invitation, name, 7 * DAY) for name in ("proof", "sealed_note", "key", "signature")),
            (Stretch, "digest", 90 * DAY),
        }

    @pytest.mark.obligation("PER-12", partial=True)
    @pytest.mark.parametrize(("model", "name", "keep"), TIMED, ids=[name for _model, name, _keep in TIMED])
    def test_are_emptied_when_it_is_over_and_not_before(self, alice, model, name, keep):
        row = aged(model, alice.account, keep - MINUTE)
        services.delete_ended_rows(now=NOW)
        row.refresh_from_db()
        assert bytes(getattr(row, name))
        services.delete_ended_rows(now=NOW + timedelta(hours=1))
        row.refresh_from_db()
        assert (bytes(getattr(row, name) or b""), emptied(model._meta.get_field(name)) or b"") == (b"", b"")
        assert there(row)

    def test_of_an_invitation_that_is_over_leave_it_in_the_list(self, as_, alice, family):
        row = aged(Invitation, alice.account, 8 * DAY)
        Invitation.objects.filter(pk=row.pk).update(family=family, expires_at=NOW - DAY)
        services.delete_ended_rows(now=NOW)
        listed = as_(alice).get(f"/api/v1/families/{family.pk}/invitations").json()["items"]
        assert [one["id"] for one in listed] == [str(row.pk)]


class TestBeside:
    def test_cookies_last_at_most_a_hundred_days(self):
        ages = (settings.SESSION_COOKIE_AGE, settings.CSRF_COOKIE_AGE, settings.LANGUAGE_COOKIE_AGE)
        assert max(ages) <= timedelta(days=100).total_seconds()
        assert all(one.keep is not None and one.keep <= 100 * DAY for one in stores_of(Kind.COOKIE))

    def test_the_log_is_kept_for_fourteen_days(self):
        assert {one.keep for one in stores_of(Kind.LOG)} == {14 * DAY}
