"""What belongs to one account: vault, identities, sheet, codes, relatives. Written from the specification."""

from typing import Any

from tests.vectors.primitives import (
    Refused,
    b64,
    box_key_of,
    combine,
    derive,
    derive_box_private,
    gcm_open,
    hpke_open,
    hpke_open_any,
    id16,
    id_text,
    mac,
    need,
    read_json,
    sha256,
    sign,
    signer_of,
    stretch,
    unb64,
    verify,
)

Case = dict[str, Any]

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
CODE_LENGTHS = {"pairing": 8, "link": 8, "recovery": 12}


def password_secrets(i: Case) -> Any:
    root = stretch(i["password"], unb64(i["salt"]), i["memory_kib"], i["passes"], i["lanes"])
    private = derive_box_private(derive(root, "slot"))
    return {"auth_key": b64(derive(root, "auth")), "public_key": b64(box_key_of(private))}


def _slot_secret(way: Case) -> tuple[str, bytes, bytes]:
    """Name, private key and the key of its proof."""
    kind = way["kind"]
    if kind == "device":
        private = unb64(way["private"])
        return f"device:{way['device']}", private, derive(private, "slot proof")
    if kind == "password":
        root = stretch(way["password"], unb64(way["salt"]), way["memory_kib"], way["passes"], way["lanes"])
        name, seed = "password", derive(root, "slot")
    elif kind == "recovery":
        name, seed = "recovery", derive(way["letters"].encode(), "recovery slot")
    elif kind == "passkey":
        name, seed = f"passkey:{way['id'][:60]}", derive(unb64(way["prf"]), "passkey slot")
    else:
        name, seed = "relatives", unb64(way["secret"])
    return name, derive_box_private(seed), derive(seed, "slot proof")


def open_vault(i: Case) -> Any:
    account, aik, aek = i["account"], unb64(i["aik"], 32), unb64(i["aek"], 32)
    check_key_statement({**i, "version": i["aek_version"], "signature": i["aek_signature"]})
    name, private, proof_key = _slot_secret(i["way"])
    slot = next((one for one in i["slots"] if one["name"] == name), None)
    if slot is None:
        raise Refused("no slot")
    need(unb64(slot["public_key"]) == box_key_of(private), "slot of another secret")
    master_key = hpke_open(private, unb64(slot["sealed"]), f"slot|{name}|{account}")
    kept = read_json(gcm_open(master_key, unb64(i["sealed_keys"]), f"account keys|{account}"))
    need(kept["v"] == 2 and signer_of(unb64(kept["aik"], 32)) == aik, "aik")
    newest = kept["aeks"][0]
    need(box_key_of(unb64(newest["private"], 32)) == aek and newest["version"] == i["aek_version"], "aek")
    versions = [one["version"] for one in kept["aeks"]]
    need(versions == sorted(set(versions), reverse=True), "aeks")
    expected = {
        "key": slot["public_key"],
        "proof": b64(mac(proof_key, b"prifora/1 slot", id16(account), aik)),
    }
    need(kept["slots"].get(name) == expected, "proof")
    return {
        "master_key": b64(master_key),
        "aik_seed": kept["aik"],
        "aeks": kept["aeks"],
        "slots": kept["slots"],
    }


def _certified(account: bytes, device: bytes, signature_key: bytes) -> bytes:
    return b"prifora/1 device certificate" + account + device + signature_key


def certify(i: Case) -> Any:
    return b64(
        sign(
            unb64(i["aik_seed"]),
            _certified(id16(i["account"]), id16(i["device"]), unb64(i["signature_key"], 32)),
        )
    )


def write_identity(i: Case) -> Any:
    return b64(
        b"\x01" + id16(i["account"]) + id16(i["device"]) + unb64(i["aik"], 32) + unb64(i["certificate"], 64)
    )


def read_identity(i: Case) -> Any:
    raw = unb64(i["identity"])
    need(len(raw) == 129 and raw[0] == 1, "identity")
    account, device, aik, certificate = raw[1:17], raw[17:33], raw[33:65], raw[65:]
    verify(aik, certificate, _certified(account, device, unb64(i["signature_key"], 32)))
    return {
        "account": id_text(account),
        "device": id_text(device),
        "aik": b64(aik),
        "certificate": b64(certificate),
    }


