"""Redis is emptied, again and again, while eight people talk; they stay signed in."""

import asyncio
import random

from tests.faults import f01_kill, ground, talking
from tests.realtime.line import http

SHORT_WIPES, WIPES = 2, 20
SIGNED_IN = "/api/v1/conversations"
SIGN_IN = "/_allauth/browser/v1/auth/login"


class Wiped:
    """What is done to Redis in place of a kill."""

    def __init__(self, scene: ground.Scene) -> None:
        self.scene, self.keys = scene, 0

    def kill(self) -> None:
        """Let somebody guess a password, which is counted in Redis; then empty it."""
        guess = {"username": "nobody", "password": "x" * 43}
        http(self.scene.webs[0], {"cookie": "none"}, "POST", SIGN_IN, guess)
        self.keys += self.scene.redis.wipe()

    def start(self) -> None:
        """It never stopped."""


def run(chance: random.Random, *, short: bool) -> tuple[dict, list[str]]:
    """Empty it so many times; return what became of the messages, and who is signed in no more."""
    with ground.scaled() as scene:
        wiped = Wiped(scene)
        victims = [wiped] * (SHORT_WIPES if short else WIPES)
        figures = asyncio.run(f01_kill.kill(scene, chance, victims))
        devices = [one for family in scene.families for one in family["devices"]]
        answers = [http(scene.webs[0], one, "GET", SIGNED_IN).status_code for one in devices]
    figures["wipes"] = figures.pop("kills")
    figures |= {"keys_wiped": wiped.keys, "signed_in": answers.count(200), "devices": len(devices)}
    wrong = talking.broken(figures)
    if figures["signed_in"] != len(devices):
        wrong.append("devices are signed in no more")
    if not wiped.keys:
        wrong.append("there was nothing in Redis to be emptied")
    return figures, wrong
