"""The platform behind a resolver that writes down every name: mail, text messages, files; nobody else is asked."""

import smtplib
import socket
import urllib.request
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage, get_connection

from accounts.clients import HttpTextMessages
from media.clients import store
from prifora.kernel import outgoing
from prifora.kernel.outgoing import Undeclared, guard, may_reach
from prifora.kernel.processors import disagreements, processors
from prifora.settings import mail_host, store_host

MAIL, TEXTS, FILES = "api.mailjet.com", "sms.example", "s3.store.example"
STORE = f"s3://bucket/prefix?endpoint=https://{FILES}&region=fr-par"
LINE = """
[[processor]]
name = "{host}"
kind = "mail"
does = "works for us"
host = "{host}"
country = "FR"
agreement = "Agreement 1"
agreed_on = 2026-01-15
"""


@pytest.fixture
def resolver(settings, monkeypatch):
    """Names that were looked up; each leads to this machine's discard port, where nothing answers."""
    asked = []

    def record(host, _port, *_more, **_named):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 9))]

    settings.OUTGOING = dict.fromkeys(settings.OUTGOING, "") | {
        "mail": mail_host("anymail.backends.mailjet.EmailBackend"),
        "text messages": TEXTS,
        "sealed files": store_host(STORE),
    }
    settings.PROCESSORS = "".join(LINE.format(host=host) for host in (MAIL, TEXTS, FILES))
    settings.ANYMAIL = {"MAILJET_API_KEY": "k", "MAILJET_SECRET_KEY": "s"}
    monkeypatch.setattr(outgoing, "_look_up", record)
    monkeypatch.setattr(socket, "getaddrinfo", socket.getaddrinfo)
    guard()
    return asked


def send_mail():
    backend = get_connection("anymail.backends.mailjet.EmailBackend")
    EmailMessage("Subject", "Text", to=["somebody@mail.example"], connection=backend).send()


def send_text():
    HttpTextMessages(f"https://{TEXTS}/send").send(to="+31612345678", text="Text")


def put_file(settings, folder):
    file = folder / "sealed"
    file.write_bytes(b"sealed")
    settings.STORE_URL, settings.STORE_KEY, settings.STORE_SECRET = STORE, "key", "secret"
    store().put(uuid4(), file)


@pytest.mark.obligation("PRI-01", partial=True)
class TestGuard:
    def test_lets_everything_that_is_sent_out_to_registered_hosts_only(self, resolver, settings, tmp_path):
        assert list(disagreements()) == []
        registered = {one.host for one in processors()}
        for send in (send_mail, send_text, lambda: put_file(settings, tmp_path)):
            before = len(resolver)
            with pytest.raises(Exception) as failure:  # noqa: PT011  nothing answers there
                send()
            assert not isinstance(failure.value, Undeclared)
            assert len(resolver) > before, "asked for no name at all: this test would see nothing"
        below = {
            host for host in resolver if any(host == one or host.endswith(f".{one}") for one in registered)
        }
        assert set(resolver) == below
        assert {MAIL, TEXTS} < set(resolver)

    @pytest.mark.parametrize(
        "call",
        [
            lambda: urllib.request.urlopen("https://collect.example/pixel"),
            lambda: smtplib.SMTP("mail.elsewhere.example", timeout=1),
            lambda: socket.create_connection(("metrics.example", 443), timeout=1),
            lambda: socket.create_connection(("93.184.216.34", 443), timeout=1),
            lambda: socket.create_connection((f"{MAIL}.elsewhere.example", 443), timeout=1),
        ],
    )
    def test_stops_everybody_else_before_the_name_is_looked_up(self, resolver, call):
        with pytest.raises(OSError, match="not declared"):
            call()
        assert resolver == []

    def test_stops_mail_once_its_host_is_not_declared_any_more(self, resolver, settings):
        settings.OUTGOING["mail"] = ""
        with pytest.raises(Exception, match="not declared"):
            send_mail()
        assert resolver == []


class TestMayReach:
    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "redis", "10.0.0.7", "0.0.0.0"])
    def test_lets_a_process_reach_its_own_network(self, settings, host):
        settings.OUTGOING = {}
        assert may_reach(host)

    @pytest.mark.parametrize(
        ("host", "may"),
        [
            ("mail.example", True),
            ("MAIL.example.", True),
            ("bucket.mail.example", True),
            ("notmail.example", False),
            ("example", True),
            ("mail.example.org", False),
            ("8.8.8.8", False),
        ],
    )
    def test_takes_a_declared_name_and_those_below_it(self, settings, host, may):
        settings.OUTGOING = {"mail": "mail.example", "text messages": ""}
        assert may_reach(host) == may
