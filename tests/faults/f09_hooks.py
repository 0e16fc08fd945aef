"""The payment provider tells everything five times, in any order, a day late, and others forge what it says."""

import json
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

from tests.faults import ground
from tests.payments.provider import Provider, ask

SHORT_TIMES, TIMES = 1, 20
"""How many payments come to each end."""
ENDS = {
    "pay": ["Paid"],
    "fail": ["Failed"],
    "cancel": ["Failed"],
    "later": ["Paid"],
    "taken": ["Paid", "ChargedBack"],
    "given": ["Paid", "ChargedBack", "ChargebackReversed"],
    "lost": ["Paid"],
}
"""What may become of a payment, and what is told of it, once each."""
DESK = {"later": ["settle"], "taken": ["charge_back"], "given": ["charge_back", "reverse"]}
"""What the bank does then."""
UNTIDY = {"times": 5, "late": 1.5}
DAY = timedelta(days=1)
STRANGERS = 4
PATIENCE_SECONDS = 600
"""How long it may take until every webhook was taken: 900 come at once, and who is not answered tells again."""
FILE = "told.jsonl"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def run(chance: random.Random, *, short: bool) -> tuple[dict, list[str]]:
    """Pay, tell untidily, forge; a day later tell all of it again; return what changed, and what should have."""
    ends = [*ENDS] * (SHORT_TIMES if short else TIMES)
    chance.shuffle(ends)
    references = {str(UUID(int=chance.getrandbits(128), version=4)): end for end in ends}
    provider = Provider()
    try:
        more = {
            "MOLLIE_URL": provider.url,
            "MOLLIE_KEY": "test_key",
            "FAULTS_SHIFT": "0",
            "FAULTS_TOLD": FILE,
        }
        with ground.embedded("tests.faults.told:application", **more) as scene:
            figures, told = _pay(scene.webs[0], provider, chance, references)
    finally:
        provider.stop()
    wanted = Counter((what, one) for one, end in references.items() for what in ENDS[end])
    figures |= {"changes": told.total(), "missing": (wanted - told).total(), "more": (told - wanted).total()}
    wrong = [f"{figures[name]} {name}" for name in ("missing", "more", "forged_believed") if figures[name]]
    if figures["answered"] != [200]:
        wrong.append(f"webhooks were answered {figures['answered']}")
    return figures, wrong


def _pay(server, provider: Provider, chance: random.Random, references: dict) -> tuple[dict, Counter]:
    """Have every payment come to its end; return the figures, and what was told how often."""
    wanted = [{"reference": one, "description": "PRIFORA"} for one in references]
    ours = server.call("tests.payments.stage:begin", wanted=wanted)
    pages = {one: ask(page)[1]["Location"] for one, page in zip(references, ours, strict=True)}
    numbers = server.call("tests.faults.stage:payments")
    forged = [*numbers.values(), *(f"tr_{chance.randbytes(6).hex()}" for _ in numbers)]
    answered = _tell(server, forged)
    believed = _told(server).total()
    provider.mood(hooks={"lost": True})
    for one in [one for one, end in references.items() if end == "lost"]:
        provider.pay(pages.pop(one))
    provider.mood(hooks=UNTIDY)
    for one, page in pages.items():
        act = references[one]
        provider.pay(page, act="pay" if act in ("taken", "given") else act)
    acts = [(numbers[one], act) for one, end in references.items() for act in DESK.get(end, [])]
    for number, act in acts:
        provider.desk(number, act)
    said = UNTIDY["times"] * (len(pages) + len(acts))
    ground.until(lambda: provider.told >= said, "every webhook was taken", seconds=PATIENCE_SECONDS)
    server.kill()
    server.env["FAULTS_SHIFT"] = str(DAY.total_seconds())
    server.start()
    late = [*numbers.values()] * UNTIDY["times"]
    chance.shuffle(late)
    answered |= _tell(server, late)
    figures = {"payments": len(references), "told": said, "told_a_day_late": len(late), "forged": len(forged)}
    return figures | {"forged_believed": believed, "answered": sorted(answered)}, _told(server)


def _tell(server, numbers: list[str]) -> set[int]:
    """Say of each that it is paid, as strangers at the same moment do; return what was answered."""
    hook = f"{server.origin}/shop/payments/hook"
    with ThreadPoolExecutor(STRANGERS) as strangers:
        asked = [strangers.submit(ask, hook, {"id": one, "status": "paid"}, headers=FORM) for one in numbers]
        return {one.result()[0] for one in asked}


def _told(server) -> Counter:
    """Return how often the server told what of which payment."""
    file = server.folder / FILE
    lines = file.read_text().splitlines() if file.exists() else []
    return Counter(tuple(json.loads(line)) for line in lines)
