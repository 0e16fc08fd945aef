"""kill -9 of the worker in the middle of what it does: charges, refunds and mails. Each is done, and done once."""

import random
import time
from collections import Counter
from uuid import UUID

from tests.faults import ground
from tests.payments.provider import Provider, ask

SHORT_JOBS, JOBS = 40, 400
KILLS = 3
BUYERS = 4
DONE_SECONDS = 60
"""How long after the last kill all is done that a worker had when it was killed; the rest depends on the machine."""
SLOW_SECONDS = 0.05
"""How long the provider takes for an answer: a worker is killed in the middle of asking."""
PATIENCE_SECONDS = 600
THREADS = 2
OPEN = """
    SELECT id FROM payments_payment WHERE is_charge AND provider_id = '' AND {payment}
    UNION ALL SELECT id FROM payments_refund WHERE provider_id = '' AND {refund}
    UNION ALL SELECT id FROM notices_notice WHERE {mail}
"""
ANY = {"payment": "true", "refund": "true", "mail": "mail_due_at IS NOT NULL"}
TAKEN = {"payment": "tries > 0", "refund": "tries > 0", "mail": "mail_due_at > now()"}
END = "-" * 79
"""What a mail in a file ends with."""


def run(chance: random.Random, *, short: bool) -> tuple[dict, list[str]]:
    """Have so many things to be done, kill the worker three times meanwhile; return what was done how often."""
    provider = Provider()
    try:
        more = {"MOLLIE_URL": provider.url, "MOLLIE_KEY": "test_key"}
        with ground.scaled(webs=1, with_worker=True, **more) as scene:
            jobs = Jobs(scene, provider, chance, SHORT_JOBS if short else JOBS)
            figures = _kill(scene, jobs, chance)
    finally:
        provider.stop()
    names = ("not_done", "done_twice", "told_otherwise")
    wrong = [f"{figures[name]} {name.replace('_', ' ')}" for name in names if figures[name]]
    if figures["mails_twice"] > KILLS * THREADS:
        wrong.append(f"{figures['mails_twice']} mails went twice, after {KILLS} kills")
    if figures["had_done_after"] > DONE_SECONDS:
        wrong.append(f"what it had was done {figures['had_done_after']} s after the last kill")
    return figures, wrong


def _kill(scene: ground.Scene, jobs: "Jobs", chance: random.Random) -> dict:
    """Kill it at three moments while it works, and wait until all is done."""
    clock = ground.Clock(scene.worker.server)
    clock.start()
    try:
        jobs.begin()
        had: set[tuple] = set()
        at = sorted(chance.sample(range(1, jobs.count * 3 // 4), KILLS))
        for done in at:
            ground.until(lambda done=done: jobs.done() >= done, f"{done} are done", seconds=PATIENCE_SECONDS)
            time.sleep(chance.uniform(0, SLOW_SECONDS))
            scene.worker.kill()
            had |= jobs.open(TAKEN)
            again = time.monotonic()
            scene.worker.start()
        ground.until(lambda: not had & jobs.open(), "what it had is done", seconds=PATIENCE_SECONDS)
        took = time.monotonic() - again
        ground.until(jobs.are_done, "all is done", jobs.said, seconds=PATIENCE_SECONDS)
    finally:
        clock.stop()
    killed = {"kills": KILLS, "killed_at": at, "it_had": len(had), "had_done_after": round(took, 1)}
    return jobs.figures() | killed


class Jobs:
    """Charges, refunds and mails that are to be done, and how often each was."""

    def __init__(self, scene: ground.Scene, provider: Provider, chance: random.Random, count: int) -> None:
        [self.server], self.postgres, self.provider = scene.webs, scene.postgres, provider
        self.buyers = [str(UUID(int=chance.getrandbits(128), version=4)) for _ in range(BUYERS)]
        self.mails = count // 4
        self.charges = (count - self.mails) // 2
        self.refunds = count - self.mails - self.charges

    @property
    def count(self) -> int:
        return self.charges + self.refunds + self.mails

    def begin(self) -> None:
        """Have buyers pay first, for a mandate; then have it all be due at the same moment."""
        wanted = [
            {"reference": one, "description": "PRIFORA", "mandate": True, "holder": "A. de Vries"}
            for one in self.buyers
        ]
        for page in self.server.call("tests.payments.stage:begin", wanted=wanted):
            self.provider.pay(ask(page)[1]["Location"])
        self.server.call("tests.faults.stage:until_paid", references=self.buyers)
        self.provider.mood(api={"slow": SLOW_SECONDS})
        begun = self.server.call(
            "tests.faults.stage:begin_jobs",
            buyers=self.buyers,
            charges=self.charges,
            refunds=self.refunds,
            mails=self.mails,
        )
        self.customers, self.paid = begun["customers"], begun["paid"]

    def open(self, which: dict[str, str] = ANY) -> set[tuple]:
        """Return what is not done of all of it, or of what somebody has taken."""
        with self.postgres.connect() as one:
            return set(one.execute(OPEN.format(**which)).fetchall())

    def done(self) -> int:
        """Return how many were done at least once, of all three kinds."""
        return len(self._asked()) + len(self._mailed())

    def are_done(self) -> bool:
        return self.done() >= self.count and self.server.call("tests.faults.stage:jobs_waiting") == 0

    def said(self) -> str:
        """Return what there is and what is not done, by number and kind."""
        return f"asked {len(self._asked())}, mailed {len(self._mailed())}, open {len(self.open())}"

    def figures(self) -> dict:
        asked, mailed = self._asked(), self._mailed()
        standing = self.server.call("tests.faults.stage:jobs_standing")
        return {
            "charges": self.charges,
            "refunds": self.refunds,
            "mails": self.mails,
            "not_done": self.count - len(asked) - len(mailed),
            "done_twice": sum(asked.values()) - len(asked),
            "mails_twice": sum(mailed.values()) - len(mailed),
            "told_otherwise": self.charges + self.refunds - standing,
        }

    def _asked(self) -> Counter:
        """Return how often the provider was asked for each charge and refund, as it knows them itself."""
        charges = [one for customer in self.customers for one in self.provider.payments(customer)]
        refunds = [one for payment in self.paid for one in self.provider.refunds(payment)]
        ours = [one["metadata"] for one in [*charges, *refunds] if one.get("sequenceType") != "first"]
        return Counter(str(sorted(one.items())) for one in ours)

    def _mailed(self) -> Counter:
        """Return how often each mail went: they differ in the person and the day they speak of.

        One that is not whole, as who wrote it was killed, did not go. Two of the same second may be in one
        file: Django names it after the second and the address of an object.
        """
        texts = [one.read_text() for one in (self.server.folder / "mail").glob("*.log")]
        whole = [one for text in texts for one in text.split(f"{END}\n")[:-1]]
        return Counter((_line("To: ", one), one[one.index("\n\n") :]) for one in whole)


def _line(name: str, text: str) -> str:
    return next((one for one in text.splitlines() if one.startswith(name)), "")
