"""The push services of browsers (RFC 8030): they carry one fixed word, sealed for the browser (RFC 8291)."""

from datetime import timedelta
from typing import Any, TypedDict

import requests
from django.conf import settings
from py_vapid import Vapid02
from pywebpush import WebPushException, webpush

from prifora.kernel import crypto
from prifora.kernel.fields import to_base64

TIMEOUT = timedelta(seconds=10)

KEPT_THERE = timedelta(days=1)
"""For how long a push waits at its service for a device that is off."""

WORD = "news"
GONE = (404, 410)


class Address(TypedDict):
    """What a browser gives who may push to it."""

    endpoint: str
    keys: dict[str, str]


class Gone(Exception):
    """The browser does not want pushes any more."""


def push(address: Any) -> None:
    """Push WORD, and nothing else, to a browser; the service learns who we are by our signature (RFC 8292).

    Raises Gone, or what pywebpush and requests raise. What they say may hold the address: never log it.
    """
    with requests.Session() as session:
        session.max_redirects = 0
        try:
            webpush(
                address,
                data=WORD,
                vapid_private_key=Vapid02.from_raw(to_base64(_secret()).encode()),
                vapid_claims={"sub": f"mailto:{settings.PUSH_CONTACT}"},
                ttl=int(KEPT_THERE.total_seconds()),
                timeout=TIMEOUT.total_seconds(),
                requests_session=session,
            )
        except WebPushException as failure:
            if failure.response is not None and failure.response.status_code in GONE:
                raise Gone from None
            raise


def public_key() -> bytes | None:
    """Return the point by which push services know this server; None when it pushes to nobody."""
    return crypto.p256_public(_secret()) if settings.PUSH_CONTACT else None


def _secret() -> bytes:
    return crypto.derive(settings.SEAL_KEY, "web push")
