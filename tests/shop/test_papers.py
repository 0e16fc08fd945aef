"""Papers are PDF, whatever people are called."""

import pytest

from shop.papers import legal_paper, paper


@pytest.mark.parametrize(
    "name", ["Riet Bakker", "#set page(width: 1pt)", "$x$ \\ [*_`<>] @a", "Zoë Ünal", "李"]
)
def test_a_name_is_text_and_nothing_else(name):
    made = paper("Bewijs", [("", [name, "regel 1\nregel 2"])], language="nl")
    assert made.startswith(b"%PDF")


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_the_law_fits_on_paper(language):
    assert legal_paper("withdrawal", language).startswith(b"%PDF")
