"""What the tests of accounts ask and how they read the answers."""

import os
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from rest_framework.test import APIClient

from tests.cast import b64
from tests.stations.screens import P256, Ed25519

NOTHING = "00000000-0000-4000-8000-000000000000"


def codes(answer):
    """Return (code, field) of everything that was refused."""
    return [(one["code"], one["attr"]) for one in answer.json()["errors"]]


def refusal(answer):
    """Return the status and the first code."""
    return answer.status_code, codes(answer)[0][0]


def logged(client):
    """Return what a person's security log says, newest first."""
    return [line["what"] for line in client.get("/api/v1/me/log").json()["items"]]


@dataclass
class NewBrowser:
    """A browser without a session that shows a code and waits for one of its person's devices."""

    key: P256 | Ed25519 = field(default_factory=P256)
    http: APIClient = field(default_factory=APIClient)
    link_id: UUID = field(default_factory=uuid4)
    lookup: bytes = field(default_factory=lambda: os.urandom(16))

    def request(self, **changes) -> dict:
        body = {
            "id": str(self.link_id),
            "lookup": b64(self.lookup),
            "proof": b64(b"n" * 32),
            "box_key": b64(b"b" * 32),
            "auth_key": b64(self.key.public),
            "name": "Firefox, Linux",
        }
        return {**body, **changes}

    def wait(self, **changes):
        return self.http.post("/api/v1/links", self.request(**changes))

    def poll(self, *, at: int = 1_700_000_000, key=None, http=None):
        said = f"prifora link poll|{self.link_id}|{at}".encode()
        body = {"at": at, "signature": b64((key or self.key).sign(said))}
        return (http or self.http).post(f"/api/v1/links/{self.link_id}/poll", body)

    def approved_by(self, client, **changes):
        """Be let in by a device of a signed-in person; return the answer."""
        body = {"box": b64(b"x" * 160), "proof": b64(b"o" * 32), **changes}
        return client.post(f"/api/v1/links/{self.link_id}/approve", body)

    def is_in(self) -> bool:
        return self.http.get("/api/v1/me").status_code == 200
