"""What is filled in is checked by the rules of its country."""

import pytest

from shop.forms import CheckoutForm, PlanForm, WithdrawForm
from tests.shop import buying


def checked(ships=True, **more):
    form = CheckoutForm({**buying.FORM, **more}, ships=ships)
    return form, form.errors.as_data()


@pytest.mark.obligation("PRI-40", "PRI-44", partial=True)
@pytest.mark.parametrize(
    ("country", "postcode", "kept", "mobile"),
    [
        ("NL", "1234ab", "1234 AB", "0612345678"),
        ("BE", "1000", "1000", "0470 12 34 56"),
        ("FR", "75001", "75001", "06 12 34 56 78"),
        ("LU", "l-1234", "1234", "621 123 456"),
        ("DE", "10115", "10115", "0151 12345678"),
    ],
)
def test_takes_what_is_right_in_its_country(country, postcode, kept, mobile):
    form, errors = checked(country=country, postcode=postcode, mobile=mobile)
    assert not errors
    assert form.buyer()["postcode"].replace(" ", "") == kept.replace(" ", "")
    assert form.buyer()["mobile"].startswith("+")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("postcode", "12"),
        ("country", "US"),
        ("email", "riet"),
        ("mobile", "020 1234567"),
        ("mobile", "hello"),
        ("vat_id", "NL1"),
        ("vat_id", "BE0411905847"),
        ("method", "cash"),
        ("name", "x" * 101),
    ],
)
def test_refuses_what_is_wrong(name, value):
    _form, errors = checked(**{name: value, "company": "Bakkerij"})
    assert name in errors


def test_a_vat_id_wants_its_company():
    assert "company" in checked(vat_id="NL123456782B12")[1]
    form, errors = checked(vat_id="NL 1234.56.782.B12", company="Bakkerij")
    assert not errors
    assert form.buyer()["vat_id"] == "NL123456782B12"


@pytest.mark.obligation("PRI-45", partial=True)
def test_another_address_is_asked_only_when_it_is_wanted():
    assert checked()[0].delivery() is None
    assert set(checked(elsewhere="on")[1]) >= {"delivery_name", "delivery_street", "delivery_city"}
    told = {f"delivery_{name}": value for name, value in buying.ELSEWHERE.items()}
    form, errors = checked(elsewhere="on", **told)
    assert not errors
    assert form.delivery()["name"] == "Opa Karel"


@pytest.mark.obligation("PRI-39", "PRI-44", partial=True)
def test_nothing_about_delivery_where_nothing_is_sent():
    assert not [name for name in checked(ships=False)[0].fields if "deliver" in name]


def test_other_forms_take_only_what_is_offered():
    assert not WithdrawForm({"lines": ["b"]}, lines=[("a", "A")]).is_valid()
    assert WithdrawForm({"lines": ["a"]}, lines=[("a", "A")]).is_valid()
    assert not PlanForm({"plan": "b"}, plans=[("a", "A")]).is_valid()
