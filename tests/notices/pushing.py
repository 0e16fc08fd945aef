"""A push service of these tests, a browser that subscribed to it, and what is to be read there."""

import base64
import json
import os
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from uuid import UUID

import http_ece
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from accounts.models import Account
from notices.models import PushTarget
from notices.services import ADDRESS
from prifora.kernel import clock
from prifora.kernel.fields import from_base64, to_base64
from prifora.kernel.sealing import open_document, seal_document


@contextmanager
def push_service(status=201):
    """A push service on this machine; yields its address, what it received, and its answers to come."""
    received, answers = [], [status]

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.path, {key.lower(): value for key, value in self.headers.items()}, body))
            self.send_response(answers[-1])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", received, answers
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class PushedBrowser:
    """A browser's side of RFC 8291: its keys, and reading what was pushed."""

    def __init__(self):
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)

    def keys(self):
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": to_base64(point), "auth": to_base64(self.auth)}

    def read(self, body):
        return http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth)


def subscribed(someone, browser, service, *, at):
    """Have a device of somebody pushed to, as if it had asked for that and left at `at`; return its row."""
    return _target(someone.pk, someone.device_id, service[0], browser.keys(), at)


def subscribe(someone, origin, keys):
    """The same for a server of its own (Server.call), now."""
    _target(UUID(someone["id"]), UUID(someone["device_id"]), origin, keys, clock.now())
    _never_quiet(UUID(someone["id"]))


def addresses():
    """Return where this server pushes to, as the browsers gave it."""
    rows = PushTarget.objects.all()
    return [open_document(one.sealed_address, person=one.account_id, place=ADDRESS) for one in rows]


def lead_to(origin):
    """Have the only address of this server lead to a push service on this machine."""
    target = PushTarget.objects.get()
    there = open_document(target.sealed_address, person=target.account_id, place=ADDRESS)
    there["endpoint"] = f"{origin}/secret-path"
    target.sealed_address = seal_document(there, person=target.account_id, place=ADDRESS)
    target.save(update_fields=["sealed_address"])
    _never_quiet(target.account_id)


def _never_quiet(account_id):
    """Have no quiet hours, whatever time it is when the tests run."""
    account = Account.objects.get(pk=account_id)
    account.profile.update(quiet_from="12:00", quiet_to="12:00")
    account.save(update_fields=["sealed"])


def _target(account_id, device_id, origin, keys, at):
    document = {"endpoint": f"{origin}/secret-path", "keys": keys}
    return PushTarget.objects.create(
        account_id=account_id,
        device_id=device_id,
        sealed_address=seal_document(document, person=account_id, place=ADDRESS),
        told_until=at,
        due_at=at,
        here_until=at,
    )


def claims_of(headers, public_key):
    """Return what the server says of itself (RFC 8292), its signature checked by the key it gives out."""
    scheme, values = headers["authorization"].split(" ", 1)
    assert scheme == "vapid"
    token, key = (part.split("=", 1)[1] for part in sorted(values.replace(" ", "").split(","), reverse=True))
    assert from_base64(key) == public_key
    head, claims, signature = token.split(".")
    raw = from_base64(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key)
    point.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    return json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
