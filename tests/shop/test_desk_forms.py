"""What bookkeeping fills in for a new product: what hangs together is checked, in the language of who fills it in."""

import pytest
from django.utils.translation import override

from shop.desk_forms import PriceForm, ProductForm

WORDS = {f"{part}_{code}": f"{part} {code}" for part in ("name", "text") for code in ("nl", "fr", "en")}
COVER = {
    "kind": "other",
    "slug": "cover-blue",
    "picture": "cover",
    "net": "12.34",
    "weight_grams": "200",
    "place": "3",
    **WORDS,
}
YEAR = {**COVER, "kind": "subscription", "slug": "home-year", "weight_grams": "", "months": "12"}


def wrong(form):
    return set(ProductForm(form).errors)


class TestProductForm:
    def test_takes_what_is_shipped_and_what_is_not(self):
        cover, year = ProductForm(COVER), ProductForm({**YEAR, "with_station": "on"})
        assert cover.is_valid(), cover.errors
        assert year.is_valid(), year.errors
        assert cover.cleaned_data == {
            "kind": "other",
            "slug": "cover-blue",
            "picture": "cover",
            "net_cents": 1234,
            "months": 0,
            "weight_grams": 200,
            "with_station": False,
            "place": 3,
            "names": {code: f"name {code}" for code in ("nl", "fr", "en")},
            "texts": {code: f"text {code}" for code in ("nl", "fr", "en")},
        }
        told = year.cleaned_data
        assert (told["months"], told["weight_grams"], told["with_station"]) == (12, 0, True)

    @pytest.mark.parametrize("name", [*WORDS, "kind", "slug", "picture", "net", "place"])
    def test_needs_its_words_in_every_language_and_the_rest(self, name):
        assert wrong({**COVER, name: " "}) == {name}

    @pytest.mark.parametrize(
        ("changed", "name"),
        [
            ({"net": "0"}, "net"),
            ({"net": "1.234"}, "net"),
            ({"net": "-1"}, "net"),
            ({"slug": "with a space"}, "slug"),
            ({"kind": "software"}, "kind"),
            ({"picture": "cat"}, "picture"),
            ({"weight_grams": ""}, "weight_grams"),
            ({"weight_grams": "0"}, "weight_grams"),
            ({"months": "12"}, "months"),
            ({"name_fr": "x" * 121}, "name_fr"),
        ],
    )
    def test_refuses_what_cannot_be(self, changed, name):
        assert wrong({**COVER, **changed}) == {name}

    def test_a_subscription_has_a_term_and_no_weight(self):
        assert wrong({**YEAR, "months": ""}) == {"months"}
        assert wrong({**YEAR, "weight_grams": "5"}) == {"weight_grams"}

    @pytest.mark.parametrize(
        ("language", "said"), [("nl", "Vul dit in."), ("fr", "Remplissez ce champ."), ("en", "Fill this in.")]
    )
    def test_says_so_in_the_language_of_who_fills_it_in(self, language, said):
        with override(language):
            assert str(ProductForm({**COVER, "name_nl": ""}).errors["name_nl"][0]) == said


class TestPriceForm:
    def test_is_of_something(self):
        assert not PriceForm({"net": "0.00"}).is_valid()
        assert PriceForm({"net": "0.01"}).is_valid()
