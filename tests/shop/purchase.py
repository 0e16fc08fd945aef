"""Somebody buys over HTTP: catalogue, checkout, the provider's pages and back, and the page of the order."""

import re

from tests.shop import buying

PAGE = re.compile(r"0; url=(\S+)")
CODE = re.compile(r'class="code">([A-Z-]+)<')


def ordered(browser, wanted, **form):
    """Fill the cart and order; return the path of the order's page."""
    for slug in wanted:
        browser.post("/shop/nl/cart", {"slug": slug, "add": "1"})
    answer = browser.post("/shop/nl/checkout", {**buying.FORM, **form, "order": "1"})
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"].removesuffix("/pay")


def at_the_provider(browser, page):
    """Go from the page of an order to the provider's; return the address of that."""
    ours = PAGE.search(browser.get(f"{page}/pay").headers["Refresh"])[1]
    return browser.get(ours).headers["Location"]


def came_back(browser, back):
    """Come back from the provider, as it sends one there; return the page where one ends."""
    return browser.get(browser.get(back).headers["Location"])


def code_on(browser, page):
    """Have the activation code made on the page of an order; return it."""
    path = re.search(r'action="([^"]+/code/[^"]+)"', browser.get(page).content.decode())[1]
    return CODE.search(browser.post(path).content.decode())[1]
