"""Reading an envelope: strict in what it knows, and keeping apart what it does not."""

from collections.abc import Callable
from typing import Any

from tests.vectors.primitives import Refused, id16, need, read_json, unb64

Fields = dict[str, Any]

LIVES = (3600, 86_400, 604_800)
FILE_MAX = 2**25


def read_envelope(i: Fields) -> Any:
    raw = read_json(i["json"].encode())
    id16(raw.get("id"))
    _whole(raw.get("at"), 8_640_000_000_000_000)
    reader = READERS.get(raw["type"]) if raw.get("v") == 1 and isinstance(raw.get("type"), str) else None
    if reader is None:
        kept = {name: raw[name] for name, read in HEADS.items() if name in raw and _reads(read, raw[name])}
        return {"id": raw["id"], "at": raw["at"], "type": "unknown", **kept}
    log_point(raw.get("log"))
    brief = "ttl" in raw or raw["type"] in {"seen", "location"}
    if "ttl" in raw:
        need(raw["ttl"] in LIVES and raw["type"] not in {"seen", "location"}, "ttl")
    if "archive" in raw:
        unb64(raw["archive"], 32)
        need(not brief, "archive")
    names = ("id", "at", "log", "archive", "ttl", "type", *reader)
    for name, read in reader.items():
        optional = name in OPTIONAL.get(raw["type"], ())
        need(optional or name in raw, name)
        if name in raw:
            read(raw[name])
    return {name: raw[name] for name in names if name in raw}


def _reads(read: Callable[[Any], None], value: object) -> bool:
    try:
        read(value)
    except Refused:
        return False
    return True


def _whole(value: object, most: int = 2**53 - 1) -> None:
    need(type(value) is int and 0 <= value <= most, "number")


def _number(least: float, most: float) -> Callable[[Any], None]:
    return lambda value: need(type(value) in {int, float} and least <= value <= most, "number")


def _text(most: int, least: int = 0) -> Callable[[Any], None]:
    """Lengths are counted in UTF-16 units, as JavaScript does."""
    return lambda value: need(
        isinstance(value, str) and least <= len(value.encode("utf-16-le")) // 2 <= most, "text"
    )


def log_point(value: object) -> None:
    if not isinstance(value, dict):
        raise Refused("log")
    _whole(value.get("seq"))
    unb64(value.get("hash"), 32)


def _file(value: object) -> None:
    if not isinstance(value, dict):
        raise Refused("file")
    id16(value.get("id"))
    unb64(value.get("key"), 32)
    _text(255)(value.get("name"))
    _text(127)(value.get("mime"))
    _whole(value.get("size"), FILE_MAX)


HEADS: dict[str, Callable[[Any], Any]] = {"log": log_point, "archive": lambda value: unb64(value, 32)}
READERS: dict[str, dict[str, Callable[[Any], Any]]] = {
    "text": {"body": _text(4000, 1), "reply": id16},
    "edit": {"ref": id16, "body": _text(4000, 1)},
    "delete": {"ref": id16},
    "reaction": {"ref": id16, "emoji": _text(32)},
    "seen": {"upTo": _whole},
    "file": {"file": _file, "body": _text(4000), "reply": id16},
    "voice": {"file": _file, "seconds": _number(0, 3600)},
    "location": {
        "lat": _number(-90, 90),
        "lon": _number(-180, 180),
        "accuracy": _number(0, 100_000_000),
        "label": _text(200),
    },
}
OPTIONAL = {"text": ("reply",), "file": ("body", "reply"), "location": ("label",)}

OPERATIONS = {"read_envelope": read_envelope}
