"""Notices: a person hears of what happened to their account wherever they can be reached, and nothing more."""

import pytest
from django.core import mail

from accounts.models import Account
from accounts.services import Notice, make_managed_account, send_notice
from tests import cast
from tests.accounts.browser import Browser, signed_up, texts


@pytest.fixture
def tell(db, django_capture_on_commit_callbacks):
    """Send a notice; return the mails and text messages it became."""

    def send(account, notice):
        mail.outbox.clear()
        before = len(texts())
        with django_capture_on_commit_callbacks(execute=True):
            send_notice(account=account, notice=notice)
            assert not mail.outbox
        return mail.outbox, texts()[before:]

    return send


@pytest.fixture
def anna(db):
    """The account of somebody with a phone and a mail address, who reads English."""
    signed_up(Browser(), language="en")
    return Account.objects.get()


class TestSendNotice:
    @pytest.mark.parametrize("notice", Notice)
    def test_goes_by_mail_and_by_text_message(self, anna, tell, notice):
        mails, messages = tell(anna, notice)
        assert [one.to for one in mails] == [["annabel@verbruggen.example"]]
        assert mails[0].subject == "About your PRIFORA account"
        assert mails[0].body == str(notice.value)
        assert messages == [f"+31612345678\n{mails[0].body}\n"]

    @pytest.mark.parametrize("notice", Notice)
    def test_says_nothing_about_the_person(self, anna, tell, notice):
        mails, messages = tell(anna, notice)
        for text in (mails[0].subject, mails[0].body, messages[0].split("\n", 1)[1]):
            for told in ("anna.v", "Annabel", "Verbruggen", "http", "code"):
                assert told not in text

    def test_goes_where_there_is_an_address_and_fails_nowhere_else(self, tell):
        account = cast.account("alice")
        mails, messages = tell(account, Notice.RECOVERY_ASKED)
        assert (mails, len(messages)) == ([], 1)
        silent = make_managed_account(username="oma", profile={})
        assert tell(silent, Notice.RECOVERY_ASKED) == ([], [])
