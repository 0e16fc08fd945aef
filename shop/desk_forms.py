"""What staff fill in in the admin site about products."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from prifora.kernel.money import Money
from shop.models import Kind, Picture

KINDS = [
    (Kind.HARDWARE.value, _("Home Station or other hardware: it is shipped")),
    (Kind.OTHER.value, _("Something else: it is shipped")),
    (Kind.SUBSCRIPTION.value, _("Subscription: nothing is shipped")),
]
PICTURES = [
    (Picture.STATION.value, "Home Station"),
    (Picture.STAND.value, _("Stand")),
    (Picture.COVER.value, _("Cover")),
    (Picture.YEAR.value, _("A year")),
    (Picture.MONTH.value, _("A month")),
]
CENT = Decimal("0.01")
NAME_MAX, TEXT_MAX = 120, 1000
MONTHS_MAX, GRAMS_MAX, PLACE_MAX = 60, 30_000, 1000

NEEDED = _("Fill this in.")
WEIGHT_NEEDED = _("What is shipped has a weight.")
MONTHS_NEEDED = _("A subscription lasts some months.")
NOT_SHIPPED = _("A subscription is not shipped.")
NO_TERM = _("Only a subscription lasts some months.")


class NothingForm(forms.Form):
    """Nothing to fill in: the button is enough."""


class StockForm(forms.Form):
    """How many pieces came in, or went."""

    change = forms.IntegerField(label=_("Pieces that came in (below zero: that went)"))


class PriceForm(forms.Form):
    """A price without VAT."""

    net = forms.DecimalField(label=_("Price without VAT"), min_value=CENT, max_digits=8, decimal_places=2)


class ProductForm(PriceForm):
    """A new product: its words in every language, its price, what it is. Logistics counts the pieces."""

    kind = forms.ChoiceField(label=_("What it is"), choices=KINDS)
    slug = forms.SlugField(
        label=_("End of the address of its page"),
        max_length=40,
        help_text=_("Small letters, numbers and hyphens, for example: stand-black"),
    )
    picture = forms.ChoiceField(label=_("Picture"), choices=PICTURES)
    weight_grams = forms.IntegerField(
        label=_("Weight in grams, of what is shipped"), min_value=0, max_value=GRAMS_MAX, required=False
    )
    months = forms.IntegerField(
        label=_("Months, of a subscription"), min_value=0, max_value=MONTHS_MAX, required=False
    )
    with_station = forms.BooleanField(
        label=_("A plan that is bought with it covers a Home Station"), required=False
    )
    place = forms.IntegerField(
        label=_("Place in the catalogue, 1 is first"), min_value=0, max_value=PLACE_MAX, initial=1
    )

    field_order = ("kind", "slug")

    def __init__(self, sent: Any = None) -> None:
        super().__init__(sent)
        self.fields["net"].help_text = _(
            "In euros. VAT comes on top: the catalogue shows the price with VAT."
        )
        for code, language in settings.LANGUAGES:
            self.fields[f"name_{code}"] = forms.CharField(
                label=format_lazy("{} ({})", _("Name"), language), max_length=NAME_MAX
            )
            self.fields[f"text_{code}"] = forms.CharField(
                label=format_lazy("{} ({})", _("Text of its page"), language),
                max_length=TEXT_MAX,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        for field in self.fields.values():
            field.error_messages["required"] = NEEDED

    def clean(self) -> dict[str, Any]:
        """Return the product as the catalogue has it. What is shipped has a weight, a subscription a term."""
        told = self.cleaned_data
        months, weight = told.get("months") or 0, told.get("weight_grams") or 0
        is_subscription = told.get("kind") == Kind.SUBSCRIPTION
        if is_subscription:
            self._refuse(not months, "months", MONTHS_NEEDED)
            self._refuse(bool(weight), "weight_grams", NOT_SHIPPED)
        else:
            self._refuse(bool(months), "months", NO_TERM)
            self._refuse(not weight, "weight_grams", WEIGHT_NEEDED)
        if self.errors:
            return told
        codes = [code for code, _language in settings.LANGUAGES]
        return {
            **{name: told[name] for name in ("kind", "slug", "picture", "with_station", "place")},
            "net_cents": Money.of(told["net"]).cents,
            "months": months,
            "weight_grams": weight,
            "names": {code: told[f"name_{code}"] for code in codes},
            "texts": {code: told[f"text_{code}"] for code in codes},
        }

    def _refuse(self, is_wrong: bool, name: str, why: Any) -> None:  # noqa: FBT001
        if is_wrong and name not in self.errors:
            self.add_error(name, why)
