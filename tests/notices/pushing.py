"""A push service of these tests, a browser that subscribed to it, and what is to be read there."""

import base64
import json
import os
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import http_ece
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from prifora.kernel.fields import from_base64, to_base64


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
