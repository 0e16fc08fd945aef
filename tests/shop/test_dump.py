"""Somebody really buys, and their family really uses it: a full dump leads from neither to the other.

The same person in the same browser, under the same name, number and e-mail address: there is as much to find as there
can be. What is planted is found, so that finding nothing means something.
"""

import json
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.test import Client
from structlog.testing import capture_logs

from accounts.models import Account
from books.services import pdf, xml
from notices.models import Notice
from payments import tasks as payments
from plans import tasks as plans
from plans.models import Credit, Plan, Stretch
from plans.services.codes import digest_of
from prifora.kernel import clock
from prifora.kernel.policy import Role
from privacy import services as privacy
from shop import tasks as shop
from shop.models import DueCode, Order, OutageCredit, Parcel
from support.services import record_outage
from tests import cast, mls, unlinkable
from tests.shop import buying, purchase
from tests.stations.screens import Screen
from tests.support import desk
from tests.unlinkable import FAMILIES, ORDERS

pytestmark = pytest.mark.django_db

EVERYDAY = {
    "True": "yes",
    "False": "no",
    "nl": "a language",
    "days": "the name of a fact that letters tell",
    "ended_on": "the same",
    "station": "the picture of a product, and a kind of device",
}
"""All that may stand on both sides besides days and small numbers, and what it is."""

SMALL = 1000
"""Numbers below this are pieces, places, months and days."""


class Scene:
    """A purchase and the family that uses it, with all that is written down of both."""

    def __init__(self, provider):
        buying.products()
        self.alice, self.bob = cast.person("alice", kind="user"), cast.person("bob")
        self.alice.account.profile.update(
            {"first_name": "Riet", "last_name": "Bakker", "email": buying.BUYER["email"]}
        )
        Account.objects.filter(pk=self.alice.pk).update(phone=buying.BUYER["mobile"])
        self.app, self.browser = cast.client_of(self.alice), Client(headers={"accept-language": "nl-NL"})
        self.browser.cookies = self.app.cookies
        with capture_logs() as self.log:
            self.buy(provider)
            self.use()
        self.order = Order.objects.get()

    def buy(self, provider):
        """Order, pay, take the code, have everything carried out, and be looked at by staff."""
        self.page = purchase.ordered(self.browser, ["home-station", "family-year"])
        there = purchase.at_the_provider(self.browser, self.page)
        self.paid = purchase.came_back(self.browser, provider.pay(there))
        self.code = purchase.code_on(self.browser, self.page)
        for task in (payments.go_on, shop.go_on, shop.keep_terms, shop.track_parcels, plans.mix_codes):
            task()
        buying.deliver(Order.objects.get())
        for role, row in ((Role.FINANCE, Order), (Role.LOGISTIC, Parcel)):
            assert desk.staff(role).get(desk.path_of(row, row.objects.get())).status_code == 200

    def use(self):
        """Enter the code in a family, pair its Home Station, talk, and be looked at by staff."""
        self.family = cast.family_of(self.alice, self.bob)
        path = f"/api/v1/families/{self.family.pk}/plan/codes"
        reply = self.app.post(path, {"code": self.code}, format="json")
        assert reply.status_code == 200, reply.content
        Screen().start(self.app, self.family, self.alice)
        talk = mls.conversation_of(self.alice, self.bob, self.family)
        sent = self.app.post(f"{talk.path}/messages", mls.message_json(self.alice, talk), format="json")
        assert sent.status_code == 201, sent.content
        record_outage(
            began_at=clock.now() - timedelta(hours=5),
            ended_at=clock.now(),
            days=1,
            reason="No messages on Sunday.",
            staff_id=desk.colleague(),
            now=clock.now(),
        )
        for task in (plans.tell_due, shop.go_on):
            task()
        desk.look(desk.staff(Role.PRIVACY), self.alice.account)

    def erase(self):
        """Close the account that bought, and everything of it."""
        privacy.close_at_once(account_id=self.alice.pk, withdraw=True, now=clock.now())
        privacy.erase(account_id=self.alice.pk, now=clock.now())


@pytest.fixture
def scene(db, provider, settings, django_capture_on_commit_callbacks):
    settings.PLANS_USED = True
    with django_capture_on_commit_callbacks(execute=True):
        return Scene(provider)


def told(cells):
    """What is in `cells` and neither a day, a small number, nor said in EVERYDAY."""
    return {
        cell: places
        for cell, places in cells.items()
        if cell not in EVERYDAY
        and not unlinkable.DAY.match(cell)
        and not (cell.lstrip("-").isdigit() and abs(int(cell)) < SMALL)
    }


def in_session(browser):
    """What the session of who bought says, opened, that an order has, too: its row in the dump is sealed."""
    said = set(unlinkable.forms(dict(browser.session.items())))
    return said & set(unlinkable.values_in(unlinkable.tables(ORDERS)))


