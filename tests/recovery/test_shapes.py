"""What no app of ours sends about coming back."""

from recovery.models import Approval, Recovery, Relatives
from tests.cast import b64
from tests.hostile import BYTES, JUNK, refuses_every_body, refuses_every_value
from tests.recovery.asking import END, RELATIVES, REQUESTS, Asker, approval, choice

NO_IDS = [one for one in JUNK if one != 10**30]


class TestChoosing:
    def test_takes_the_right_form_only(self, as_, alice, bob, carol, home):
        client, good = as_(alice), choice(alice, bob, carol)
        refuses_every_body(client, "put", RELATIVES)
        refuses_every_value(client, "put", RELATIVES, good, "set_id", NO_IDS)
        refuses_every_value(client, "put", RELATIVES, good, "threshold", [*JUNK, True, 0, 3, "2"])
        refuses_every_value(client, "put", RELATIVES, good, "wait_hours", [*JUNK, True, 1, 23, 169, "24"])
        refuses_every_value(client, "put", RELATIVES, good, "shares", [None, [], {}, "x", 5, [5], [{}]])
        refuses_every_value(client, "put", RELATIVES, good, "vault", [None, [], {}, "x", 5])
        four = good["shares"] * 2
        refuses_every_value(client, "put", RELATIVES, good, "shares", [four])
        for field, wrong in (("box", [b64(b"x" * 47), b64(b"x" * 513)]), ("signature", BYTES)):
            for value in wrong:
                shares = [{**good["shares"][0], field: value}, good["shares"][1]]
                refuses_every_value(client, "put", RELATIVES, good, "shares", [shares])
        assert not Relatives.objects.exists()

    def test_is_ended_in_the_right_form_only(self, as_, alice, chosen):
        refuses_every_body(as_(alice), "post", END)
        refuses_every_value(as_(alice), "post", END, {"vault": {}}, "vault", [None, [], {}, "x", 5])
        assert Relatives.objects.exists()


class TestAsking:
    def test_takes_the_right_form_only(self, anyone, chosen):
        good = Asker().request()
        refuses_every_body(anyone, "post", REQUESTS)
        refuses_every_value(anyone, "post", REQUESTS, good, "id", NO_IDS)
        for field in ("box_key", "auth_key", "proof"):
            refuses_every_value(anyone, "post", REQUESTS, good, field, BYTES)
        refuses_every_value(anyone, "post", REQUESTS, good, "auth_key", [b64(b"x" * 33), b64(b"x" * 64)])
        refuses_every_value(anyone, "post", REQUESTS, good, "name", [*JUNK, 5, True, "x" * 61])
        refuses_every_value(anyone, "post", REQUESTS, good, "login", [*JUNK, 5, True, "x" * 255])
        assert not Recovery.objects.exists()

    def test_is_polled_in_the_right_form_only(self, asker):
        path, good = f"{REQUESTS}/{asker.id}/poll", asker.question()
        refuses_every_body(asker.http, "post", path)
        refuses_every_value(asker.http, "post", path, good, "signature", BYTES)
        refuses_every_value(asker.http, "post", path, good, "at", [*JUNK, True, 2**53 + 1, "5"])


class TestApproving:
    def test_takes_the_right_form_only(self, as_, bob, asker):
        path, good = f"{REQUESTS}/{asker.id}/approve", approval(asker.id, bob)
        refuses_every_body(as_(bob), "post", path)
        refuses_every_value(as_(bob), "post", path, good, "signature", BYTES)
        refuses_every_value(as_(bob), "post", path, good, "box", [*BYTES, b64(b"x" * 47), b64(b"x" * 513)])
        assert not Approval.objects.exists()
