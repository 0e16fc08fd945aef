"""Writes what is generated from the declarations into docs/privacy, and publishes a changed policy."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import override

from prifora.kernel import clock
from prifora.kernel.terms import day_of
from privacy.documents import policy, record, staff, station
from privacy.documents.statement import markdown

FOLDER = Path(__file__).parents[3] / "docs" / "privacy"


def documents() -> Iterator[tuple[str, str]]:
    """Yield (file name, content) of every generated document of the repository."""
    yield "record.md", markdown(record.record())
    yield "record.json", record.record_as_json()
    yield "staff.md", markdown(staff.visibility())
    for language in policy.languages():
        with override(language):
            yield f"home-station.{language}.md", markdown(station.sheet())


class Command(BaseCommand):
    """`manage.py documents`, or `./run documents`: after a declaration changed; commit what it wrote.

    `--begins 2027-02-15`: the day on which a new version of the policy begins.
    `--reviewed`: somebody read the policy today and found it right.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--begins", type=date.fromisoformat)
        parser.add_argument("--reviewed", action="store_true")

    def handle(self, *_args: object, begins: date | None, reviewed: bool = False, **_options: object) -> None:
        FOLDER.mkdir(exist_ok=True)
        for name, content in documents():
            (FOLDER / name).write_text(content, encoding="utf-8")
        if reviewed:
            policy.review(today=day_of(clock.now()))
        version = policy.publish(today=day_of(clock.now()), begins_on=begins)
        said = f"version {version.number}, from {version.begins_on} on" if version else "the same as before"
        self.stdout.write(f"Written to docs/privacy. The privacy policy is {said}.")
