"""What people share: admissions, ring, log, archive, files. Written from the specification."""

from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.vectors.envelopes import log_point
from tests.vectors.keys import _certified, _crockford
from tests.vectors.primitives import (
    Refused,
    b64,
    derive,
    gcm_decrypt,
    gcm_open,
    hpke_open_any,
    id16,
    mac,
    need,
    read_json,
    sha256,
    sign,
    signer_of,
    unb64,
    verify,
)

Case = dict[str, Any]

HISTORIES = {"today": b"\0", "start": b"\1"}
HOWS = {"own", "compared", "invitation", "pairing", "family"}


def _invitation(code: str) -> bytes:
    return _crockford(code, 16).encode()


def _invitation_seed(code: str) -> bytes:
    return derive(_invitation(code), "invitation key")


def invitation_secret(i: Case) -> Any:
    lookup = derive(_invitation(i["code"]), "invitation lookup", 16)
    return {"lookup": b64(lookup), "key": b64(signer_of(_invitation_seed(i["code"])))}


def invitation_proof(i: Case) -> Any:
    root = id16(i["founder"]["account"]) + unb64(i["founder"]["aik"], 32)
    key = derive(_invitation(i["code"]), "invitation mac")
    return b64(mac(key, i["side"].encode(), id16(i["family"]), id16(i["account"]), unb64(i["aik"], 32), root))


def open_note(i: Case) -> Any:
    key = derive(_invitation(i["code"]), "invitation note")
    return read_json(gcm_open(key, unb64(i["box"]), "invitation note"))


def found(i: Case) -> Any:
    body = (b"prifora/1 family", id16(i["family"]), id16(i["account"]), unb64(i["aik"], 32))
    return {"kind": "founder", "aik": i["aik"], "signature": b64(sign(unb64(i["aik_seed"]), *body))}


def sign_invitation(i: Case) -> Any:
    body = (id16(i["family"]), id16(i["by"]), unb64(i["key"], 32), HISTORIES[i["history"]])
    return b64(sign(unb64(i["aik_seed"]), b"prifora/1 invitation", *body))


def sign_admission(i: Case) -> Any:
    body = (id16(i["family"]), id16(i["account"]), unb64(i["aik"], 32))
    return b64(sign(_invitation_seed(i["code"]), b"prifora/1 admission", *body))


def pair(i: Case) -> Any:
    body = (id16(i["family"]), id16(i["by"]), id16(i["account"]), unb64(i["aik"], 32))
    signature = b64(sign(unb64(i["aik_seed"]), b"prifora/1 paired", *body))
    return {
        "kind": "paired",
        "by": i["by"],
        "by_aik": i["by_aik"],
        "aik": i["aik"],
        "by_signature": signature,
    }


def check_admission(i: Case) -> Any:
    one, family, account = i["admission"], id16(i["family"]), id16(i["account"])
    aik = unb64(one.get("aik"), 32)
    if one["kind"] == "founder":
        verify(aik, unb64(one["signature"], 64), b"prifora/1 family", family, account, aik)
        return True
    need(one["kind"] in {"invited", "paired"}, "kind")
    by, by_aik, by_signature = id16(one["by"]), unb64(one["by_aik"], 32), unb64(one["by_signature"], 64)
    if one["kind"] == "paired":
        verify(by_aik, by_signature, b"prifora/1 paired", family, by, account, aik)
        return True
    key = unb64(one["key"], 32)
    verify(key, unb64(one["signature"], 64), b"prifora/1 admission", family, account, aik)
    verify(by_aik, by_signature, b"prifora/1 invitation", family, by, key, HISTORIES[one["history"]])
    return True


def admission_hash(i: Case) -> Any:
    one = i["admission"]
    last = one["by_signature"] if one["kind"] == "paired" else one["signature"]
    return b64(sha256(id16(i["family"]), id16(i["account"]), unb64(one["aik"], 32), unb64(last, 64)))


def admitted(i: Case) -> Any:
    """Grow what is known from the founder until nothing more follows."""
    root = (i["root"]["account"], i["root"]["aik"])
    holding = [one for one in i["people"] if _holds(i["family"], one)]
    known = {root}
    while True:
        more = {
            (one["account"], one["aik"])
            for one in holding
            if one["account"] != root[0] and _let_in(root, known, one)
        }
        if more <= known:
            break
        known |= more
    alone = {account for account, _ in known if sum(account == other for other, _ in known) == 1}
    return {
        one["account"]: one["admission"]["kind"]
        for one in holding
        if one["account"] in alone and (one["account"], one["aik"]) in known and _let_in(root, known, one)
    }


def _holds(family: str, one: Case) -> bool:
    try:
        check_admission({"family": family, "account": one["account"], "admission": one["admission"]})
    except Refused:
        return False
    return bool(one["admission"]["aik"] == one["aik"])


def _let_in(root: tuple[str, str], known: set[tuple[str, str]], one: Case) -> bool:
    admission = one["admission"]
    if admission["kind"] == "founder":
        return (one["account"], one["aik"]) == root
    return (admission["by"], admission["by_aik"]) in known


def open_ring(i: Case) -> Any:
    key = derive(unb64(i["master_key"], 32), "ring")
    ring = read_json(gcm_open(key, unb64(i["sealed"]), f"ring|{i['account']}"))
    need(ring["v"] == 1 and ring["n"] >= 1, "version")
    for family, root in ring["roots"].items():
        id16(family)
        id16(root["account"])
        unb64(root["aik"], 32)
    for account, pin in ring["pins"].items():
        id16(account)
        unb64(pin["aik"], 32)
        need(pin["how"] in HOWS, "how")
    return {name: ring[name] for name in ("n", "roots", "pins", "alerts")}


