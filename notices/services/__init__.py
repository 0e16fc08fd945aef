"""What people are told, by letter, mail and push. Each function is one use case."""

from notices.services.presence import HERE_LASTS, SETTLES, look_for_messages, note_connected, note_gone
from notices.services.pushing import (
    ADDRESS,
    MESSAGES_EVERY,
    PUSH_EVERY,
    PUSH_TRIES,
    NotAPushService,
    forget_signed_out,
    push_messages,
    push_to,
    send_pushes,
    stop_pushing_to,
)
from notices.services.telling import (
    AGAIN_AFTER,
    AT_ONCE,
    SENT_FOR,
    announce_maintenance,
    mark_read,
    send_mail,
    tell,
)

__all__ = [
    "ADDRESS",
    "AGAIN_AFTER",
    "AT_ONCE",
    "HERE_LASTS",
    "MESSAGES_EVERY",
    "PUSH_EVERY",
    "PUSH_TRIES",
    "SENT_FOR",
    "SETTLES",
    "NotAPushService",
    "announce_maintenance",
    "forget_signed_out",
    "look_for_messages",
    "mark_read",
    "note_connected",
    "note_gone",
    "push_messages",
    "push_to",
    "send_mail",
    "send_pushes",
    "stop_pushing_to",
    "tell",
]
