"""What a person tells about themselves: asked with a reason, sealed under a key of their own."""

import pytest

from accounts import services
from accounts.models import Account
from accounts.profile import EDITABLE, FIELDS, SIGN_UP
from prifora.kernel import crypto, keystore
from tests.accounts import raw
from tests.accounts.browser import Browser, signed_in, signed_up

TOLD = {
    "date_of_birth": "1941-05-04",
    "other_dates": [{"label": "Trouwdag Zilveren", "on": "1965-06-12"}],
    "address": {"line1": "Kanaalstraat 12", "postcode": "1054 XX", "city": "Amsterdam", "country": "NL"},
    "notes": "Sleutel ligt bij de buren",
}
WRITTEN = [
    *("Annabel", "Verbruggen", "annabel@verbruggen.example", "612345678", "anna.v", "1941-05-04"),
    *("Trouwdag Zilveren", "1965-06-12", "Kanaalstraat", "1054 XX", "Amsterdam", "Sleutel ligt"),
]


@pytest.fixture
def anna(db):
    browser = Browser()
    signed_up(browser)
    assert browser.api("patch", "me", TOLD).status_code == 200
    return browser


def swap(one, other):
    """Exchange what is sealed in two rows, as somebody with the database alone could."""
    for row, sealed in ((one, bytes(other.sealed)), (other, bytes(one.sealed))):
        Account.objects.filter(pk=row.pk).update(sealed=sealed)


class TestFields:
    @pytest.mark.obligation("PRI-18")
    @pytest.mark.obligation("PRI-36", partial=True)
    @pytest.mark.parametrize("kind", ["user", "contact"])
    def test_are_exactly_the_mandatory_ones_at_sign_up(self, db, kind):
        listed = Browser().api("get", f"fields?kind={kind}").json()["items"]
        must = {"phone", "username", "first_name", "last_name"}
        assert {one["name"] for one in listed if one["required"]} == must | set(
            ["email"] if kind == "user" else []
        )
        assert [one["name"] for one in listed if one["at_sign_up"]] == list(SIGN_UP)

    @pytest.mark.obligation("PRE-08", partial=True)
    def test_have_a_reason_each_in_every_language(self, db):
        said = {
            language: Browser(language=language).api("get", "fields?kind=user").json()["items"]
            for language in ("nl", "fr", "en")
        }
        for together in zip(*said.values(), strict=True):
            assert len({one["name"] for one in together}) == 1
            assert len({one["why"] for one in together}) == 3, together

    def test_cover_everything_a_person_can_tell(self):
        settings = {"language", "time_zone", "text_size", "hint_dismissed", "quiet_from", "quiet_to"}
        assert set(EDITABLE) - settings <= {field.name for field in FIELDS}

    @pytest.mark.parametrize("query", ["", "kind=admin", "kind="])
    def test_need_a_kind_of_account(self, db, query):
        answer = Browser().api("get", f"fields?{query}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["attr"] == "kind"


class TestSealedProfile:
    def test_is_read_by_its_owner(self, anna):
        me = anna.api("get", "me").json()
        assert {name: me[name] for name in ("date_of_birth", "other_dates", "notes")} == {
            name: TOLD[name] for name in ("date_of_birth", "other_dates", "notes")
        }
        assert me["address"]["line1"] == "Kanaalstraat 12"

    def test_can_be_read_in_no_table(self, anna):
        assert not raw.found(WRITTEN)

    def test_would_be_found_if_it_lay_open(self, anna):
        Account.objects.update(sealed=b'{"city": "Amsterdam"}')
        assert raw.found(WRITTEN) == [("Amsterdam", "accounts_account", "sealed")]

    def test_cannot_be_read_after_the_persons_key_is_destroyed(self, anna):
        account = Account.objects.get()
        keystore.destroy_key(account.pk)
        with pytest.raises(keystore.Erased):
            Account.objects.get().profile  # noqa: B018

    def test_of_one_person_does_not_open_as_anothers(self, anna, bob):
        swap(Account.objects.get(username="anna.v"), bob.account)
        for username in ("anna.v", "bob"):
            with pytest.raises(crypto.Unreadable):
                Account.objects.get(username=username).profile  # noqa: B018

    def test_of_one_column_does_not_open_in_another(self, alice):
        device = alice.account.devices.get()
        device.sealed_name = alice.account.sealed
        with pytest.raises(crypto.Unreadable):
            services.device_name(device)

    def test_that_was_changed_does_not_open(self, anna):
        account = Account.objects.get()
        spoilt = bytes(account.sealed)[:-1] + bytes([account.sealed[-1] ^ 1])
        Account.objects.update(sealed=spoilt)
        with pytest.raises(crypto.Unreadable):
            Account.objects.get().profile  # noqa: B018


class TestBlindIndex:
    def test_finds_a_person_by_what_they_typed_whatever_its_case(self, anna):
        assert Account.objects.filter(username="ANNA.V").exists()
        assert Account.objects.filter(phone="+31612345678").exists()
        assert not Account.objects.filter(username="anna").exists()

    def test_of_the_same_text_differs_between_columns(self, anna):
        row = raw.table("accounts_account")[0]
        Account.objects.update(phone=Account.objects.get().username)
        assert raw.table("accounts_account")[0]["phone"] != row["username"]

    def test_stolen_from_the_table_signs_nobody_in(self, anna):
        row = raw.table("accounts_account")[0]
        for name in ("username", "phone"):
            assert signed_in(Browser(), **{name: row[name]})[0] == 400
        assert Browser().api("get", f"kdf?login={row['username']}").json() != Browser().api(
            "get", "kdf?login=anna.v"
        ).json()  # fmt: skip
