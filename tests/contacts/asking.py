"""How tests ask contacts: paths, good bodies with real signatures, and what an answer says."""

import hashlib
import os
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from prifora.kernel import statements
from tests.cast import Someone, b64, raw, unb64

FAMILIES = "/api/v1/families"
LOOK = "/api/v1/invitations/look"
ACCEPT = "/api/v1/invitations/accept"


def said(reply) -> tuple[int, str]:
    """Return the status and the code of a refusal."""
    return reply.status_code, reply.json()["errors"][0]["code"]


def named(reply) -> dict[str, str]:
    """Return the code for each field a refusal names."""
    return {error["attr"]: error["code"] for error in reply.json()["errors"]}


def grandmother(**changes) -> dict:
    """Return what must be told of a Home Station user whom a relative sets up; None leaves a field out."""
    details = {
        "first_name": "Riet",
        "last_name": "de Vries",
        "username": "oma.riet",
        "phone": "+31612345678",
        "email": "jan@devries.example",
        **changes,
    }
    return {name: value for name, value in details.items() if value is not None}


def founding(someone: Someone | None = None, family_id=None, **changes) -> dict:
    """Return what a founder states; without one, a statement that only has the right form."""
    if someone is None:
        return {"kind": "founder", "aik": b64(os.urandom(32)), "signature": b64(os.urandom(64))}
    aik = raw(someone.identity)
    said = statements.founding(family_id=UUID(str(family_id)), account_id=someone.pk, aik=aik)
    stated = {"kind": "founder", "aik": b64(aik), "signature": b64(someone.identity.sign(said))}
    return {**stated, **changes}


def make(client, someone: Someone, *, user=None, family_id=None):
    """Ask for a family, for oneself unless `user` says for whom."""
    family_id = family_id or uuid4()
    admission = founding(someone, family_id)
    return client.post(FAMILIES, {"id": str(family_id), "user": user or {"me": True}, "admission": admission})


def page(family, *parts) -> str:
    """Return a path below a family (a row, an id, or an answer)."""
    family_id = getattr(family, "pk", family)
    return "/".join([FAMILIES, str(family_id), *(str(getattr(part, "pk", part)) for part in parts)])


def people(client, family) -> dict[str, dict]:
    """Return the people of a family as the client sees them, by first name."""
    return {one["first_name"]: one for one in client.get(page(family)).json()["people"]}


def invitation_key(invitation: dict) -> Ed25519PrivateKey:
    """Return the key that only the code of an invitation gives; tests take its look-up value for the code."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(unb64(invitation["lookup"])).digest())


def new_invitation(someone: Someone | None = None, family=None, **changes) -> dict:
    """Return an invitation as a device makes it of a fresh code; without a maker it only has the form."""
    body = {
        "id": str(uuid4()),
        "lookup": b64(os.urandom(16)),
        "proof": b64(os.urandom(32)),
        "sealed_note": b64(os.urandom(80)),
        "history": "start",
        **changes,
    }
    key = raw(invitation_key(body))
    signature = os.urandom(64)
    if someone is not None:
        family_id = UUID(str(getattr(family, "pk", family)))
        said = statements.invitation(family_id=family_id, by=someone.pk, key=key, history=body["history"])
        signature = someone.identity.sign(said)
    return {**body, "key": b64(key), "signature": b64(signature)}


def invite(client, someone: Someone, family, **changes) -> dict:
    """Make an invitation and return its body."""
    body = new_invitation(someone, family, **changes)
    reply = client.post(page(family, "invitations"), body)
    assert reply.status_code == 201, reply.content
    return body


def look(client, invitation):
    return client.post(LOOK, {"lookup": invitation["lookup"]})


def acceptance(invitation, someone: Someone, family, proof: bytes = b"p" * 32) -> dict:
    """Return what an invited person's device answers to an invitation."""
    family_id = UUID(str(getattr(family, "pk", family)))
    said = statements.admission(family_id=family_id, account_id=someone.pk, aik=raw(someone.identity))
    signature = invitation_key(invitation).sign(said)
    return {"lookup": invitation["lookup"], "proof": b64(proof), "signature": b64(signature)}


def accept(client, invitation, someone: Someone, family, proof: bytes = b"p" * 32):
    return client.post(ACCEPT, acceptance(invitation, someone, family, proof))
