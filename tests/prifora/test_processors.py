"""The register of processors: who is missing, stale, outside Europe or without an agreement is refused."""

from datetime import date

import pytest

from prifora.kernel.processors import Processor, disagreements, is_ours, processors

LINE = """
[[processor]]
name = "Post BV"
kind = "mail"
does = "delivers mail"
host = "mail.example"
country = "NL"
agreement = "Agreement 1"
agreed_on = 2026-01-15
"""


@pytest.fixture
def out(settings):
    """Send mail to a host elsewhere, and nothing else anywhere."""
    settings.OUTGOING = dict.fromkeys(settings.OUTGOING, "") | {"mail": "mail.example"}
    settings.PROCESSORS = LINE
    return settings


class TestProcessors:
    def test_are_what_the_register_says(self, out):
        assert processors() == [
            Processor(
                "Post BV", "mail", "delivers mail", "NL", "Agreement 1", date(2026, 1, 15), "mail.example"
            )
        ]

    def test_are_none_without_a_register(self, out):
        out.PROCESSORS = ""
        assert processors() == []


class TestDisagreements:
    def test_are_none_when_all_is_declared(self, out):
        assert list(disagreements()) == []

    def test_are_none_on_a_machine_of_its_own(self, out):
        out.OUTGOING, out.PROCESSORS = dict.fromkeys(out.OUTGOING, "127.0.0.1"), ""
        assert list(disagreements()) == []

    def test_name_a_host_that_nobody_declared(self, out):
        out.OUTGOING["text messages"] = "sms.example"
        assert list(disagreements()) == ["text messages: sms.example is no declared processor"]

    def test_name_a_processor_nothing_is_sent_to(self, out):
        out.OUTGOING["mail"] = ""
        assert list(disagreements()) == ["Post BV: nothing is sent to mail.example"]

    @pytest.mark.parametrize("change", [lambda out: out.pop("mail"), lambda out: out.update(weather="")])
    def test_name_what_is_sent_and_not_declared_and_the_other_way_round(self, out, change):
        out.PROCESSORS = ""
        out.OUTGOING["mail"] = ""
        change(out.OUTGOING)
        (line,) = disagreements()
        assert line.endswith("must both be declared")

    @pytest.mark.obligation("PIM-27", "PRI-73", partial=True)
    @pytest.mark.obligation("PRI-90", "PRI-91", "PER-42")
    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ('"NL"', '"US"', "Post BV is in US, where no data may be"),
            ('"NL"', '"GB"', "Post BV is in GB, where no data may be"),
            ('"NL"', '"US"\nadequacy = true', "Post BV is in US, where no data may be"),
            ('"Agreement 1"', '""', "Post BV has no agreement"),
            ('"delivers mail"', '""', "Post BV has no does"),
            ('"mail"', '"research"', "Post BV is of no known kind"),
            ('kind = "mail"', "", "Post BV has no kind"),
            ("agreed_on = 2026-01-15", "", "Post BV has no agreed_on, a date without quotes"),
            ("2026-01-15", '"2026-01-15"', "Post BV has no agreed_on, a date without quotes"),
            ('"mail"', '"marketing"', "Post BV is of no known kind"),
            ('"NL"', '"NL"\nnote = "x"', "Post BV has note, which means nothing"),
            ("[[processor]]", "[[processor", "Expected ']]' at the end of an array declaration"),
        ],
    )
    def test_say_what_is_wrong_with_a_line(self, out, old, new, said):
        out.PROCESSORS = LINE.replace(old, new)
        (line,) = disagreements()
        assert line.startswith(f"the register of processors: {said}")

    def test_allow_what_is_adequate_when_that_is_said(self, out):
        out.PROCESSORS = LINE.replace('"NL"', '"CH"\nadequacy = true')
        assert list(disagreements()) == []


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("", True), ("redis", True), ("localhost", True), ("127.0.0.1", True), ("10.1.2.3", True), ("::1", True),
        ("8.8.8.8", False), ("db.example", False), ("2001:4860:4860::8888", False),
    ],
)  # fmt: skip
def test_a_bare_name_and_a_private_address_are_ours(host, ours):
    assert is_ours(host) is ours
