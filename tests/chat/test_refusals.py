"""The ways the delivery service says no."""

import pytest
from django.utils import translation

from chat import refusals
from prifora.kernel.errors import Refused

CODES = {
    refusals.StaleEpoch: (409, "stale_epoch"),
    refusals.PendingRemoval: (409, "pending_removal"),
    refusals.CommitRefused: (400, "commit_refused"),
    refusals.GroupRefused: (400, "group_refused"),
    refusals.PackageRefused: (400, "package_refused"),
    refusals.ConversationExists: (409, "exists"),
    refusals.BoxesRefused: (400, "boxes_refused"),
    refusals.FileTaken: (409, "file_taken"),
    refusals.RecordTaken: (409, "record_taken"),
    refusals.MessageTooLong: (413, "message_too_large"),
}


class TestEveryRefusal:
    def test_has_a_code_clients_can_rely_on(self):
        found = {one for one in vars(refusals).values() if isinstance(one, type) and issubclass(one, Refused)}
        mine = {one for one in found if one.__module__ == refusals.__name__}
        assert {one: (one.status, one.code) for one in mine} == CODES

    @pytest.mark.parametrize("language", ["nl", "fr"])
    @pytest.mark.parametrize("refusal", CODES)
    def test_is_said_in_the_readers_language(self, refusal, language):
        with translation.override("en"):
            english = str(refusal().detail)
        with translation.override(language):
            assert str(refusal().detail) != english
