"""Seeing that a refused commit leaves nothing behind."""

import pytest

from chat.models import Conversation, Entry, HistoryBox, Removal, Welcome
from chat.refusals import CommitRefused


def everything(talk):
    """All that a commit may change, to compare before and after."""
    row = Conversation.objects.filter(pk=talk.id).values().get()
    row["group_info"], row["details"] = bytes(row["group_info"]), bytes(row["details"])
    counts = [table.objects.count() for table in (Entry, HistoryBox, Welcome, Removal)]
    return row, counts


def refused(talk, by, change, **other):
    """Post a commit that must not hold; returns why not, having seen that nothing of it was kept."""
    before = everything(talk)
    with pytest.raises(CommitRefused) as refusal:
        talk.post(by, change, **other)
    assert everything(talk) == before
    return refusal.value.extra["reason"]
