"""How tests play coming back: who chooses relatives, a device that asks, relatives that answer."""

import os
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from rest_framework.test import APIClient

from prifora.kernel import statements
from tests.cast import Someone, b64, slot, vault_change
from tests.stations.screens import P256, Ed25519

RELATIVES = "/api/v1/recovery/relatives"
END = RELATIVES + "/end"
HELD = "/api/v1/recovery/held"
REQUESTS = "/api/v1/recovery/requests"
MADE_UP = {"state": "waiting", "approvals": 0, "needed": 2, "wait_until": None}


def share(someone: Someone, set_id: UUID, relative: Someone, *, signer: Someone | None = None) -> dict:
    """Return the share that somebody gives to a relative."""
    box = os.urandom(120)
    said = statements.share(account_id=someone.pk, set_id=set_id, relative_id=relative.pk, box=box)
    signature = (signer or someone).identity.sign(said)
    return {"account_id": str(relative.pk), "box": b64(box), "signature": b64(signature)}


def choice(
    someone: Someone, *relatives: Someone, threshold: int = 2, wait_hours: int = 24, **changes
) -> dict:
    """Return the body with which somebody chooses relatives."""
    set_id = changes.pop("set_id", None) or uuid4()
    body = {
        "set_id": str(set_id),
        "threshold": threshold,
        "wait_hours": wait_hours,
        "shares": [share(someone, set_id, one) for one in relatives],
        "vault": vault_change(someone, slots=[slot(), slot("relatives")]),
    }
    return {**body, **changes}


def choose(client: APIClient, someone: Someone, *relatives: Someone, **changes) -> dict:
    """Choose relatives; return what was sent."""
    body = choice(someone, *relatives, **changes)
    reply = client.put(RELATIVES, body)
    assert reply.status_code == 200, reply.content
    return body


def approval(request_id: UUID | str, relative: Someone, *, signer: Someone | None = None) -> dict:
    """Return what a relative's device answers to who asks."""
    box = os.urandom(140)
    said = statements.returned_share(request_id=UUID(str(request_id)), relative_id=relative.pk, box=box)
    return {"box": b64(box), "signature": b64((signer or relative).identity.sign(said))}


def approve(client: APIClient, asker: "Asker", relative: Someone, **changes):
    body = {**approval(asker.id, relative), **changes}
    return client.post(f"{REQUESTS}/{asker.id}/approve", body)


def veto(client: APIClient, asker: "Asker"):
    return client.post(f"{REQUESTS}/{asker.id}/veto")


def heard(client: APIClient) -> list[dict]:
    """Return the recoveries that somebody hears of."""
    return client.get(REQUESTS).json()["items"]


@dataclass
class Asker:
    """A device that lost everything and asks to come back."""

    key: P256 | Ed25519 = field(default_factory=Ed25519)
    http: APIClient = field(default_factory=APIClient)
    id: UUID = field(default_factory=uuid4)
    at: int = 1_700_000_000

    def request(self, **changes) -> dict:
        """Return what it says when it begins to ask; None leaves a field out."""
        body = {
            "id": str(self.id),
            "login": "alice",
            "box_key": b64(b"b" * 32),
            "auth_key": b64(self.key.public),
            "proof": b64(b"p" * 32),
            "name": "Firefox on a new laptop",
            **changes,
        }
        return {name: value for name, value in body.items() if value is not None}

    def ask(self, **changes) -> Any:
        return self.http.post(REQUESTS, self.request(**changes))

    def question(
        self, *, at: int | None = None, signer: P256 | Ed25519 | None = None, said: str = ""
    ) -> dict:
        """Return the next signed question."""
        self.at += 1
        at = self.at if at is None else at
        message = said or f"prifora recovery poll|{self.id}|{at}"
        return {"at": at, "signature": b64((signer or self.key).sign(message.encode()))}

    def poll(self, question: dict | None = None, *, http: APIClient | None = None) -> Any:
        return (http or self.http).post(f"{REQUESTS}/{self.id}/poll", question or self.question())
