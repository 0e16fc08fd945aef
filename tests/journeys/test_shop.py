"""Somebody buys a Home Station and a year, pays, gets invoice and code, pairs with it, gives it back, is paid back."""

import email
import email.policy
import re

import pytest
from playwright.sync_api import expect

from tests.journeys.household import pair, place, sign_in
from tests.journeys.looks import faults
from tests.payments.provider import CARD, IBAN, Provider
from tests.server import Server, running

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.long]

WORDS = {
    "nl": {
        "locale": "nl-NL",
        "add": "In mandje",
        "year": "Familie-abonnement, per jaar",
        "to cart": "Mandje",
        "look": "Verder kijken",
        "on": "Verder",
        "order": "Bestelling met betalingsverplichting",
        "paid": "Betaald. Dank je wel!",
        "show": "Laat mijn code zien",
        "back": "Terug naar je bestelling",
        "withdraw": "Overeenkomst hier herroepen",
        "confirm": "Herroeping bevestigen",
        "given back": "We hebben je bericht van",
        "refunded": "is aan je terugbetaald",
        "postcode wrong": "1234 AB",
        "subjects": [
            "Je bestelling bij PRIFORA",
            "Je activeringscode",
            "We hebben je bericht",
            "Je geld is op weg",
        ],
        "address": {"street": "Lindelaan 12", "postcode": "1234ab", "city": "Utrecht", "country": "NL"},
        "mobile": "06 12345678",
        "method": "ideal",
        "total": "404,95",
    },
    "fr": {
        "locale": "fr-FR",
        "add": "Mettre au panier",
        "year": "Abonnement famille, par an",
        "to cart": "Panier",
        "look": "Continuer à regarder",
        "on": "Continuer",
        "order": "Commande avec obligation de paiement",
        "paid": "C’est payé. Merci !",
        "show": "Voir mon code",
        "back": "Retour à votre commande",
        "withdraw": "Renoncer au contrat ici",
        "confirm": "Confirmer la rétractation",
        "given back": "Nous avons votre avis",
        "refunded": "vous a été remboursé",
        "postcode wrong": "75001",
        "subjects": ["Votre commande chez PRIFORA", "Votre code", "Nous avons votre avis", "Votre argent"],
        "address": {"street": "12 rue des Lilas", "postcode": "75001", "city": "Paris", "country": "FR"},
        "mobile": "06 12 34 56 78",
        "method": "creditcard",
        "total": "406,07",
    },
}
GO_ON = """
from payments import tasks as payments
from shop import tasks as shop
payments.go_on(); shop.go_on()
"""


@pytest.fixture(scope="module")
def provider():
    one = Provider()
    yield one
    one.stop()


@pytest.fixture
def server(tmp_path_factory, provider):
    """A server with the demo products and the demo family, which asks for plans, and pays through the stand-in."""
    with running(tmp_path_factory.mktemp("shop")) as started:
        started.env |= {"MOLLIE_URL": provider.url, "MOLLIE_KEY": "test_key", "PRIFORA_PLANS": "1"}
        started.beside = (provider.url,)
        started.demo()
        started.manage("sell", "--demo")
        yield started


def reach(page, found):
    """Press Tab until something has the focus."""
    for _press in range(120):
        if found.evaluate("(one) => one === document.activeElement"):
            return found
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {found}")


def press(page, role, name):
    """Press Enter on a link or a button that the keyboard reaches, and wait for the page it leads to."""
    reach(page, page.get_by_role(role, name=name).first)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fill(page, name, text):
    """Type in a field that the keyboard reaches."""
    reach(page, page.locator(f"[name={name}]"))
    if text in ("NL", "FR"):
        page.locator("[name=country]").evaluate("(one, value) => { one.value = value }", text)
    else:
        page.keyboard.press("Control+a")
        page.keyboard.type(text)


def go_on(server: Server) -> None:
    server.manage("shell", "-c", GO_ON)


def mails(server: Server) -> list:
    """Every mail that went, the oldest first."""
    files = sorted((server.folder / "mail").glob("*"), key=lambda file: file.stat().st_mtime_ns)
    found = []
    for file in files:
        for text in file.read_bytes().split(b"-" * 79 + b"\n"):
            if text.strip():
                found.append(email.message_from_bytes(text, policy=email.policy.default))
    return found


