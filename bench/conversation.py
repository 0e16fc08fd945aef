"""A long conversation on a new device: the app itself, in Chromium, on a real server."""

import json
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Request, expect

from bench.browser import LONG_MS
from tools import setup
from tools.bench import TALK, data_in

PASSWORD = "demo-demo-demo-demo"  # noqa: S105 - the demo family's
LOOK_SECONDS = 0.1
KEPT = """async (talk) => {
  const open = indexedDB.open('prifora-app')
  const database = await new Promise((done) => (open.onsuccess = () => done(open.result)))
  const rows = database.transaction('rows').objectStore('rows')
  const count = rows.count(IDBKeyRange.bound(`message/${talk}/`, `message/${talk}/~`))
  const kept = await new Promise((done) => (count.onsuccess = () => done(count.result)))
  database.close()
  return kept
}"""
"""How many messages this device has opened and stored; the names of its rows are not secret."""
READ = """(talk) => new Promise((done, failed) => {
  const channel = new BroadcastChannel('prifora:app')
  const id = crypto.randomUUID()
  channel.onmessage = ({ data }) => {
    if (data.kind !== 'answer' || data.id !== id) return
    channel.close()
    if (data.problem) failed(new Error(JSON.stringify(data.problem)))
    else done(data.result.map((one) => Number(one.text.split(':')[0])))
  }
  channel.postMessage({ kind: 'call', id, method: 'messages', args: [talk] })
})"""
"""The number each message begins with, as the engine gives them to a screen."""
LIMIT = """async ({ urls, records, size }) => {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  const how = { name: 'AES-GCM', iv: new Uint8Array(12) }
  const box = await crypto.subtle.encrypt(how, key, new Uint8Array(size))
  const from = performance.now()
  for (const url of urls) await (await fetch(url)).arrayBuffer()
  for (let at = 0; at < records; at++) await crypto.subtle.decrypt(how, key, box)
  return (performance.now() - from) / 1000
}"""
"""The same answers fetched once more, one after the other, and as many records of that size opened."""
RECORD_BYTES = 2048


@dataclass(frozen=True)
class Opening:
    """One new device; seconds from the Enter that signs in."""

    newest: float
    everything: float
    limit: float
    requests: int
    megabytes: float


def open_on_new_device(browser: Browser) -> Opening:
    """Sign in on a new device, on a server with a copy of the conversation; wait until all of it is there."""
    with tempfile.TemporaryDirectory(prefix="prifora-bench-") as name:
        folder = Path(name) / "data"
        shutil.copytree(TALK, folder)
        about = json.loads((folder / "bench.json").read_text(encoding="utf-8"))
        with data_in(folder), setup.serving() as origin:
            context = browser.new_context(
                base_url=origin, locale="nl-BE", service_workers="block", reduced_motion="reduce"
            )
            context.set_default_timeout(LONG_MS)
            try:
                return _opening(context.new_page(), about)
            finally:
                context.close()


def _opening(page: Page, about: dict[str, Any]) -> Opening:
    talk, messages = about["conversation"], about["messages"]
    asked: list[Request] = []

    def note(request: Request) -> None:
        asked.append(request)

    page.on("requestfinished", note)
    page.goto(f"/talk/{talk}")
    page.fill("#login", about["login"])
    page.fill("#password", PASSWORD)
    begun = time.monotonic()
    page.press("#password", "Enter")
    expect(page.locator(".bubble", has_text=about["newest"][:60]).last).to_be_visible(timeout=LONG_MS)
    newest = time.monotonic() - begun
    while page.evaluate(KEPT, talk) < messages:
        time.sleep(LOOK_SECONDS)
    everything = time.monotonic() - begun
    read = page.evaluate(READ, talk)
    if read != list(range(1, messages + 1)):
        raise SystemExit(f"{len(read)} messages came, not {messages} in their order.")
    answers = [one for one in asked if "/api/" in one.url]
    size = sum(one.sizes()["responseBodySize"] for one in answers)
    urls = [one.url for one in answers if one.method == "GET"]
    limit = page.evaluate(LIMIT, {"urls": urls, "records": messages, "size": RECORD_BYTES})
    return Opening(newest, everything, limit, len(answers), size / 1e6)
