"""Coarse names for programs: enough to recognise a session, too little to recognise a person."""

BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def client_of(user_agent: str) -> str:
    """Return for example "Firefox, Windows"; unknown parts are left out."""
    parts = [_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)]
    return ", ".join(part for part in parts if part)


def _first(names: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for mark, name in names if mark in text), "")