def _key_statement(i: Case) -> bytes:
    return (
        b"prifora/1 encryption key"
        + id16(i["account"])
        + i["version"].to_bytes(4, "big")
        + unb64(i["aek"], 32)
    )


def sign_key_statement(i: Case) -> Any:
    return b64(sign(unb64(i["aik_seed"]), _key_statement(i)))


def check_key_statement(i: Case) -> Any:
    need(i["version"] >= 1, "version")
    verify(unb64(i["aik"], 32), unb64(i["signature"], 64), _key_statement(i))
    return True


DEVICES = b"prifora/1 devices"


def sign_device_list(i: Case) -> Any:
    rows = sorted(
        id16(one["id"]) + unb64(one["signature_key"], 32) + unb64(one["box_key"], 32) for one in i["devices"]
    )
    need(len({row[:16] for row in rows}) == len(rows), "twice")
    head = DEVICES + id16(i["account"]) + i["version"].to_bytes(4, "big") + len(rows).to_bytes(2, "big")
    body = head + b"".join(rows)
    return {"body": b64(body), "signature": b64(sign(unb64(i["aik_seed"]), body))}


def open_device_list(i: Case) -> Any:
    body, start = unb64(i["body"]), len(DEVICES)
    verify(unb64(i["aik"], 32), unb64(i["signature"], 64), body)
    need(body[:start] == DEVICES and body[start : start + 16] == id16(i["account"]), "account")
    version, count = (
        int.from_bytes(body[start + 16 : start + 20], "big"),
        int.from_bytes(body[start + 20 : start + 22], "big"),
    )
    rows = [body[at : at + 80] for at in range(start + 22, len(body), 80)]
    need(version >= 1 and len(rows) == count and all(len(row) == 80 for row in rows), "length")
    names = [row[:16] for row in rows]
    need(names == sorted(set(names)), "order")
    devices = [
        {"id": id_text(row[:16]), "signature_key": b64(row[16:48]), "box_key": b64(row[48:])} for row in rows
    ]
    return {"version": version, "devices": devices}


def safety_number(i: Case) -> Any:
    people = sorted(id16(one["account"]) + unb64(one["aik"], 32) for one in (i["one"], i["other"]))
    number = sha256(b"prifora/1 safety number", *people)
    groups = [f"{int.from_bytes(number[at : at + 4], 'big') % 100_000:05d}" for at in range(0, 32, 4)]
    return {"groups": groups, "qr": f"prifora-safety-1:{b64(number)}"}


def _check_letters(letters: str) -> str:
    bits = int.from_bytes(sha256(letters.encode())[:2], "big") >> 6
    return CROCKFORD[bits >> 5] + CROCKFORD[bits & 31]


def write_sheet(i: Case) -> Any:
    text = i["letters"] + _check_letters(i["letters"])
    return "-".join(text[at : at + 4] for at in range(0, 28, 4))


def read_sheet(i: Case) -> Any:
    text = _crockford(i["typed"], 28)
    need(text[26:] == _check_letters(text[:26]), "check letters")
    return text[:26]


def _crockford(typed: str, size: int) -> str:
    text = typed.upper().replace("O", "0").replace("I", "1").replace("L", "1")
    text = "".join(one for one in text if one.isascii() and one.isalnum())
    need(len(text) == size and set(text) <= set(CROCKFORD), "letters")
    return text


def sheet_secret(i: Case) -> Any:
    letters = _crockford(i["letters"], 26).encode()
    private = derive_box_private(derive(letters, "recovery slot"))
    auth_key = signer_of(derive(letters, "recovery sign-in"))
    return {"public_key": b64(box_key_of(private)), "auth_key": b64(auth_key)}


def sign_sheet_sign_in(i: Case) -> Any:
    seed = derive(i["letters"].encode(), "recovery sign-in")
    return b64(sign(seed, f"prifora recovery|{i['login'].strip().lower()}|{i['nonce']}".encode()))


