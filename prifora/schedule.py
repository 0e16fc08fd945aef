"""Every periodic task and its time, in one list."""

from datetime import timedelta
from typing import Any

from prifora.kernel.claims import LEASE

SOON = LEASE
"""How often is done what somebody waits for: what a worker had that was killed, too, is done in a minute."""

BEAT: dict[str, dict[str, Any]] = {
    "forget unfinished sign-ups": {"task": "accounts.drop_unfinished", "schedule": timedelta(hours=1)},
    "forget messages delivered to files": {"task": "accounts.drop_messages", "schedule": timedelta(hours=1)},
    "delete what has ended": {"task": "privacy.delete_ended_rows", "schedule": timedelta(hours=1)},
    "delete what families keep no longer": {
        "task": "privacy.apply_retention",
        "schedule": timedelta(hours=1),
    },
    "erase who closed their account": {"task": "privacy.erase_due", "schedule": timedelta(minutes=1)},
    "close accounts nobody uses": {"task": "privacy.close_idle", "schedule": timedelta(hours=1)},
    "tell everybody of a new privacy policy": {
        "task": "privacy.announce_policy",
        "schedule": timedelta(hours=1),
    },
    "send the mail of the Message Center": {
        "task": "notices.send_mail",
        "schedule": SOON,
    },
    "push that there is something new": {
        "task": "notices.send_pushes",
        "schedule": SOON,
    },
    "push that somebody said something": {
        "task": "notices.push_messages",
        "schedule": timedelta(seconds=15),
    },
    "watch the terms of requests": {"task": "privacy.watch_requests", "schedule": timedelta(hours=1)},
    "write to who wrote without an account": {
        "task": "prospects.send_mails",
        "schedule": timedelta(minutes=1),
    },
    "write to who asks for somebody else": {
        "task": "privacy.write_to_agents",
        "schedule": timedelta(minutes=1),
    },
    "end restrictions that were told to end": {
        "task": "privacy.end_restrictions",
        "schedule": timedelta(minutes=1),
    },
    "tell people when a gag is over": {
        "task": "support.tell_after_gags",
        "schedule": timedelta(minutes=1),
    },
    "tell families of their plans": {"task": "plans.tell_due", "schedule": timedelta(hours=1)},
    "mix codes that were made": {"task": "plans.mix_codes", "schedule": timedelta(hours=6)},
    "empty what disappears": {"task": "chat.empty_expired", "schedule": timedelta(minutes=1)},
    "delete bytes that nothing names": {"task": "media.remove_strays", "schedule": timedelta(hours=1)},
    "forget what was removed from albums": {
        "task": "media.forget_tombstones",
        "schedule": timedelta(hours=1),
    },
    "send letters, codes and parcels of the shop": {
        "task": "shop.go_on",
        "schedule": SOON,
    },
    "ask how far parcels are": {"task": "shop.track_parcels", "schedule": timedelta(minutes=10)},
    "keep the terms of subscriptions and refunds": {
        "task": "shop.keep_terms",
        "schedule": timedelta(hours=1),
    },
    "let go of what orders need no longer": {"task": "shop.reduce_orders", "schedule": timedelta(hours=1)},
    "go on with payments": {"task": "payments.go_on", "schedule": SOON},
    "end uploads nobody goes on with": {"task": "media.sweep_uploads", "schedule": timedelta(hours=1)},
}

ASKS = "asks"
"""The task asks `prifora.kernel.gates` whose data may only be stored, and leaves those alone."""

RESTRICTION: dict[str, str] = {
    "accounts.drop_unfinished": "who has not finished signing up has no way to restrict anything",
    "privacy.delete_ended_rows": ASKS,
    "privacy.apply_retention": "ends messages when their family, whose choice it is, has them end",
    "privacy.erase_due": "does what the person asked themselves",
    "privacy.close_idle": ASKS,
    "privacy.announce_policy": "tells people what a law says they must be told",
    "accounts.drop_messages": "ends copies of messages that were sent, whatever their person chose",
    "privacy.watch_requests": "does what the person asked themselves, and the law sets the term",
    "prospects.send_mails": "answers who wrote to us themselves, and has no account",
    "privacy.write_to_agents": "answers who asked something for somebody else, and the law sets the term",
    "privacy.end_restrictions": "ends what the person was told would end",
    "support.tell_after_gags": "tells people what a law says they must be told",
    "notices.send_mail": ASKS,
    "notices.send_pushes": ASKS,
    "notices.push_messages": ASKS,
    "plans.tell_due": "tells families what their plan, which is theirs together, covers; its mail asks",
    "plans.mix_codes": "a code that nobody entered is about nobody",
    "chat.empty_expired": "does what the author of the message asked themselves",
    "media.remove_strays": "bytes that nothing names are about nobody",
    "media.forget_tombstones": "a tombstone says that something is gone, and nothing about its person",
    "shop.go_on": "does what a customer ordered; an order says nothing about who has an account",
    "shop.track_parcels": "does what a customer ordered; an order says nothing about who has an account",
    "shop.keep_terms": "keeps what a customer ordered going, and pays back in time, as the law asks",
    "shop.reduce_orders": "ends what an order needs no longer, which says nothing about who has an account",
    "payments.go_on": "settles what was bought; a payment says nothing about who has an account",
    "media.sweep_uploads": "does what the person was told when they began to upload",
}
"""What each task does about people who have their data only stored (GDPR art. 18): asks, or why not."""
