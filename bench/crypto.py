"""What the cryptography of the app costs in Chromium: `./run bench crypto [--json]`."""

import sys
from typing import Any

from playwright.sync_api import Browser

from bench.browser import measure
from bench.conversation import open_on_new_device
from bench.report import Row
from bench.run import Work, progress, run

DEVICES = 3
BARE = "AES-GCM and Ed25519 of the platform, the same bytes, keys ready"
NOTES = [
    "Every figure is the median. The first run of each warms up and is left out; every new device is cold.",
    "Ours and the limit take turns. Messages, groups, vault and files run in a worker and store nothing.",
    "A new device: real server, real app, from the Enter that signs in; includes stretching the password.",
]


def main(options: list[str]) -> None:
    """Measure everything, print it."""
    run("crypto", NOTES, WORKS, options)


def messages(browser: Browser) -> list[Row]:
    """Return how many messages of 1 KB are sealed and opened a second."""
    found = measure(browser, "messages")
    rows = {
        "seal": "seal 1 KB: group message and archive record",
        "open": "open 1 KB: group message",
        "read": "open 1 KB: archive record",
    }
    return [
        Row(what, "messages/s", rate(found, name), BARE, rate(found, f"{name} limit"))
        for name, what in rows.items()
    ]


def group(browser: Browser) -> list[Row]:
    """Return how long it takes to let a 12th person into a group of 11."""
    runs = measure(browser, "group")["runs"]
    return [
        Row("12th member: commit, Welcome, 12 boxes, details", "ms", runs["add"]),
        Row("12th member: comes in, opens box and details", "ms", runs["join"]),
        Row("12th member: another member takes the commit", "ms", runs["take"]),
    ]


def vault(browser: Browser) -> list[Row]:
    """Return how long a password takes to open the vault."""
    runs = measure(browser, "vault")["runs"]
    return [Row("unlock the vault by password", "ms", runs["unlock"], "Argon2id alone", runs["unlock limit"])]


def files(browser: Browser) -> list[Row]:
    """Return how fast a file of 16 MiB is sealed and opened."""
    found = measure(browser, "files")
    limit = "AES-GCM of the platform, chunks of 256 KiB"
    return [
        Row(f"{what} a file (PFM1)", "MB/s", rate(found, what), limit, rate(found, f"{what} limit"))
        for what in ("encrypt", "decrypt")
    ]


def new_devices(browser: Browser) -> list[Row]:
    """Return how long a conversation of 10,000 messages takes to open on a new device."""
    opened = []
    for number in range(DEVICES):
        progress(f"  device {number + 1} of {DEVICES}")
        opened.append(open_on_new_device(browser))
    limit = "the same answers fetched, as many records of 2 KB opened by AES-GCM"
    what = "10,000 messages on a new device"
    return [
        Row(f"{what}: the newest is shown", "s", [one.newest for one in opened]),
        Row(
            f"{what}: all are readable",
            "s",
            [one.everything for one in opened],
            limit,
            [one.limit for one in opened],
        ),
        Row(f"{what}: fetched", "MB", [one.megabytes for one in opened]),
        Row(f"{what}: requests", "", [float(one.requests) for one in opened]),
    ]


def rate(found: dict[str, Any], name: str) -> list[float]:
    """Return how many a second each run did."""
    return [found["count"] * 1000 / milliseconds for milliseconds in found["runs"][name]]


WORKS: dict[str, Work] = {
    "messages": messages,
    "a group": group,
    "the vault": vault,
    "files": files,
    "new devices": new_devices,
}

if __name__ == "__main__":
    main(sys.argv[1:])
