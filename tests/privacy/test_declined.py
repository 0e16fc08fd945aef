"""What others do with data and this product does not: what must not be there is looked for, and is not there."""

import re

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Account
from accounts.profile import FIELDS
from prifora.kernel import clock
from prifora.kernel.catalogue import stored_columns
from prifora.kernel.completeness import holdings as columns_of
from prifora.kernel.policy import Category, Policy, Seen
from prifora.kernel.processors import disagreements
from privacy import services
from privacy.documents.holdings import holdings
from privacy.models import Consent
from privacy.services import rows_about_person, tables_about_people
from tests import unlinkable
from tests.accounts.browser import BASE, form, signed_up
from tests.accounts.browser import Browser as SignUpBrowser
from tests.prifora.test_processors import LINE
from tests.rows import row_of
from tests.server import ROOT

pytestmark = pytest.mark.django_db
PATHS = yaml.safe_load((ROOT / "schema" / "openapi.yaml").read_text())["paths"]
PROFESSIONAL = re.compile(r"employer|profession|function_title|job|sector|position_held|occupation")
TRADED = re.compile(r"partner|promotion|advert|segment|affiliate|campaign")
RATED = re.compile(r"review|rating|stars|testimonial")
IDENTITY = re.compile(r"passport|licen[cs]e_?(scan|photo)|identity_(document|proof)|id_card|proof_of_address")


def columns():
    """Every column there is in the database, as table.column."""
    return [f"{table}.{column}" for table, column in stored_columns()]


class TestWhatIsNotAsked:
    @pytest.mark.obligation("PER-18", partial=True)
    def test_is_what_somebody_does_for_a_living(self):
        assert [one for one in columns() if PROFESSIONAL.search(one)] == []
        assert not {"company", "position", "function", "sector"} & {one.name for one in FIELDS}

    @pytest.mark.obligation("PRE-12", partial=True)
    @pytest.mark.parametrize("name", ["passport", "identity_document", "proof_of_address", "photograph"])
    def test_is_a_paper_that_says_who_one_is(self, name):
        scan = SimpleUploadedFile("scan.png", b"PASSPORT-OF-ANNA" * 8, content_type="image/png")
        Client().post(f"{BASE}/auth/signup", {**form(), name: scan})
        assert unlinkable.places_of("PASSPORT-OF-ANNA") == set()
        signed_up(SignUpBrowser(), **{name: "PASSPORT-OF-ANNA"})
        assert unlinkable.places_of("PASSPORT-OF-ANNA") == set()
        assert [one for one in columns() if IDENTITY.search(one)] == []

    @pytest.mark.obligation("PRE-11", partial=True)
    def test_is_where_a_bill_goes_but_in_the_shop(self):
        tables = {
            one.table for one in holdings() if one.held.category in (Category.BILLING, Category.ADDRESS)
        }
        assert tables
        assert {one.split("_")[0] for one in tables} <= {"shop", "books"}

    @pytest.mark.obligation("PRE-14", partial=True)
    def test_is_what_somebody_thinks_of_what_others_made(self):
        assert [one for one in [*columns(), *PATHS] if RATED.search(one)] == []
        content = [one.held.seen for one in holdings() if one.held.category is Category.CIPHERTEXT]
        assert content
        assert set(content) <= {Seen.BY_MEMBERS, Seen.SEALED}


class TestOthers:
    @pytest.mark.obligation("PER-37")
    @pytest.mark.obligation("PER-36", "PIM-40", partial=True)
    def test_get_nothing_to_promote_what_they_sell(self, settings):
        assert [one for one in [*columns(), *PATHS] if TRADED.search(one)] == []
        settings.OUTGOING = dict.fromkeys(settings.OUTGOING, "") | {"mail": "mail.example"}
        for kind in ("marketing", "promotion", "partner", "advertising"):
            settings.PROCESSORS = LINE.replace('"mail"', f'"{kind}"', 1)
            assert list(disagreements()) == ["the register of processors: Post BV is of no known kind"]
        settings.OUTGOING["partner"] = "partner.example"
        settings.PROCESSORS = LINE
        assert "partner: what is sent there and where that is must both be declared" in list(disagreements())


class TestAgreeing:
    @pytest.mark.obligation("PRI-113", partial=True)
    def test_is_never_done_by_using_anything(self, as_, alice, family):
        client = as_(alice)
        for path in (
            "/api/v1/me",
            "/api/v1/families",
            "/api/v1/notices",
            "/api/v1/me/consents",
            "/privacy/en",
            "/shop/nl",
        ):
            assert client.get(path).status_code == 200, path
        client.patch("/api/v1/me", {"language": "fr"})
        signed_up(SignUpBrowser())
        assert not Consent.objects.exists()
        assert {one["state"] for one in client.get("/api/v1/me/consents").json()["items"]} == {"never"}
        assert "Using PRIFORA never means that you agree." in client.get("/privacy/en").content.decode()


class TestAfterTheContract:
    @pytest.mark.obligation("PER-13")
    def test_nothing_is_kept_of_any_category_but_what_says_by_which_article(self, alice):
        """Three years after nothing is left, since nothing is left at once."""
        about = list(tables_about_people())
        for model in about:
            if model is not Account and isinstance(getattr(model, "policy", None), Policy):
                row_of(model, about=alice.account)
        before = {
            one for model in about if rows_about_person(model, alice.pk).exists() for one in told_in(model)
        }
        assert before >= {Category.CIPHERTEXT, Category.PROFILE, Category.IMAGE, Category.SETTING}
        services.close_at_once(account_id=alice.pk, withdraw=True, now=clock.now())
        services.erase(account_id=alice.pk, now=clock.now())
        assert not Account.objects.filter(pk=alice.pk).exists()
        assert [one for one in about if rows_about_person(one, alice.pk).exists()] == []
        stays = [one for one in about if one.objects.exists() and getattr(one, "policy", None)]
        for model in stays:
            if model.policy.kept is not None:
                assert model.policy.kept.article
                assert not told_in(model) & {
                    Category.CIPHERTEXT,
                    Category.PROFILE,
                    Category.IMAGE,
                    Category.NAME,
                }


def told_in(model):
    """The categories of which a table has something."""
    return {one.category for one in columns_of(model).values()}