def combine_shares(i: Case) -> Any:
    return b64(combine([unb64(one) for one in i["shares"]], i["threshold"]))


def open_share(i: Case) -> Any:
    box, account, chosen, relative = unb64(i["box"]), i["account"], i["set"], i["relative"]
    ids = (id16(account), id16(chosen), id16(relative))
    verify(unb64(i["owner_aik"], 32), unb64(i["signature"], 64), b"prifora/1 share", *ids, sha256(box))
    privates = [unb64(one, 32) for one in i["aek_privates"]]
    content = read_json(hpke_open_any(privates, box, f"share|{account}|{chosen}|{relative}"))
    need(len(unb64(content["share"])) == 33, "share")
    return {"share": content["share"], "k": content["k"], "n": content["n"]}


def asker_proof(i: Case) -> Any:
    return b64(mac(unb64(i["mac_key"]), b"asker", unb64(i["box_key"], 32), unb64(i["auth_key"])))


def open_passed_share(i: Case) -> Any:
    box, request, relative = unb64(i["box"]), i["request"], i["relative"]
    ids = (id16(request), id16(relative))
    verify(unb64(i["aik"], 32), unb64(i["signature"], 64), b"prifora/1 recovery", *ids, sha256(box))
    content = read_json(hpke_open(unb64(i["private_key"], 32), box, f"recovered|{request}|{relative}"))
    share, chosen = unb64(content["share"], 33), id16(content["set"])
    expected = mac(unb64(i["mac_key"]), b"relative", *ids, chosen, share)
    need(unb64(content["proof"]) == expected, "proof")
    return {"share": content["share"], "set": content["set"]}


def code_secret(i: Case) -> Any:
    use = i["use"]
    letters = "".join(one for one in i["code"].upper() if one.isascii() and one.isalpha())
    need(len(letters) == CODE_LENGTHS[use] and set(letters) <= set(CODE_LETTERS), "code")
    root = stretch(letters, b"prifora pairing!", 65_536, 3, 1)
    return {"lookup": b64(derive(root, f"{use} lookup", 16)), "mac_key": b64(derive(root, f"{use} mac"))}


def station_proof(i: Case) -> Any:
    proposed = unb64(i["aik"], 32) if i["aik"] else bytes(32)
    keys = (unb64(i["box_key"], 32), unb64(i["auth_key"]), proposed)
    return b64(mac(unb64(i["mac_key"]), b"station", *keys))


def approver_proof(i: Case) -> Any:
    return b64(mac(unb64(i["mac_key"]), b"approver", sha256(unb64(i["box"]))))


def open_pairing(i: Case) -> Any:
    place = f"pairing|{unb64(i['lookup']).hex()}"
    content = read_json(hpke_open(unb64(i["private_key"], 32), unb64(i["box"]), place))
    for one in (content["approver"], content["founder"]):
        id16(one["accountId"])
        unb64(one["aik"], 32)
    id16(content["familyId"])
    id16(content["accountId"])
    return content


def device_proof(i: Case) -> Any:
    return b64(mac(unb64(i["mac_key"]), b"device", unb64(i["box_key"], 32), unb64(i["auth_key"])))


def owner_proof(i: Case) -> Any:
    return b64(mac(unb64(i["mac_key"]), b"owner", sha256(unb64(i["box"]))))


def open_link(i: Case) -> Any:
    place = f"link|{unb64(i['lookup']).hex()}"
    content = read_json(hpke_open(unb64(i["private_key"], 32), unb64(i["box"]), place))
    id16(content["accountId"])
    unb64(content["masterKey"], 32)
    return content


OPERATIONS = {
    one.__name__: one
    for one in (
        password_secrets,
        open_vault,
        certify,
        write_identity,
        read_identity,
        sign_key_statement,
        check_key_statement,
        sign_device_list,
        open_device_list,
        safety_number,
        write_sheet,
        read_sheet,
        sheet_secret,
        sign_sheet_sign_in,
        combine_shares,
        open_share,
        asker_proof,
        open_passed_share,
        code_secret,
        station_proof,
        approver_proof,
        open_pairing,
        device_proof,
        owner_proof,
        open_link,
    )
}