class Buyer:
    """Somebody at the shop, who only has a keyboard."""

    def __init__(self, page, language, shot, size):
        self.page, self.language, self.words, self.size = page, language, WORDS[language], size
        self.take = shot

    def look(self, name):
        assert faults(self.page) == []
        self.page.evaluate("window.scrollTo(0, 0)")
        self.take(self.page, f"shop-{name}-{self.language}-{self.size}")

    def fill_cart(self):
        words, page = self.words, self.page
        page.goto(f"/shop/{self.language}")
        assert page.context.cookies() == []
        self.look("catalogue")
        press(page, "button", re.compile(f"{words['add']}.*Home Station"))
        press(page, "link", words["look"])
        press(page, "button", re.compile(f"{words['add']}.*{words['year']}"))
        assert [one["name"] for one in page.context.cookies()] == ["cart"]
        self.look("cart")
        press(page, "link", words["on"])

    def order(self):
        words, page = self.words, self.page
        self.look("checkout")
        fill(page, "postcode", "12")
        press(page, "button", words["on"])
        expect(page.get_by_role("alert")).to_be_visible()
        self.look("wrong")
        filled = {
            "name": "Riet Bakker",
            "email": "riet@mail.example",
            "mobile": words["mobile"],
            **words["address"],
        }
        for name, text in filled.items():
            fill(page, name, text)
        reach(page, page.locator("[name=method]").first)
        page.keyboard.press("Space")
        for _other in range(["ideal", "bancontact", "creditcard"].index(words["method"])):
            page.keyboard.press("ArrowDown")
        fill(page, "holder", "M. Bakker")
        press(page, "button", words["on"])
        expect(page.get_by_text(words["total"]).first).to_be_visible()
        self.look("review")
        press(page, "button", words["order"])

    def pay(self, provider):
        page = self.page
        page.wait_for_url(f"{provider.url}/checkout/**")
        reach(page, page.locator("button[value=pay]"))
        page.keyboard.press("Enter")
        page.wait_for_url("**/shop/order/**")
        expect(page.get_by_text(self.words["paid"])).to_be_visible()
        self.look("order")

    def code(self):
        page = self.page
        press(page, "button", self.words["show"])
        code = page.locator(".code").inner_text()
        self.look("code")
        press(page, "link", self.words["back"])
        expect(page.get_by_role("button", name=self.words["show"])).to_have_count(0)
        return code

    def give_back(self, code):
        words, page = self.words, self.page
        press(page, "link", words["withdraw"])
        self.look("withdraw")
        fill(page, "code", code)
        press(page, "button", words["on"])
        self.look("withdraw-sure")
        press(page, "button", words["confirm"])
        expect(page.get_by_text(words["given back"])).to_be_visible()


class Relative:
    """Who looks after the family the Home Station is bought for: in a browser that never saw the shop."""

    def __init__(self, browse, shot):
        self.page, self.browse, self.take = sign_in(browse("jan"), "jan"), browse, shot

    def plan(self):
        place(self.page, 1)
        return self.page.get_by_test_id("plan")

    def start(self, code):
        """Enter the code that was bought, then pair the Home Station."""
        card = self.plan()
        card.get_by_role("button", name="Code invullen").press("Enter")
        card.locator("#activation").fill(code)
        card.locator("#activation").press("Enter")
        expect(card).to_contain_text("Abonnement met Home Station")
        station = self.browse("station", size="kiosk", path="/station")
        pair(self.page, station)
        self.take(station, "shop-paired-kiosk")

    def is_told_that_it_was_given_back(self):
        self.page.reload()
        expect(self.plan()).not_to_contain_text("Abonnement met Home Station")


@pytest.mark.obligation("PRI-66", "PRI-68", "PRI-69", "PRI-13", partial=True)
@pytest.mark.parametrize(
    ("language", "size"), [("fr", "phone"), ("fr", "desktop"), ("nl", "phone"), ("nl", "desktop")]
)
def test_is_bought_paid_and_given_back(language, size, browse, shot, server, provider):
    page = browse("riet", size=size, locale=WORDS[language]["locale"], path=f"/shop/{language}")
    buyer, before = Buyer(page, language, shot, size), len(mails(server))
    buyer.fill_cart()
    buyer.order()
    buyer.pay(provider)
    code = buyer.code()
    go_on(server)
    confirmed = {str(one["subject"]): one for one in mails(server)[before:]}
    letter = next(one for said, one in confirmed.items() if said.startswith(WORDS[language]["subjects"][1]))
    assert code in letter.get_body().get_content()
    order = confirmed[WORDS[language]["subjects"][0]]
    assert [part.get_content_type() for part in order.iter_attachments()] == ["application/pdf"] * 3
    assert page.url.split("#")[0] in order.get_body().get_content()
    relative = Relative(browse, shot)
    relative.start(code)
    buyer.give_back(code)
    buyer.look("given-back")
    for _try in range(20):
        go_on(server)
        page.reload()
        if page.get_by_text(WORDS[language]["refunded"]).count():
            break
        page.wait_for_timeout(500)
    expect(page.get_by_text(WORDS[language]["refunded"])).to_be_visible()
    go_on(server)
    buyer.look("refunded")
    relative.is_told_that_it_was_given_back()
    subjects = [str(one["subject"]) for one in mails(server)[before:]]
    for begin in WORDS[language]["subjects"]:
        assert any(subject.startswith(begin) for subject in subjects), (begin, subjects)
    assert not found_in(server, CARD, IBAN)


def found_in(server: Server, *canaries: str) -> list[str]:
    """Which of these numbers lie anywhere in what the server kept."""
    texts = [file.read_bytes() for file in server.folder.rglob("*") if file.is_file()]
    return [
        one for one in canaries if any(re.sub(rb"\s", b"", text).find(one.encode()) >= 0 for text in texts)
    ]
