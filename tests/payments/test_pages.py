"""The pages between shop and provider, and the webhook: who may call it, how often, and what it can do."""

from uuid import uuid4

import pytest
from django.utils.translation import override

from payments import services
from payments.models import Payment
from payments.pages import AGAIN_SECONDS, HOOK_MAX_BYTES
from payments.rules import State
from prifora.kernel.limits import Limit

pytestmark = pytest.mark.django_db
HOOK = "/shop/payments/hook"
FORM = "application/x-www-form-urlencoded"


def tell(client, body, kind=FORM):
    return client.post(HOOK, body, content_type=kind)


@pytest.fixture
def browser(client):
    """A buyer, who is nobody to us, and whose browser has every CSRF check."""
    client.handler.enforce_csrf_checks = True
    return client


class TestHook:
    def test_has_us_ask_how_it_is(self, provider, buying, browser):
        reference = buying.begin()
        provider.pay(buying.open(reference))
        reply = tell(browser, f"id={buying.of(reference).provider_id}")
        assert (reply.status_code, reply.content) == (200, b"")
        assert services.state(reference) is State.PAID

    def test_believes_nothing_that_comes_with_it(self, provider, buying, browser):
        reference = buying.begin()
        buying.open(reference)
        name = buying.of(reference).provider_id
        forged = f"id={name}&status=paid&amount=0.01&metadata[payment]={uuid4()}"
        assert tell(browser, forged).status_code == 200
        assert services.state(reference) is State.OPEN

    @pytest.mark.parametrize("body", ["id=tr_forged", "id=", "x=y", "id=" + "x" * 900, "id=%00%ff", "%"])
    def test_asks_nothing_about_what_is_not_ours_and_says_the_same(self, provider, buying, browser, body):
        reference = buying.begin()
        buying.open(reference)
        before, asked = Payment.objects.values().get(), len(provider.asked)
        reply = tell(browser, body)
        assert (reply.status_code, reply.content) == (200, b"")
        assert len(provider.asked) == asked
        assert Payment.objects.values().get() == before

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            ('{"id": "tr_1"}', "application/json"),
            ("id=tr_1", "text/plain"),
            ("", FORM),
            ("id=" + "x" * HOOK_MAX_BYTES, FORM),
        ],
    )
    def test_takes_nothing_else(self, provider, browser, body, kind):
        assert tell(browser, body, kind).status_code == 400

    def test_takes_no_files(self, provider, browser):
        assert browser.post(HOOK, {"id": "tr_1"}).status_code == 400, "multipart"
        assert browser.get(HOOK).status_code == 405

    def test_answers_also_when_the_provider_does_not(self, provider, buying, browser):
        reference = buying.begin()
        provider.pay(buying.open(reference))
        provider.mood(api={"errors": 1})
        assert tell(browser, f"id={buying.of(reference).provider_id}").status_code == 200
        assert services.state(reference) is State.OPEN

    def test_is_limited_for_each_payment(self, provider, buying, browser):
        reference = buying.begin()
        buying.open(reference)
        body, limit = f"id={buying.of(reference).provider_id}", Limit.PAYMENT_LOOK.value
        asked = len(provider.asked)
        codes = [tell(browser, body).status_code for _ in range(limit.number + 3)]
        assert codes == [200] * limit.number + [429] * 3
        assert len(provider.asked) == asked + limit.number
        reply = tell(browser, body)
        assert int(reply.headers["Retry-After"]) > 0
        assert tell(browser, "id=tr_other").status_code == 200

    def test_is_limited_for_each_address(self, provider, browser, monkeypatch):
        monkeypatch.setattr(
            "prifora.kernel.limits._count", lambda *_more: Limit.PAYMENT_HOOK.value.number + 1
        )
        assert tell(browser, "id=tr_1").status_code == 429


class TestPay:
    def test_leads_to_the_provider(self, provider, buying, browser):
        buying.begin()
        reply = browser.get(buying.page)
        assert reply.status_code == 302
        assert reply.headers["Location"].startswith(f"{provider.url}/checkout/")
        assert "no-store" in reply.headers["Cache-Control"]
        assert reply.headers["Referrer-Policy"] == "no-referrer"

    @pytest.mark.parametrize(
        ("language", "title"), [("nl", "Een ogenblik"), ("fr", "Un instant"), ("en", "One moment")]
    )
    def test_says_so_while_the_provider_is_away_and_tries_again(
        self, provider, buying, browser, language, title
    ):
        buying.begin()
        provider.mood(api={"errors": 1})
        reply = browser.get(buying.page, headers={"accept-language": language})
        assert reply.status_code == 503
        assert reply.headers["Refresh"] == str(AGAIN_SECONDS)
        text = reply.content.decode()
        assert f'<html lang="{language}">' in text
        assert f"<h1>{title}</h1>" in text
        assert browser.get(buying.page).status_code == 302

    def test_is_limited(self, provider, buying, browser):
        buying.begin()
        number = Limit.PAYMENT_LOOK.value.number
        codes = {browser.get(buying.page).status_code for _ in range(number)}
        assert codes == {302}
        assert browser.get(buying.page).status_code == 503

    def test_cannot_be_made_up_by_who_knows_the_payment(self, buying, browser):
        buying.begin()
        other = buying.page
        buying.begin()
        for proof in ("x", other.rpartition("/")[2]):
            assert browser.get(f"/shop/payments/{buying.payment_id}/pay/{proof}").status_code == 404

    @pytest.mark.parametrize("name", ["pay/x", "back"])
    def test_is_not_there_for_others(self, provider, browser, name):
        for payment in (uuid4(), "x"):
            assert browser.get(f"/shop/payments/{payment}/{name}").status_code in (404, 200)
        assert browser.get(f"/shop/payments/{uuid4()}/{name}").status_code == 404
        assert browser.post(f"/shop/payments/{uuid4()}/{name}").status_code in (403, 405)


class TestBack:
    def test_knows_how_it_went_before_the_shop_is_shown(self, provider, buying, browser):
        reference = buying.begin()
        back = provider.pay(browser.get(buying.page).headers["Location"])
        reply = browser.get(back)
        assert (reply.status_code, reply.headers["Location"]) == (302, "/shop/order")
        assert services.state(reference) is State.PAID

    @pytest.mark.parametrize(
        ("language", "title"), [("nl", "Dank je wel"), ("fr", "Merci"), ("en", "Thank you")]
    )
    def test_says_nothing_of_the_order_to_who_did_not_go_to_pay(
        self, provider, buying, browser, language, title
    ):
        """The provider knows this address, and when the payment was made for somebody else's order another's."""
        back = provider.pay(buying.open(buying.begin()))
        buying.begin()
        browser.get(buying.page)
        reply = browser.get(back, headers={"accept-language": language})
        assert reply.status_code == 200
        assert f"<h1>{title}</h1>" in reply.content.decode()
        assert "/shop/order" not in reply.content.decode()

    def test_is_limited(self, provider, buying, browser):
        buying.begin()
        browser.get(buying.page)
        back = buying.back_url
        codes = [browser.get(back).status_code for _ in range(Limit.PAYMENT_LOOK.value.number)]
        assert codes[-2:] == [302, 429]


class TestWords:
    @pytest.mark.parametrize("language", ["nl", "fr"])
    def test_of_what_was_told_are_translated(self, buying, language):
        reference = buying.begin(mandate=True)
        buying.open(reference)
        with override("en"):
            english = {str(word) for told in services.disclosures(reference) for word in told.words}
        with override(language):
            theirs = {str(word) for told in services.disclosures(reference) for word in told.words}
        assert len(english) == len(theirs) == 10
        assert not english & theirs
