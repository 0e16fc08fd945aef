"""Somebody who speaks to the server over HTTP, with cookies and the token a browser would send."""

import json
import urllib.error
import urllib.request
from http.cookies import SimpleCookie


class Caller:
    """One person's browser, as far as the server can tell."""

    def __init__(self, origin: str, session: str = "") -> None:
        self.origin = origin
        self.cookies = {"session": session} if session else {}

    def sign_in(self, username: str, password: str) -> int:
        self("GET", "/api/v1/csrf")
        return self("POST", "/_allauth/browser/v1/auth/login", {"username": username, "password": password})[
            0
        ]

    def __call__(self, method: str, path: str, body: dict | None = None) -> tuple[int, bytes]:
        """Ask; return the status and the bytes of the answer."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method != "GET":
            token = json.loads(self("GET", "/api/v1/csrf")[1])["token"]
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            headers |= {"X-CSRFToken": token, "Content-Type": "application/json", "Origin": self.origin}
        sent = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.origin + path, sent, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as reply:
                return self._kept(reply.status, reply)
        except urllib.error.HTTPError as refused:
            return self._kept(refused.code, refused)

    def _kept(self, status: int, reply) -> tuple[int, bytes]:
        for line in reply.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return status, reply.read()
