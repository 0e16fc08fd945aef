"""What staff for privacy must fill in before anything is done."""

import pytest

from privacy.forms import CauseForm, EntryForm, ErasureForm, ExtensionForm, RefusalForm, TextForm
from privacy.services import TEXT_MAX


@pytest.mark.parametrize(
    ("form", "filled"),
    [
        (TextForm, {"text": "x" * TEXT_MAX}),
        (ExtensionForm, {"text": "Much to do.", "months": "2"}),
        (RefusalForm, {"text": "No.", "reason": "law"}),
        (EntryForm, {"text": "Asked.", "kind": "access", "how": "phone"}),
        (CauseForm, {"cause": "claims"}),
        (ErasureForm, {"sure": "on"}),
    ],
)
def test_every_form_takes_what_is_whole_and_nothing_less(form, filled):
    assert form(filled).is_valid()
    for name in filled:
        assert not form({one: value for one, value in filled.items() if one != name}).is_valid()


@pytest.mark.parametrize(
    ("form", "filled"),
    [
        (TextForm, {"text": "x" * (TEXT_MAX + 1)}),
        (ExtensionForm, {"text": "x", "months": "3"}),
        (RefusalForm, {"text": "x", "reason": "mood"}),
        (EntryForm, {"text": "x", "kind": "access", "how": "app"}),
    ],
)
def test_nothing_else_can_be_chosen(form, filled):
    assert not form(filled).is_valid()


def test_an_erasure_leaves_with_others_what_was_shared_unless_that_is_said():
    form = ErasureForm({"sure": "on"})
    assert form.is_valid()
    assert form.cleaned_data["withdraw"] is False
