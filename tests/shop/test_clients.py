"""The carrier: what exactly it is told, over real HTTP; and the files of one's own machine."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import pytest

from shop import rules
from shop.clients import Address, FolderCarrier, Sendcloud, carrier

ADDRESS = Address(
    name="Opa Karel",
    street="Dorpsstraat 3",
    postcode="2000",
    city="Antwerpen",
    country="BE",
    mobile="+32470123456",
)


@pytest.fixture
def sendcloud():
    """A server that speaks the carrier's API and keeps what it was told."""
    heard, parcels = [], {}

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            heard.append((self.path, self.headers["Authorization"], body))
            parcel = parcels.setdefault(
                body["parcel"]["external_reference"],
                {
                    "id": 7 + len(parcels),
                    "tracking_number": "3SABC",
                    "tracking_url": "https://t.example/3SABC",
                },
            )
            self.say({"parcel": parcel})

        def do_GET(self):
            self.say({"parcel": {"status": {"id": self.server.status}}})

        def say(self, body):
            raw = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_more):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.heard, server.status = heard, 1000
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


class TestSendcloud:
    @pytest.mark.obligation("PRI-44", partial=True)
    @pytest.mark.obligation("PRI-71", partial=True)
    def test_is_told_the_address_and_nothing_else(self, sendcloud):
        one = Sendcloud(f"http://127.0.0.1:{sendcloud.server_address[1]}/api/v2", "key", "secret")
        reference = uuid4()
        label = one.announce(reference=reference, address=ADDRESS, weight_grams=2400, back=False)
        again = one.announce(reference=reference, address=ADDRESS, weight_grams=2400, back=False)
        assert label == again
        assert (label.carrier_id, label.track) == ("7", "3SABC")
        path, authorization, body = sendcloud.heard[0]
        assert path == "/api/v2/parcels"
        assert authorization == "Basic " + base64.b64encode(b"key:secret").decode()
        assert body["parcel"] == {
            "external_reference": str(reference),
            "name": "Opa Karel",
            "address": "Dorpsstraat 3",
            "postal_code": "2000",
            "city": "Antwerpen",
            "country": "BE",
            "telephone": "+32470123456",
            "weight": "2.400",
            "is_return": False,
            "request_label": True,
        }
        assert len(body["parcel"]) - 2 == len(rules.MAY_GET[rules.To.CARRIER])

    @pytest.mark.parametrize(
        ("status", "state"), [(1000, "announced"), (3, "on_its_way"), (11, "delivered"), (80, "announced")]
    )
    def test_says_how_far_a_parcel_is(self, sendcloud, status, state):
        sendcloud.status = status
        assert Sendcloud(f"http://127.0.0.1:{sendcloud.server_address[1]}", "k", "s").state("7") == state


class TestFolderCarrier:
    def test_keeps_a_parcel_and_moves_it_on(self, tmp_path):
        one, reference = FolderCarrier(tmp_path), uuid4()
        label = one.announce(reference=reference, address=ADDRESS, weight_grams=100, back=False)
        assert label == one.announce(reference=reference, address=ADDRESS, weight_grams=100, back=False)
        assert one.state(label.carrier_id) == "announced"
        assert one.move(label.track, "delivered")
        assert one.state(label.carrier_id) == "delivered"
        assert not one.move("3SNOTHING", "delivered")


def test_which_one_is_used_is_a_setting(settings):
    assert isinstance(carrier(), FolderCarrier)
    settings.CARRIER_URL = "https://panel.sendcloud.sc/api/v2"
    assert isinstance(carrier(), Sendcloud)
