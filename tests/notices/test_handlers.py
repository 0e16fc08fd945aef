"""What a person is told of their account at once can also be read later, in the Message Center."""

import pytest
from django.core import mail

from accounts.services import Notice as AccountNotice
from accounts.services import send_notice
from notices import services
from notices.models import Notice
from prifora.kernel import clock
from tests.cast import PASSWORD
from tests.notices.telling import give_address

pytestmark = pytest.mark.django_db


class TestKeepLetter:
    @pytest.mark.obligation("PRI-120", partial=True)
    @pytest.mark.parametrize("notice", AccountNotice)
    def test_says_the_same_in_the_message_center(
        self, as_, alice, notice, django_capture_on_commit_callbacks
    ):
        give_address(alice.account)
        with django_capture_on_commit_callbacks(execute=True):
            send_notice(account=alice.account, notice=notice)
        only = as_(alice).get("/api/v1/notices", headers={"Accept-Language": "en"}).json()["items"][0]
        assert (only["topic"], only["text"]) == ("service", str(notice.value))
        assert only["text"] == mail.outbox[0].body
        services.send_mail(now=clock.now())
        assert len(mail.outbox) == 1, "it was mailed already"

    def test_keeps_each_time_apart(self, alice):
        for _ in range(2):
            send_notice(account=alice.account, notice=AccountNotice.RECOVERY_ASKED)
        assert Notice.objects.count() == 2

    def test_is_there_with_what_it_tells(self, as_, alice):
        as_(alice).post("/api/v1/me/closing", {"password": PASSWORD, "shared": "leave"}, format="json")
        as_(alice).delete("/api/v1/me/closing")
        kinds = Notice.objects.order_by("created_at").values_list("kind", flat=True)
        assert list(kinds) == ["account.closing_asked", "account.closing_undone"]
