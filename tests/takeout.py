"""Looks at a package a person took along, with readers of others: `python -m tests.takeout FILE` prints JSON.

vCard by vobject, iCalendar by icalendar, JSON Schema by jsonschema, the zip and pages by Python's own library.
"""

import hashlib
import json
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import PurePosixPath

import icalendar
import vobject
from jsonschema import Draft202012Validator, FormatChecker

VOID = {"meta", "br", "img", "link", "hr"}
FOREIGN_TO_PAGES = {"script", "iframe", "object", "embed", "form", "link", "base"}


class Page(HTMLParser):
    """One page: what must not be in it, and whether its elements close."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: list[str] = []
        self.open: list[str] = []
        self.links: list[str] = []
        self.language = self.text = ""

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag in FOREIGN_TO_PAGES or any(name.startswith("on") for name in told):
            self.errors.append(f"<{tag}> {told}")
        self.language = told.get("lang", "") if tag == "html" else self.language
        self.links += [told[name] for name in ("href", "src") if told.get(name)]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.errors.append(f"</{tag}> closes nothing")

    def handle_data(self, data):
        self.text += data


def judge(file: str) -> dict:
    """Return what is in a package, and in `errors` everything that is wrong with it."""
    with zipfile.ZipFile(file) as package:
        broken = package.testzip()
        names = package.namelist()
        read = {name: package.read(name) for name in names}
    errors = [f"{broken} is broken"] if broken else []
    errors += [f"{name} is there twice" for name in set(names) if names.count(name) > 1]
    errors += [f"{name} leaves its folder" for name in names if ".." in PurePosixPath(name).parts]
    account = json.loads(read["account.json"])
    schema = json.loads(read["schema.json"])
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    errors += [f"account.json: {one.message[:200]}" for one in validator.iter_errors(account)]
    pages = {name: _page(name, read, errors) for name in names if name.endswith(".html")}
    return {
        "names": names,
        "account": account,
        "contacts": _contacts(read["contacts.vcf"].decode()),
        "events": _events(read.get("dates.ics"), errors),
        "talks": _talks(read, errors),
        "manifest": _media(read, errors),
        "languages": sorted({page.language for page in pages.values()}),
        "front": pages["index.html"].text,
        "errors": errors,
    }


def _page(name: str, read: dict[str, bytes], errors: list[str]) -> Page:
    page = Page()
    page.feed(read[name].decode())
    errors += [f"{name}: {one}" for one in page.errors]
    errors += [f"{name}: {page.open} left open"] if page.open else []
    folder = PurePosixPath(name).parent
    for link in page.links:
        from urllib.parse import unquote

        path = unquote(link)
        if ":" in path.split("/")[0]:
            errors.append(f"{name} leads away: {link}")
        elif not path.endswith("/") and str(folder / path) not in read:
            errors.append(f"{name} leads nowhere: {link}")
    return page


def _contacts(text: str) -> list[dict]:
    found = []
    for card in vobject.readComponents(text):
        card.validate(raiseException=True)
        told = {name: [str(one.value) for one in lines] for name, lines in card.contents.items()}
        told["n"] = [{"family": card.n.value.family, "given": card.n.value.given}]
        found.append(told)
    return found


def _events(content: bytes | None, errors: list[str]) -> list[dict]:
    if content is None:
        return []
    calendar = icalendar.Calendar.from_ical(content)
    errors += [f"dates.ics: {one}" for one in calendar.errors]
    found = []
    for event in calendar.walk("VEVENT"):
        errors += [f"dates.ics: {one}" for one in event.errors]
        for name in ("UID", "DTSTAMP", "DTSTART", "SUMMARY"):
            if name not in event:
                errors.append(f"dates.ics: an event without {name}")
        rule = event.get("RRULE")
        found.append(
            {
                "summary": str(event["SUMMARY"]),
                "on": event["DTSTART"].dt.isoformat(),
                "rule": rule.to_ical().decode() if rule else "",
            }
        )
    return found


def _talks(read: dict[str, bytes], errors: list[str]) -> list[dict]:
    talks = []
    for name in sorted(one for one in read if one.endswith("/messages.json")):
        talk = json.loads(read[name])
        for message in talk["messages"]:
            file = message["file"]
            if file and file["path"]:
                content = read.get(str(PurePosixPath(name).parent / file["path"]))
                if content is None or len(content) != file["size"]:
                    errors.append(f"{name}: {file['path']} is not what it says")
        talks.append(talk)
    return talks


def _media(read: dict[str, bytes], errors: list[str]) -> dict:
    manifest = json.loads(read["media/manifest.json"])
    for item in manifest["items"]:
        content = read.get(f"media/{item['file']}", b"")
        if (len(content), hashlib.sha256(content).hexdigest()) != (item["size"], item["sha256"]):
            errors.append(f"{item['file']} is not what the manifest says")
    listed = {f"media/{item['file']}" for item in manifest["items"]} | {"media/manifest.json"}
    errors += [f"{name} is in no list" for name in read if name.startswith("media/") and name not in listed]
    return manifest


if __name__ == "__main__":
    sys.stdout.write(json.dumps(judge(sys.argv[1])))
