"""Albums: boxes, details, keys of items, what items are, remarks. Written from the specification."""

from collections.abc import Callable
from typing import Any

from tests.vectors.keys import _certified
from tests.vectors.primitives import (
    b64,
    derive,
    gcm_open,
    hpke_open_any,
    id16,
    id_text,
    need,
    read_json,
    sha256,
    unb64,
    verify,
)

Case = dict[str, Any]

ROLES = {"owner", "contributor", "viewer"}
KINDS = {"photo", "film", "sound"}
PARTS = {"original", "view", "thumb", "poster"}
TYPES = {"heart", "comment", "take-off"}
MOST_SEALED = 5 * 2**30 + 32 + 5 * 2**12 * 16
KEY = 32


def open_album_box(i: Case) -> Any:
    box = unb64(i["box"])
    place = f"album|{i['album']}|{i['version']}|{i['account']}"
    plain = hpke_open_any([unb64(one, KEY) for one in i["aek_privates"]], box, place)
    need(len(plain) == 2 * KEY + 64, "box")
    signature_key, certificate = plain[KEY : 2 * KEY], plain[2 * KEY :]
    version = i["version"].to_bytes(4, "big")
    ids = [id16(i[name]) for name in ("account", "by", "device")]
    said = (b"prifora/1 album box", id16(i["family"]), id16(i["album"]), version, *ids, sha256(box))
    verify(signature_key, unb64(i["signature"], 64), *said)
    certified = _certified(id16(i["by"]), id16(i["device"]), signature_key)
    verify(unb64(i["aik"], KEY), certificate, certified)
    return {"album_key": b64(plain[:KEY]), "signature_key": b64(signature_key)}


def open_item_key(i: Case) -> Any:
    key = derive(unb64(i["album_key"], KEY), "album item keys")
    opened = gcm_open(key, unb64(i["sealed"]), f"album item|{i['album']}|{i['version']}|{i['item']}")
    need(len(opened) == KEY, "key")
    return b64(opened)


def open_album_details(i: Case) -> Any:
    key = derive(unb64(i["album_key"], KEY), "album details")
    plain = gcm_open(key, unb64(i["sealed"]), f"album details|{i['album']}|{i['version']}|{i['rev']}")
    raw = read_json(plain)
    need(raw.pop("v", None) == 1, "version")
    _text(raw.get("title"), 200)
    for account, role in raw["members"].items():
        id16(account)
        need(role in ROLES, "role")
    for account in raw["out"]:
        id16(account)
    for past in raw["past"]:
        unb64(past, KEY)
    for account, version in raw.get("boxed", {}).items():
        id16(account)
        need(type(version) is int and 1 <= version < 2**32, "number")
    _each(raw, {"rule": _rule, "cover": id16, "music": _shot, "interval": _between(1, 3600)})
    for one in raw.get("order", []):
        _shot(one)
    need(isinstance(raw.get("shuffle", False), bool), "shuffle")
    return raw


def open_album_rule(i: Case) -> Any:
    rule = open_album_details(i)["rule"]
    need(rule["by"] == i["owner"], "owner")
    owner, device = id16(rule["by"]), id16(rule["device"])
    said = (rule["n"].to_bytes(4, "big"), bytes([rule["noForward"]]), owner, device)
    key = unb64(rule["key"], KEY)
    place = (id16(i["family"]), id16(i["album"]))
    verify(key, unb64(rule["signature"], 64), b"prifora/1 album rule", *place, *said)
    verify(unb64(i["aik"], KEY), unb64(rule["certificate"], 64), _certified(owner, device, key))
    return {"n": rule["n"], "no_forward": rule["noForward"]}


def open_item_meta(i: Case) -> Any:
    key = derive(unb64(i["file_key"], KEY), "item meta")
    plain = gcm_open(key, unb64(i["sealed"]), f"item meta|{i['item']}")
    need(len(plain) >= 192, "size")
    account, device, signature_key = plain[:16], plain[16:32], plain[32:64]
    certificate, signature, content = plain[64:128], plain[128:192], plain[192:]
    said = (b"prifora/1 item", id16(i["album"]), id16(i["item"]), account, device, sha256(content))
    verify(signature_key, signature, *said)
    verify(unb64(i["aik"], KEY), certificate, _certified(account, device, signature_key))
    signer = {
        "account": id_text(account),
        "device": id_text(device),
        "signature_key": b64(signature_key),
    }
    return {"meta": _meta(read_json(content)), **signer}


def _meta(raw: Case) -> Case:
    need(raw.pop("v", None) == 1 and raw.get("kind") in KINDS, "kind")
    id16(raw.get("author"))
    _text(raw.get("name"), 255)
    _text(raw.get("mime"), 127)
    sides = {"width": _between(1, 1_000_000), "height": _between(1, 1_000_000)}
    _each(raw, {"n": _between(1, 2**53 - 1), "seconds": _between(0, 1_000_000), "batch": id16, **sides})
    for name in raw.get("people", []):
        _text(name, 100, 1)
    need(raw["parts"] and set(raw["parts"]) <= PARTS, "parts")
    for part in raw["parts"].values():
        id16(part["id"])
        unb64(part["sha256"], KEY)
        _between(1, MOST_SEALED)(part["size"])
    return raw


def open_remark(i: Case) -> Any:
    sealed = unb64(i["sealed"])
    key = derive(unb64(i["album_key"], KEY), "album remarks")
    place = f"album remark|{i['album']}|{i['version']}|{i['item']}|{i['remark']}"
    raw = read_json(gcm_open(key, sealed, place))
    need(raw.get("v") == 1 and raw.get("type") in TYPES, "type")
    signature_key, account, device = unb64(raw["k"], KEY), id16(i["account"]), id16(i["device"])
    ids = [id16(i[name]) for name in ("album", "item", "remark")]
    said = (b"prifora/1 remark", *ids, account, device, sha256(sealed))
    verify(signature_key, unb64(i["signature"], 64), *said)
    verify(unb64(i["aik"], KEY), unb64(raw["c"], 64), _certified(account, device, signature_key))
    _text(raw.get("text", ""), 1000)
    return {name: raw[name] for name in ("type", "text") if name in raw}


def _each(raw: Case, readers: dict[str, Callable[[Any], Any]]) -> None:
    for name, read in readers.items():
        if name in raw:
            read(raw[name])


def _rule(one: Case) -> None:
    need(type(one["n"]) is int and 1 <= one["n"] < 2**32, "number")
    need(isinstance(one["noForward"], bool), "flag")
    for name in ("by", "device"):
        id16(one[name])
    for name, size in (("key", KEY), ("certificate", 64), ("signature", 64)):
        unb64(one[name], size)


def _shot(one: Case) -> None:
    id16(one.get("album"))
    id16(one.get("item"))
    _text(one.get("caption", ""), 500)


def _between(least: float, most: float) -> Callable[[Any], None]:
    return lambda value: need(type(value) in {int, float} and least <= value <= most, "number")


def _text(value: object, most: int, least: int = 0) -> None:
    """Lengths are counted in UTF-16 units, as JavaScript does."""
    need(isinstance(value, str) and least <= len(value.encode("utf-16-le")) // 2 <= most, "text")


OPERATIONS = {
    one.__name__: one
    for one in (
        open_album_box,
        open_item_key,
        open_album_details,
        open_album_rule,
        open_item_meta,
        open_remark,
    )
}
