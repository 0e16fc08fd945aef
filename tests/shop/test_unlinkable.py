"""No path leads from an order to a family or back: not in the schema, not in the code. The dump: test_dump.py."""

import grimp
import pytest
from django.apps import apps

SALES = ("shop", "payments", "books")
PEOPLE = ("accounts", "contacts", "stations", "chat", "media", "recovery", "plans", "notices", "tickets")


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
