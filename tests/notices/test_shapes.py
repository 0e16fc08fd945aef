"""What a notice looks like: words are made when it is read, in the language of who reads it."""

import pytest
from django.utils.translation import override

from notices.models import Notice
from notices.shapes import NoticeOut, shown
from tests.notices.telling import MAILED, SAID, declared, told  # noqa: F401

pytestmark = pytest.mark.django_db


class TestShown:
    def test_has_words_topic_and_path(self, alice):
        told(alice, letter=SAID)
        with override("nl"):
            notice = shown(Notice.objects.get())
        assert (notice["title"], notice["text"]) == ("From 1 maart 2027", "Read it.")
        assert (notice["topic"], notice["path"]) == ("privacy", "/privacy/nl/2")

    def test_names_nobody_else_and_nothing_of_the_mail(self, alice):
        told(alice, letter=MAILED)
        assert set(NoticeOut(shown(Notice.objects.get())).data) == {
            *("id", "kind", "topic", "title", "text", "path", "at", "read_at")
        }
