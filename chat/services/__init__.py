"""What people do in conversations. Each function is one use case and one transaction."""

from chat.services.commits import commit_change
from chat.services.conversations import (
    add_member,
    end_member,
    join_everyone_conversations,
    leave_family,
    start_conversation,
)
from chat.services.endings import end_person, stored_names, tell_person
from chat.services.entries import empty_expired, erase_message
from chat.services.files import drop_file, keep_file
from chat.services.history import give_boxes
from chat.services.keys import claim_key_packages, drop_welcome, store_key_packages, tell_of_device
from chat.services.messages import Archived, Outcome, Pending, append_messages, send_message
from chat.services.receipts import acknowledge, acknowledge_many
from chat.services.removals import remove_account, remove_device
from chat.services.retention import apply_retention

__all__ = [
    "Archived",
    "Outcome",
    "Pending",
    "acknowledge",
    "acknowledge_many",
    "add_member",
    "append_messages",
    "apply_retention",
    "claim_key_packages",
    "commit_change",
    "drop_file",
    "drop_welcome",
    "empty_expired",
    "end_member",
    "end_person",
    "erase_message",
    "give_boxes",
    "join_everyone_conversations",
    "keep_file",
    "leave_family",
    "remove_account",
    "remove_device",
    "send_message",
    "start_conversation",
    "store_key_packages",
    "stored_names",
    "tell_of_device",
    "tell_person",
]
