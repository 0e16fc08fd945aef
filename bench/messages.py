"""What a message costs, from socket to sockets and committed: `./run bench messages [--json] [--short]`."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from bench import board, forms, plots, report
from bench.forms import ECHO, Form
from bench.rounds import Plan, rounds, together
from bench.run import progress
from tools.bench import PLOTS
from tools.steps import say

RECORD_BYTES = 3088
"""What the app archives of a message of 1.5 KB: base64 in JSON, filled up to whole KiB, and a tag."""
EMBEDDED = [
    Form("product", "SQLite, one process", record_bytes=RECORD_BYTES),
    Form("product_disappearing", "SQLite, one process, no copies for the archive"),
]
SCALED = [
    Form("product_postgresql", "PostgreSQL, Redis, one process", record_bytes=RECORD_BYTES, is_scaled=True),
    Form(
        "product_two_workers",
        "PostgreSQL, Redis, two processes",
        workers=2,
        record_bytes=RECORD_BYTES,
        is_scaled=True,
    ),
]
SHORT = Plan(families=5, full=80, rounds=1, seconds=4, warm=1)
BARE = Form("echo", "a bare server on the same uvicorn, nothing stored", application=ECHO)
NOTES = [
    "Families of 8 people with 2 devices each, all connected; a message reaches all 16 of its family.",
    "Messages of 1.5 KB with a copy for the archive (3 KB), all checks on. Medians; the forms take turns.",
    "Throughput: 40 messages under way, then one for each device (_of_320); the next when one is",
    "acknowledged and was heard by everybody. messages_per_s is the greater of the two; processor time is",
    "that of 40 where nothing else is said.",
    "ack_ and delivery_ without a rate are at 200 messages a second. With receipts: at 50 a second, while",
    "devices say what they have stored, as the app does. The commit limits have no server: a row, a commit.",
    "lost, doubled, out_of_order: of all rounds, counted by the clients. The server was killed with messages",
    "under way; what had no answer was sent again, every log read back and every body hashed.",
    "cpu_others_share: how many of the cores other programs took while throughput was measured.",
]


def main(options: Sequence[str]) -> None:
    """Measure everything, print it."""
    found = report.start("messages")
    found.notes.extend(NOTES)
    is_scaled = forms.is_scaled_here()
    if not is_scaled:
        found.notes.append("The scaled form: not measured, PostgreSQL or Redis does not answer here.")
    plan = SHORT if "--short" in options else Plan()
    found.notes.append(f"{plan.families} families, {plan.rounds} rounds, {plan.seconds} s each.")
    runs = rounds(plan, [*EMBEDDED, *(SCALED if is_scaled else []), BARE])
    figures = {name: board.whole(together(some)) for name, some in runs.items()}
    report.finish(found)
    for file in plots.write(figures, PLOTS):
        progress(f"plot: {file}")
    if "--json" in options:
        say(json.dumps({**asdict(found), **figures, "runs": runs}, indent=1))
    else:
        say("\n".join([*found.about(), "", board.table(figures), "", *found.notes]))


if __name__ == "__main__":
    main(sys.argv[1:])
