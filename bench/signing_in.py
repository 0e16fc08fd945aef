"""Signing a whole family in as their apps do; run as a program, it makes that family in its database."""

import json
import os
import subprocess
import sys
from http.cookiejar import CookieJar
from typing import Any
from urllib.request import HTTPCookieProcessor, Request, build_opener

from tools.steps import ROOT

PEOPLE = 8
LOGIN = "/_allauth/browser/v1/auth/login"
AT_FIRST = ("/api/v1/me", "/api/v1/families", "/api/v1/notices", "/api/v1/me/devices")
"""What an app asks for when somebody has just signed in."""


def sign_in(origin: str) -> None:
    """Make a family of PEOPLE on the present data, sign each of them in and ask what an app asks first."""
    command = [sys.executable, "-m", "bench.signing_in"]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "prifora.settings"}
    made = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    told = json.loads(made.stdout)
    for name in told["names"]:
        one = Somebody(origin)
        one.ask("/api/v1/csrf")
        one.ask(LOGIN, {"username": name, "password": told["password"]})
        for path in AT_FIRST:
            one.ask(path)


class Somebody:
    """One person's browser, as far as the server can tell."""

    def __init__(self, origin: str) -> None:
        self.origin, self.cookies = origin, CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.cookies))

    def ask(self, path: str, body: dict[str, Any] | None = None) -> None:
        """Ask, and read the answer; ends the bench when it is refused."""
        headers = {"Content-Type": "application/json", "Origin": self.origin, "X-CSRFToken": self._token()}
        sent = None if body is None else json.dumps(body).encode()
        with self.opener.open(Request(self.origin + path, sent, headers)) as answer:  # noqa: S310  our own server
            answer.read()

    def _token(self) -> str:
        return next((str(one.value) for one in self.cookies if "csrf" in one.name), "")


def main() -> None:
    """Make a family and print the names it signs in with."""
    import django

    django.setup()
    from tests import cast

    names = [f"bench.{number}.{os.urandom(4).hex()}" for number in range(PEOPLE)]
    cast.family_of(*(cast.person(name) for name in names))
    sys.stdout.write(json.dumps({"names": names, "password": cast.PASSWORD}))


if __name__ == "__main__":
    main()
