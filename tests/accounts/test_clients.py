"""Text messages and mail leave after the commit, and a gateway that is away breaks nothing."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import transaction

from accounts import clients
from accounts.models import Account
from tests.accounts.browser import Browser, form, pending, signed_up, text_code, texts
from tests.server import free_port


@contextmanager
def gateway(status=200):
    """A text message gateway on this machine; yields its address and what it received."""
    received = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            received.append((self.headers["Content-Type"], body))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sms", received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class TestHttpTextMessages:
    def test_posts_number_and_text(self, settings):
        with gateway() as (settings.SMS_URL, received):
            clients.text_messages().send(to="+31612345678", text="Uw code is één.")
        assert received == [("application/json", {"to": "+31612345678", "text": "Uw code is één."})]

    def test_says_so_when_the_gateway_refuses(self, settings):
        with gateway(status=500) as (settings.SMS_URL, _received), pytest.raises(OSError, match="500"):
            clients.text_messages().send(to="+31612345678", text="x")


class TestFileTextMessages:
    def test_writes_each_message_to_a_file_of_its_own(self, settings, tmp_path):
        settings.SMS_URL, settings.DATA_DIR = "", tmp_path
        for text in ("one", "two"):
            clients.text_messages().send(to="+31612345678", text=text)
        assert sorted(texts()) == ["+31612345678\none\n", "+31612345678\ntwo\n"]


@pytest.mark.django_db(transaction=True)
class TestDeliverAfterCommit:
    def test_delivers_only_what_is_stored(self):
        told = []
        with transaction.atomic():
            clients.deliver_after_commit(lambda: told.append("kept"), what="text")
            assert not told
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            clients.deliver_after_commit(lambda: told.append("undone"), what="text")
            1 / 0  # noqa: B018
        assert told == ["kept"]

    def test_signs_up_while_the_gateway_is_away_and_sends_a_new_code_later(self, settings):
        settings.SMS_URL = f"http://127.0.0.1:{free_port()}/sms"
        browser = Browser()
        status, answer = browser("post", "/auth/signup", form())
        assert (status, pending(answer)) == (401, ["verify_phone"])
        settings.SMS_URL = ""
        cache.clear()
        assert browser("post", "/auth/phone/verify/resend")[0] == 200
        assert browser("post", "/auth/phone/verify", {"code": text_code()})[0] == 401
        assert Account.objects.get().phone_verified

    def test_logs_a_code_and_no_number_or_text(self, capsys):
        def fail():
            raise OSError("+31612345678 refused: Your PRIFORA code is ABC")

        clients.deliver_after_commit(fail, what="text")
        line = json.loads(capsys.readouterr().out)
        assert (line["event"], line["what"], line["kind"]) == ("not_delivered", "text", "OSError")
        assert "31612345678" not in str(line)

    def test_mails_from_a_whole_sign_up(self):
        assert signed_up(Browser())["meta"]["is_authenticated"]
        assert [one.to for one in mail.outbox] == [["annabel@verbruggen.example"]]
