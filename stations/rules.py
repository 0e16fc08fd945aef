"""Rules about Home Stations that need no database."""

from datetime import datetime, timedelta

ONLINE_WITHIN = timedelta(seconds=150)
"""A station reports every minute; two missed reports are forgiven."""


def is_online(last_seen_at: datetime | None, now: datetime) -> bool:
    """Return whether a station reported lately."""
    return last_seen_at is not None and now - last_seen_at < ONLINE_WITHIN


def hidden_mac(address: str | None) -> str | None:
    """Return only the last two bytes of a MAC address, for people to recognise a device by."""
    return f"··:··:··:··:{address[-5:]}" if address else None