def on_both_sides():
    ours = unlinkable.cells_in(unlinkable.tables(ORDERS))
    theirs = unlinkable.cells_in(unlinkable.tables(FAMILIES))
    return told({cell: ours[cell] | theirs[cell] for cell in set(ours) & set(theirs)})


class TestABoughtCodeInUse:
    @pytest.mark.obligation("PRI-13", "PRI-68", partial=True)
    def test_leads_nowhere_in_either_direction(self, scene):
        assert unlinkable.shared_values(ORDERS, FAMILIES) == {}
        assert unlinkable.way_of_values(ORDERS, FAMILIES) == {}
        assert unlinkable.way_of_values(FAMILIES, ORDERS) == {}

    def test_has_nothing_in_common_but_what_is_everyday(self, scene):
        assert on_both_sides() == {}

    def test_is_written_down_on_both_sides(self, scene):
        """There is something to find: nothing of the scene was left out."""
        filled = {table for table in unlinkable.tables() if unlinkable.rows_of(table)}
        assert filled >= {
            *(
                "shop_order",
                "shop_attempt",
                "shop_duecode",
                "shop_subscription",
                "shop_outage",
                "shop_parcel",
                "shop_disclosure",
            ),
            *("payments_payment", "payments_mandate", "books_bill", "books_posting"),
            *("accounts_account", "accounts_session", "contacts_family", "plans_stretch", "stations_station"),
            *("chat_entry", "notices_notice", "support_ledgerline", "support_stafflook"),
        }
        assert scene.paid.status_code == 200
        assert OutageCredit.objects.count() == Credit.objects.get().plans == 1
        assert len(mail.outbox) > 1

    def test_keeps_the_code_nowhere_and_its_digest_once(self, scene):
        assert unlinkable.places_of(scene.code) == unlinkable.places_of(scene.code.replace("-", "")) == set()
        assert unlinkable.places_of(digest_of(scene.code)) == {"plans_stretch.digest"}

    def test_is_in_no_session(self, scene):
        assert dict(scene.browser.session.items())
        assert in_session(scene.browser) == set()

    def test_is_in_no_line_of_the_log(self, scene):
        ours, theirs = (set(unlinkable.values_in(unlinkable.tables(one))) for one in (ORDERS, FAMILIES))
        for line in scene.log:
            said = set(unlinkable.forms(json.dumps(line, default=str)))
            assert not (said & ours and said & theirs), line


class TestAClosedAccount:
    @pytest.mark.obligation("PRI-13", partial=True)
    def test_leaves_order_and_invoice_as_they_were_and_they_lead_nowhere(self, scene):
        before = {table: unlinkable.rows_of(table) for table in unlinkable.tables(ORDERS)}
        theirs = unlinkable.values_in(
            one for one in unlinkable.tables() if unlinkable.app_of(one) not in ORDERS
        )
        scene.erase()
        assert not Account.objects.filter(pk=scene.alice.pk).exists()
        assert {table: unlinkable.rows_of(table) for table in unlinkable.tables(ORDERS)} == before
        assert set(unlinkable.values_in(unlinkable.tables(ORDERS))) & set(theirs) == set()
        assert unlinkable.way_of_values(ORDERS, FAMILIES) == {}
        assert (pdf(scene.order.invoice)[:4], scene.order.pk.hex in xml(scene.order.invoice).decode()) == (
            b"%PDF",
            False,
        )
        assert Client().get(scene.page).status_code == 200


class TestWhatIsPlanted:
    """Each is a mistake that somebody could make; each is found."""

    @pytest.mark.parametrize("mistake", ["number of the order", "id in a letter", "code", "digest", "moment"])
    def test_on_one_side_is_found(self, scene, mistake):
        plan, due = Plan.objects.get(), DueCode.objects.get()
        plant = {
            "number of the order": lambda: Plan.objects.update(told=scene.order.number),
            "id in a letter": lambda: Notice.objects.update(facts={"order": str(scene.order.pk)}),
            "code": lambda: (Plan.objects.update(told=scene.code), DueCode.objects.update(name=scene.code)),
            "digest": lambda: DueCode.objects.update(name=digest_of(scene.code).hex()),
            "moment": lambda: Stretch.objects.filter(plan=plan).update(created_at=due.taken_at),
        }
        plant[mistake]()
        assert unlinkable.shared_values(ORDERS, FAMILIES) != {}

    @pytest.mark.parametrize("value", ["red bus", "2468"])
    def test_short_and_plain_is_found_too(self, scene, value):
        Plan.objects.update(told=value)
        DueCode.objects.update(name=value)
        assert on_both_sides() == {value: {"plans_plan.told", "shop_duecode.name"}}

    def test_in_between_is_found(self, scene):
        LogEntry.objects.create(user=scene.alice.account, object_id=str(scene.order.pk), action_flag=1)
        assert unlinkable.way_of_values(ORDERS, FAMILIES) != {}

    def test_in_a_session_is_found(self, scene):
        session = scene.app.session
        session["bought"] = [str(scene.order.pk)]
        session.save()
        assert in_session(scene.browser) == {scene.order.pk.hex}
