"""Every rate limit of the product in one list, and the one way to apply them."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from prifora.kernel.errors import Refused


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `number` within `span`."""

    number: int
    span: timedelta


class Limit(Enum):
    """What is limited, how often, and over how long."""

    INVITATION_LOOK = Rate(10, timedelta(minutes=15))
    INVITATION_MAKE = Rate(20, timedelta(days=1))
    PAIRING_START = Rate(20, timedelta(minutes=15))
    PAIRING_WRONG_CODE = Rate(5, timedelta(minutes=15))
    PAIRING_POLL = Rate(600, timedelta(minutes=10))
    LINK_START = Rate(20, timedelta(minutes=15))
    LINK_WRONG_CODE = Rate(5, timedelta(minutes=15))
    LINK_POLL = Rate(600, timedelta(minutes=10))
    SHEET_CHALLENGE = Rate(20, timedelta(minutes=15))
    SHEET_SIGN_IN = Rate(10, timedelta(minutes=15))
    SHEET_LOGIN = Rate(20, timedelta(hours=1))
    RELATIVES_CHOOSE = Rate(20, timedelta(hours=1))
    RECOVERY_START = Rate(10, timedelta(minutes=15))
    RECOVERY_LOGIN = Rate(10, timedelta(days=1))
    RECOVERY_POLL = Rate(600, timedelta(minutes=10))
    STATION_SIGN_IN = Rate(60, timedelta(minutes=15))
    KDF_LOOK = Rate(60, timedelta(minutes=15))
    KEY_PACKAGE_CLAIM = Rate(200, timedelta(hours=1))
    PORTRAIT_CHANGE = Rate(20, timedelta(hours=1))
    FILE_STORE = Rate(200, timedelta(days=1))
    ALBUM_MAKE = Rate(100, timedelta(days=1))
    REMARK_MAKE = Rate(600, timedelta(hours=1))
    FAMILY_MAKE = Rate(10, timedelta(days=1))
    ACTIVATION_WRONG_CODE = Rate(5, timedelta(minutes=15))
    ACTIVATION_WRONG_HERE = Rate(30, timedelta(hours=1))
    PASSWORD_CHANGE = Rate(10, timedelta(hours=1))
    USERNAME_CHANGE = Rate(10, timedelta(hours=1))
    CLOSING_ASK = Rate(10, timedelta(hours=1))
    EXPORT_MAKE = Rate(10, timedelta(hours=1))
    CONSENT_CHANGE = Rate(60, timedelta(hours=1))
    REQUEST_FILE = Rate(10, timedelta(days=1))
    REQUEST_ADD = Rate(50, timedelta(days=1))
    TICKET_START = Rate(10, timedelta(days=1))
    TICKET_WRITE = Rate(50, timedelta(days=1))
    FEEDBACK = Rate(5, timedelta(days=1))
    QUESTION_SEND = Rate(5, timedelta(hours=1))
    PROSPECT_WRITE = Rate(5, timedelta(hours=1))
    PROSPECT_ADDRESS = Rate(3, timedelta(days=1))
    PROSPECT_LOOK = Rate(600, timedelta(minutes=15))
    PARENT_ASK = Rate(10, timedelta(days=1))
    RESTRICTION_CHANGE = Rate(10, timedelta(days=1))
    USERNAME_GUESS = Rate(30, timedelta(hours=1))
    ACCOUNT_LOOK = Rate(600, timedelta(minutes=15))
    ORDER_PLACE = Rate(20, timedelta(hours=1))
    ORDER_LOOK = Rate(600, timedelta(minutes=15))
    PAYMENT_HOOK = Rate(3000, timedelta(minutes=5))
    PAYMENT_LOOK = Rate(60, timedelta(minutes=10))


class Throttled(Refused):
    """Too often; `Retry-After` says when the next try counts."""

    status, code = 429, "throttled"
    sentence = _("You tried this too often. Please wait a little and try again.")

    def __init__(self, wait: int) -> None:
        super().__init__()
        self.wait = wait


def enforce(limit: Limit, key: str) -> None:
    """Count one use of `limit` by `key` (an account or address); raise Throttled when it is over."""
    seconds = int(limit.value.span.total_seconds())
    slot = _slot(limit, key)
    if _count(slot, seconds) > limit.value.number:
        raise Throttled(seconds)


def refuse_if_spent(limit: Limit, key: str) -> None:
    """Raise Throttled when `limit` is used up for `key`, without counting this look."""
    if int(cache.get(_slot(limit, key)) or 0) >= limit.value.number:
        raise Throttled(int(limit.value.span.total_seconds()))


def forget(key: str) -> None:
    """Forget what was counted of `key`, under every limit."""
    cache.delete_many([_slot(limit, key) for limit in Limit])


def _count(slot: str, seconds: int) -> int:
    cache.add(slot, 0, seconds)
    try:
        return cache.incr(slot)
    except ValueError:  # the time ran out, or the cache went away, between these two lines
        cache.add(slot, 1, seconds)
        return 1


def _slot(limit: Limit, key: str) -> str:
    return f"limit:{limit.name}:{hashlib.sha256(key.encode()).hexdigest()[:32]}"
