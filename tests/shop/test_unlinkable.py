"""No path leads from an order to a family or back: not in the schema, not in the code, not in a dump."""

import grimp
import pytest
from django.apps import apps
from django.db import connection

from plans import services as plans
from prifora.kernel import clock
from shop import services
from tests.shop import buying

SALES = ("shop", "payments", "books")
PEOPLE = ("accounts", "contacts", "stations", "chat", "media", "recovery", "plans", "notices")


def neighbours(model):
    return {
        field.related_model for field in model._meta.get_fields() if field.is_relation and field.related_model
    }


@pytest.mark.obligation("PER-22", partial=True)
@pytest.mark.obligation("PRI-68", "PRI-13", partial=True)
def test_no_foreign_key_leads_from_sales_to_people():
    for model in apps.get_models(include_auto_created=True):
        reached, waiting = set(), [model]
        while waiting:
            one = waiting.pop()
            if one not in reached:
                reached.add(one)
                waiting += neighbours(one)
        if model._meta.app_label in SALES:
            assert {one._meta.app_label for one in reached} <= set(SALES), model


def test_sales_import_nothing_of_people_but_the_code():
    graph = grimp.build_graph("prifora", *SALES, *PEOPLE, cache_dir=None)
    imported = {
        name
        for module in graph.modules
        if module.split(".")[0] in SALES
        for name in graph.find_modules_directly_imported_by(module)
        if name.split(".")[0] in PEOPLE
    }
    assert {name.split(".")[0] for name in imported} <= {"plans"}
    for module in graph.modules:
        if module.split(".")[0] in PEOPLE:
            direct = graph.find_modules_directly_imported_by(module)
            assert not [name for name in direct if name.split(".")[0] in SALES], module


@pytest.mark.django_db
def test_no_value_of_a_dump_is_on_both_sides(paid, family, alice):
    """Everything but empty and everyday values: ids, digests, numbers, moments to the second."""
    code = services.show_code(order=paid, code_id=paid.codes.get().pk, now=buying.later())
    plans.redeem(family_id=family.pk, code=code, now=clock.now())
    ours, theirs = values_of(SALES), values_of(PEOPLE)
    assert len(ours) > 30
    assert not ours & theirs
    assert not any(code.replace("-", "") in one.replace("-", "") for one in ours | theirs)


def values_of(labels):
    """Every telling value in the tables of some apps: longer than a word, and a moment only below the day."""
    found = set()
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.app_label not in labels:
                continue
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            for row in cursor.fetchall():
                found |= {str(bytes(v).hex() if isinstance(v, (bytes, memoryview)) else v) for v in row if v}
    return {one for one in found if len(one) >= 16 and not one.endswith("00:00:00+00:00")}
