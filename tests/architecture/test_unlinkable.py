"""No key, no shared id and no equal value leads from what somebody ordered to the family that uses it, or back.

What is planted here must be found, so that finding nothing means something. With the apps of ORDERS there, the same
tests look at them.
"""

import base64
import json
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from notices.services import tell
from plans import services
from plans.models import Code, Plan, Stretch
from plans.services.codes import digest_of
from prifora.kernel import clock
from tests import unlinkable
from tests.server import ROOT
from tests.unlinkable import FAMILIES, ORDERS

PLANS = ("plans",)


@pytest.fixture
def activated(family, alice, settings):
    """A family whose plan runs by a code, one code that waits, and the codes themselves."""
    settings.PLANS_USED = True
    now = clock.now()
    used, waiting = (services.issue("home", 365, True, now=now) for _ in range(2))
    services.redeem(family_id=family.pk, code=used, now=now)
    facts = {"ended_on": "2027-01-01", "until_on": "2027-02-01"}
    tell(account_ids=[alice.pk], kind="plan.soon", facts=facts, once="plan", now=now)
    return used, waiting


@pytest.fixture
def order(transactional_db):
    """order(**columns) plants a table of an order with one row, keys and all."""
    made = []

    def plant(kind="text", value="", *, references=""):
        name = f"shop_planted{len(made)}"
        made.append(name)
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE TABLE "{name}" (planted {kind} {references})')
            cursor.execute(f'INSERT INTO "{name}" VALUES (%s)', [value])
        return name

    yield plant
    with connection.cursor() as cursor:
        for name in made:
            cursor.execute(f'DROP TABLE "{name}"')


class TestTheSchema:
    @pytest.mark.django_db
    def test_has_no_path_from_an_order_to_a_plan_or_a_family(self):
        for graph in (unlinkable.model_graph(), unlinkable.catalogue_graph()):
            ends = unlinkable.tables(FAMILIES)
            assert "plans_code" in ends
            assert unlinkable.path_between(graph, unlinkable.tables(ORDERS), ends) == []

    def test_has_no_path_from_a_code_to_anything(self):
        """A code that nobody entered stands alone: nothing points to it, and it points to nothing."""
        graph = unlinkable.model_graph()
        assert graph.get(Code._meta.db_table, set()) == set()

    def test_leads_from_a_plan_to_its_family_only(self):
        graph = unlinkable.model_graph()
        plan, stretch = Plan._meta.db_table, Stretch._meta.db_table
        assert graph[stretch] == {plan}
        assert graph[plan] == {stretch, "contacts_family"}

    def test_has_no_column_that_points_to_any_table_there_is(self):
        assert not list(unlinkable.unkeyed_links())

    def test_finds_a_planted_key(self, order):
        key = "uuid" if connection.vendor == "postgresql" else "char(32)"
        name = order(key, None, references="REFERENCES contacts_family (id)")
        way = unlinkable.path_between(unlinkable.catalogue_graph(), [name], ["plans_plan"])
        assert way == [name, "contacts_family", "plans_plan"]

    def test_knows_every_app_there_is(self):
        here = [one for one in apps.get_app_configs() if Path(one.path).parent == ROOT]
        ours = {one.label for one in here} - {"prifora"}
        assert ours <= {*ORDERS, *FAMILIES, "realtime", "figures", "support"}, (
            "say in tests/unlinkable.py on which side it is"
        )


@pytest.mark.django_db
class TestWhatIsStored:
    def test_shares_no_value_between_orders_and_families(self, activated):
        assert unlinkable.shared_values(ORDERS, FAMILIES) == {}

    def test_holds_no_code_in_any_form(self, activated):
        for code in activated:
            assert unlinkable.places_of(code) == set()
            assert unlinkable.places_of(code.replace("-", "")) == set()

    def test_holds_the_digest_of_a_code_once(self, activated):
        used, waiting = activated
        assert unlinkable.places_of(digest_of(used)) == {"plans_stretch.digest"}
        assert unlinkable.places_of(digest_of(waiting)) == {"plans_code.digest"}

    def test_holds_of_codes_no_moment(self, activated):
        found = unlinkable.values_in(["plans_code", "plans_stretch"])
        assert not [value for value in found if value.startswith("at ")]


@pytest.mark.django_db(transaction=True)
class TestAPlantedLink:
    @pytest.mark.parametrize(
        "way", ["id", "dashed", "digest", "hex", "base64", "json", "sentence", "moment", "blob"]
    )
    def test_is_found(self, activated, order, way, family):
        digest, plan = digest_of(activated[0]), Plan.objects.get()
        blob = "bytea" if connection.vendor == "postgresql" else "blob"
        planted = {
            "id": ("text", plan.pk.hex),
            "dashed": ("text", str(family.pk)),
            "digest": (blob, digest),
            "hex": ("text", digest.hex().upper()),
            "base64": ("text", base64.b64encode(digest).decode()),
            "json": ("text", json.dumps({"for": [str(family.pk)]})),
            "sentence": ("text", f"Ordered for {family.pk}, please."),
            "moment": ("text", family.created_at.isoformat()),
            "blob": (blob, family.pk.bytes),
        }
        name = order(*planted[way])
        found = unlinkable.shared_values(ORDERS, FAMILIES)
        assert any(f"{name}.planted" in places for places in found.values()), found

    @pytest.mark.parametrize(
        "value", ["home", "2026-11-30", "delivered", "365", "82a425c8-6d33-4eed-bace-c1abd31c5fb5"]
    )
    def test_is_not_seen_in_words_days_and_ids_of_ones_own(self, activated, order, value):
        order("text", value)
        assert unlinkable.shared_values(ORDERS, FAMILIES) == {}

    def test_is_seen_in_a_code_that_is_kept(self, activated, order):
        name = order("text", f"Your code: {activated[0]}")
        assert unlinkable.places_of(activated[0]) == {f"{name}.planted"}