def chain(i: Case) -> Any:
    point = sha256(b"prifora/1 log", id16(i["conversation"]))
    kinds = {"message": b"\1", "commit": b"\2", "proposal": b"\3"}
    for before, line in enumerate(i["lines"]):
        need(line["seq"] == before + 1, "gap")
        point = sha256(point, line["seq"].to_bytes(8, "big"), kinds[line["kind"]], unb64(line["ident"], 32))
    return {"seq": len(i["lines"]), "hash": b64(point)}


def open_history_key(i: Case) -> Any:
    place = f"history|{i['conversation']}|{i['epoch']}|{i['account']}"
    return b64(hpke_open_any([unb64(one, 32) for one in i["aek_privates"]], unb64(i["box"]), place))


def open_details(i: Case) -> Any:
    key = derive(unb64(i["history_key"], 32), "details")
    details = read_json(gcm_open(key, unb64(i["sealed"]), f"details|{i['conversation']}|{i['epoch']}"))
    need(isinstance(details.get("log"), dict), "log")
    unb64(details["log"]["hash"], 32)
    for account, one in details["roster"].items():
        id16(account)
        id16(one["by"])
        need(one["history"] in HISTORIES, "history")
    for one in details["out"]:
        unb64(one, 32)
    need(details.get("retention", 1) >= 1, "retention")
    return details


def open_record(i: Case) -> Any:
    record = unb64(i["record"])
    key = derive(unb64(i["history_key"], 32), f"record|{i['id']}")
    plain = gcm_open(key, record, f"archive|{i['conversation']}|{i['epoch']}|{i['id']}")
    need(len(plain) % 1024 == 0, "padding")
    content = read_json(plain)
    need((content["a"], content["d"]) == (i["account"], i["device"]), "sender")
    signature_key = unb64(content["k"], 32)
    certified = _certified(id16(content["a"]), id16(content["d"]), signature_key)
    verify(unb64(i["aik"], 32), unb64(content["c"], 64), certified)
    verify(signature_key, unb64(i["signature"], 64), record)
    previous = content.get("p")
    if previous is not None:
        log_point(previous)
    return {
        "signature_key": content["k"],
        "envelope": content["e"],
        "previous": previous,
        "hash": b64(sha256(record)),
    }


CHUNK, TAG, HEADER = 2**18, 16, 32


def _pattern(size: int) -> bytes:
    return bytes((at * 7 + (at >> 8)) & 255 for at in range(size))


def _file_key(i: Case) -> bytes:
    return derive(unb64(i["file_key"], 32), f"file|{id16(i['file']).hex()}")


def _chunks(size: int) -> int:
    return max(1, -(-size // CHUNK))


def _nonce(size: int, index: int) -> bytes:
    return bytes(7) + index.to_bytes(4, "big") + bytes([index == _chunks(size) - 1])


def _seal_file(i: Case, plain: bytes) -> bytes:
    size = len(plain)
    header = b"PFM1" + bytes((18, 0, 0, 0)) + size.to_bytes(8, "big") + id16(i["file"])
    cipher = AESGCM(_file_key(i))
    parts = [
        cipher.encrypt(_nonce(size, at), plain[at * CHUNK : (at + 1) * CHUNK], header)
        for at in range(_chunks(size))
    ]
    return header + b"".join(parts)


def seal_file(i: Case) -> Any:
    container = _seal_file(i, _pattern(i["size"]))
    return {"size": len(container), "sha256": b64(sha256(container)), "head": b64(container[:64])}


def seal_slice(i: Case) -> Any:
    return b64(sha256(_seal_file(i, _pattern(i["size"]))[i["from"] : i["to"]]))


def open_file(i: Case) -> Any:
    return b64(_open_file(i, unb64(i["container"])))


def _open_file(i: Case, container: bytes) -> bytes:
    header = container[:HEADER]
    need(len(header) == HEADER and header[:8] == b"PFM1" + bytes((18, 0, 0, 0)), "header")
    need(header[16:] == id16(i["file"]), "file")
    size, key = int.from_bytes(header[8:16], "big"), _file_key(i)
    need(len(container) == HEADER + size + _chunks(size) * TAG, "length")
    step = CHUNK + TAG
    parts = [
        gcm_decrypt(key, _nonce(size, at), container[HEADER + at * step : HEADER + (at + 1) * step], header)
        for at in range(_chunks(size))
    ]
    return b"".join(parts)


def open_changed_file(i: Case) -> Any:
    container, step = _seal_file(i, _pattern(i["size"])), CHUNK + TAG
    header = container[:HEADER]
    first, second, third = (container[HEADER + at * step : HEADER + (at + 1) * step] for at in range(3))
    shorter = header[:8] + (2 * CHUNK).to_bytes(8, "big") + header[16:]
    changed = {
        "none": container,
        "swap": header + second + first + third,
        "cut": header + first + second,
        "double": header + first + second + second,
        "more": container + b"\0",
        "shorten": shorter + first + second,
    }[i["change"]]
    return b64(sha256(_open_file(i, changed)))


OPERATIONS = {
    one.__name__: one
    for one in (
        invitation_secret,
        invitation_proof,
        open_note,
        found,
        sign_invitation,
        sign_admission,
        pair,
        check_admission,
        admission_hash,
        admitted,
        open_ring,
        chain,
        open_history_key,
        open_details,
        open_record,
        seal_file,
        seal_slice,
        open_file,
        open_changed_file,
    )
}
