"""Being told on a closed device that there is something new: the switch, a real push to a push service beside
the server, what the service worker shows of it, and where a touch on that leads.

The maker of this browser has its push service outside, and a test reaches nothing outside. So the page's
subscription is made by the test, with keys of its own, and the server's row of it is led to a push service on
this machine. What came there is handed to the browser by its developer tools, as its own service would.
"""

import pytest
from playwright.sync_api import expect

from prifora.kernel.fields import from_base64
from tests.journeys.household import family_talk, place, say, sign_in
from tests.journeys.looks import faults
from tests.notices.pushing import PushedBrowser, push_service
from tests.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.long]

PUSHED_WITHIN_SECONDS = 90
NOTICED_MS = 8_000
"""By then the server has seen that a device is gone."""

SAID = "Zeg het aan niemand"
ADDRESS = "https://fcm.googleapis.com/fcm/send/of-this-test"

SUBSCRIBING = """({ endpoint, keys }) => {
  const here = { endpoint, unsubscribe: () => ((delete localStorage.subscribed), Promise.resolve(true)), toJSON: () => ({ endpoint, keys }) }
  PushManager.prototype.getSubscription = () => Promise.resolve(localStorage.subscribed ? here : null)
  PushManager.prototype.subscribe = (options) => {
    localStorage.subscribed = JSON.stringify(options)
    return Promise.resolve(here)
  }
}"""
"""The two questions that need the maker's service, answered by the test; all else is the browser's own."""

SHOWN = "async () => (await registration.getNotifications()).map(({ title, body }) => [title, body])"

TOUCH = """async () => {
  const [shown] = await registration.getNotifications()
  const led = []
  clients.openWindow = (url) => Promise.resolve(void led.push(url))
  WindowClient.prototype.focus = function () { return Promise.resolve(void led.push('focus')) }
  const waited = []
  const touched = new NotificationEvent('notificationclick', { notification: shown })
  touched.waitUntil = (work) => waited.push(work)
  dispatchEvent(touched)
  await Promise.all(waited)
  return led
}"""
"""A touch that no finger made may open no window: where it would lead is noted instead."""


@pytest.fixture
def server(tmp_path):
    """A server with the demo family, whose operator has turned pushing on."""
    started = Server(tmp_path)
    started.env["PUSH_CONTACT"] = "help@prifora.invalid"
    started.begin_with("empty", lambda: started.manage("migrate", "-v0"))
    started.demo()
    yield started
    started.stop()


@pytest.fixture
def service():
    """The push service: address, what it received, its answers."""
    with push_service() as found:
        yield found


def switch(page):
    return page.get_by_test_id("tell").get_by_role("switch")


def deliver(page, server, data):
    """Hand the browser what its push service received, as that service would."""
    tools, known = page.context.new_cdp_session(page), []
    tools.on("ServiceWorker.workerRegistrationUpdated", lambda told: known.extend(told["registrations"]))
    tools.send("ServiceWorker.enable")
    while not known:
        page.wait_for_timeout(50)
    ours = next(one for one in known if one["scopeURL"] == f"{server.origin}/")
    tools.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": server.origin, "registrationId": ours["registrationId"], "data": data},
    )


def came(page, service, count):
    """Wait until so many pushes came."""
    for _ in range(PUSHED_WITHIN_SECONDS * 5):
        if len(service[1]) >= count:
            break
        page.wait_for_timeout(200)
    return len(service[1]) == count


def shown_by(page):
    """What the service worker shows now; wait until it shows something."""
    (worker,) = page.context.service_workers
    for _ in range(50):
        if found := worker.evaluate(SHOWN):
            return found
        page.wait_for_timeout(100)
    return []


def test_a_closed_device_says_that_something_is_new_in_the_language_of_the_app(server, service, browse, shot):
    browser = PushedBrowser()
    sofie = browse("sofie", size="phone", locale="fr-BE")
    sofie.context.grant_permissions(["notifications"], origin=server.origin)
    asked = {"endpoint": ADDRESS, "keys": browser.keys()}
    sofie.add_init_script(f"({SUBSCRIBING})({asked})")
    sofie.reload()
    sign_in(sofie, "sofie")
    jan = sign_in(browse("jan"), "jan")
    for one in (sofie, jan):
        family_talk(one)
    place(sofie, 2)
    sofie.get_by_role("button", name="Nederlands").click()
    expect(switch(sofie)).to_have_attribute("aria-checked", "false")
    sofie.get_by_test_id("tell").scroll_into_view_if_needed()
    shot(sofie, "tell-off-nl-phone")
    found = {"off": faults(sofie)}
    assert server.call("tests.notices.pushing:addresses") == []
    switch(sofie).click()
    expect(switch(sofie)).to_have_attribute("aria-checked", "true")
    sofie.get_by_test_id("tell").scroll_into_view_if_needed()
    shot(sofie, "tell-on-nl-phone")
    found["on"] = faults(sofie)
    options = sofie.evaluate("JSON.parse(localStorage.subscribed)")
    assert options["userVisibleOnly"] is True
    assert len(from_base64(options["applicationServerKey"])) == 65
    assert server.call("tests.notices.pushing:addresses") == [asked]

    server.call("tests.notices.pushing:lead_to", origin=service[0])
    sofie.goto("about:blank")
    sofie.wait_for_timeout(NOTICED_MS)
    say(jan, SAID)
    assert came(sofie, service, 1)
    word = browser.read(service[1][0][2]).decode()
    assert word == "news"

    deliver(sofie, server, word)
    assert shown_by(sofie) == [["PRIFORA", "Er is iets nieuws bij PRIFORA."]]
    (worker,) = sofie.context.service_workers
    assert worker.evaluate(TOUCH) == ["/"]
    assert worker.evaluate(SHOWN) == []
    sofie.goto("/")
    family_talk(sofie)
    expect(sofie.locator(".bubble", has_text=SAID)).to_be_visible()
    deliver(sofie, server, word)
    assert shown_by(sofie) == [["PRIFORA", "Er is iets nieuws bij PRIFORA."]]
    assert worker.evaluate(TOUCH) == ["focus"]

    place(sofie, 2)
    expect(switch(sofie)).to_have_attribute("aria-checked", "true")
    switch(sofie).click()
    expect(switch(sofie)).to_have_attribute("aria-checked", "false")
    assert server.call("tests.notices.pushing:addresses") == []
    assert sofie.evaluate("localStorage.subscribed") is None
    assert not any(found.values()), found


def test_a_browser_that_was_told_no_says_what_to_do(server, browse, shot):
    sofie = browse("sofie", size="phone")
    sofie.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => 'denied' })")
    sofie.reload()
    sign_in(sofie, "sofie")
    place(sofie, 2)
    told = sofie.get_by_test_id("tell")
    expect(told).to_contain_text("Deze browser laat geen meldingen van PRIFORA toe.")
    expect(told.get_by_role("switch")).to_have_count(0)
    told.scroll_into_view_if_needed()
    shot(sofie, "tell-refused-nl-phone")
    assert not faults(sofie)
