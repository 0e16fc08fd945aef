"""The gates that everything asks: a campaign reaches who agrees when it is sent, and nobody else."""

import pytest
from django.core import mail

from notices.models import Notice
from notices.rules import Letter, Topic, declare
from notices.services import send_mail, tell
from prifora.kernel import clock
from prifora.kernel.gates import allowing
from privacy import services
from privacy.purposes import OPTIONAL, Choice
from tests import cast

CAMPAIGN = Letter(
    kind="test.campaign",
    topic=Topic.SERVICE,
    title="Something new",
    text="PRIFORA can do more.",
    by_mail=True,
    purpose=Choice.NEWS_LETTERS,
    mail_purpose=Choice.NEWS_MAIL,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    declare(CAMPAIGN)
    found = [cast.person(f"person{number}") for number in range(10)]
    for one in found:
        one.account.profile["emails"] = {"x": f"{one.account.username}@home.example"}
        one.account.save(update_fields=["sealed"])
    return found


def give(someone, *choices):
    for choice in choices:
        words = OPTIONAL[choice].current.hash_of(choice, "nl")
        services.give_consent(
            account=someone.account, choice=choice, text_hash=words, how="app", now=clock.now()
        )


def campaign(people):
    return tell(account_ids=[one.pk for one in people], kind=CAMPAIGN.kind, once="spring", now=clock.now())


def reached():
    send_mail(now=clock.now())
    return sorted(one.to[0].split("@")[0] for one in mail.outbox)


class TestACampaign:
    @pytest.mark.obligation("PRI-72", "PRI-74", "PRE-30", "PER-21", partial=True)
    def test_reaches_who_agreed_and_nobody_else(self, people):
        for one in people[:3]:
            give(one, Choice.NEWS_MAIL)
        give(people[3], Choice.NEWS_LETTERS)
        assert campaign(people) == 4
        assert reached() == ["person0", "person1", "person2"]
        told = set(Notice.objects.filter(kind=CAMPAIGN.kind).values_list("account_id", flat=True))
        assert told == {one.pk for one in people[:4]}

    @pytest.mark.obligation("PRI-75", "PRI-104", "PER-45", partial=True)
    @pytest.mark.parametrize("how", ["withdraw", "object", "restrict"])
    def test_that_is_queued_asks_again_when_it_is_sent(self, people, how):
        for one in people[:2]:
            give(one, Choice.NEWS_MAIL)
        assert campaign(people) == 2
        who, now = people[0].pk, clock.now()
        if how == "withdraw":
            services.withdraw_consent(account_id=who, choice=Choice.NEWS_MAIL, how="app", now=now)
        elif how == "object":
            services.object_to_marketing(account_id=who, how="app", now=now)
        else:
            services.restrict(account_id=who, cause="claims", now=now)
            mail.outbox.clear()
        sent = [name for name in reached() if name == "person0"]
        assert len(sent) == (1 if how == "restrict" else 0)  # that it is restricted, the law has told
        assert all("Something new" not in one.body for one in mail.outbox if one.to[0].startswith("person0"))
        assert any("Something new" in one.body for one in mail.outbox if one.to[0].startswith("person1"))

    @pytest.mark.obligation("PRI-104", partial=True)
    def test_reaches_nobody_who_objected_whatever_they_agreed_to(self, people):
        give(people[0], Choice.NEWS_MAIL, Choice.NEWS_LETTERS)
        services.object_to_marketing(account_id=people[0].pk, how="app", now=clock.now())
        assert campaign(people) == 0
        assert reached() == []


class TestAllowing:
    def test_is_answered_by_privacy(self, people):
        give(people[0], Choice.USE_COUNTS)
        asked = [one.pk for one in people]
        assert allowing(asked, Choice.USE_COUNTS, now=clock.now()) == {people[0].pk}
        assert allowing(asked, Choice.NEWS_MAIL, now=clock.now()) == set()
