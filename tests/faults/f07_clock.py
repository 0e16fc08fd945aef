"""The clock of the machine jumps: an hour ahead, an hour back, ten seconds back, 400 days ahead, and right again."""

import asyncio
import random
from datetime import timedelta

from tests.faults import f01_kill, ground, talking
from tests.realtime.line import http

SMALL = (timedelta(hours=1), timedelta(hours=-1), timedelta(seconds=-10))
YEAR = timedelta(days=400)
SHORT_ROUNDS, ROUNDS = 1, 5
PLACE = "/api/v1/conversations"


class Clock:
    """A jump of the clock in place of a kill: the server ends at once and starts in another time."""

    def __init__(self, server, shift: timedelta, out: dict, refused: list[int]) -> None:
        self.server, self.shift, self.out, self.refused = server, shift, out, refused

    def kill(self) -> None:
        self.server.kill()

    def start(self) -> None:
        self.server.env["FAULTS_SHIFT"] = str(self.shift.total_seconds())
        self.server.start()
        self.refused.append(http(self.server, self.out, "GET", PLACE).status_code)


def run(chance: random.Random, *, short: bool) -> tuple[dict, list[str]]:
    """Jump while people talk, then far ahead; return what was lost, who came back, and what was swept."""
    with ground.embedded("tests.faults.shifted:application", FAULTS_SHIFT="0") as scene:
        [server], made = scene.webs, scene.families[0]
        out = server.call("tests.faults.stage:signed_out")
        swept = server.call("tests.faults.stage:swept", seconds=0)
        refused: list[int] = []
        shifts = [one for _ in range(SHORT_ROUNDS if short else ROUNDS) for one in chance.sample(SMALL, 3)]
        jumps = [Clock(server, one, out, refused) for one in [*shifts, timedelta()]]
        figures = asyncio.run(f01_kill.kill(scene, chance, jumps))
        for shift in (YEAR, timedelta()):
            jump = Clock(server, shift, out, refused)
            jump.kill()
            jump.start()
        figures["jumps"] = figures.pop("kills") + 2
        figures["signed_out_answered"] = sorted(set(refused))
        figures["signed_in_answered"] = http(server, made["devices"][0], "GET", PLACE).status_code
        figures["swept_before_the_jump"] = swept
        figures["swept_400_days_ahead"] = server.call(
            "tests.faults.stage:swept", seconds=YEAR.total_seconds()
        )
    wrong = talking.broken(figures)
    if figures["signed_out_answered"] != [401]:
        wrong.append(f"who signed out was answered {figures['signed_out_answered']}")
    if figures["signed_in_answered"] != 200:
        wrong.append("who was signed in is so no more")
    if figures["swept_400_days_ahead"] is not False:
        wrong.append("the sweep believed a clock 400 days ahead")
    return figures, wrong
