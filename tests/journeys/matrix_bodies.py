"""Bodies good enough for every operation, so that permission and not the form of a request answers."""

import os
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from accounts import services as accounts
from plans import services as plans
from prifora.kernel import clock
from privacy.purposes import OPTIONAL, Choice
from stations import services as stations
from tests import cast, mls
from tests.cast import PASSWORD, Someone, b64
from tests.contacts.asking import acceptance, founding, new_invitation
from tests.journeys.matrix_scene import FILE, LINK_LOOKUP, LOOKUP, PAIRING_LOOKUP, Scene
from tests.media.albums import album_body, boxed, remark_body, sealed
from tests.media.pictures import picture
from tests.media.uploading import PIECE, TUS, creation
from tests.notices.pushing import PushedBrowser
from tests.recovery.asking import Asker, approval, choice

NEWS_MAIL = OPTIONAL[Choice.NEWS_MAIL].current.hash_of(Choice.NEWS_MAIL, "nl")
Body = Callable[[Scene, str], Any]
Headers = Callable[[dict[str, str]], dict[str, str]]


def media_type_of(operation: str, body: Any) -> str:
    """What the bytes of an operation are said to be."""
    if not isinstance(body, bytes):
        return "application/json"
    if "/uploads/" in operation:
        return PIECE
    return "application/octet-stream" if "/files/" in operation else "image/jpeg"


def headers_for(operation: str, ids: dict[str, str]) -> dict[str, str]:
    """What a request for `operation` says besides its body."""
    return HEADERS[operation](ids) if operation in HEADERS else {}


def body_for(operation: str, scene: Scene, actor: str) -> Any:
    """What `actor` sends for `operation`; bytes are a picture, None is nothing."""
    return BODIES[operation](scene, actor) if operation in BODIES else None


def _who(scene: Scene, actor: str) -> Someone:
    return scene.people.get(actor, scene.people["user"])


def _device(scene: Scene, actor: str) -> dict:
    return cast.device_body(_who(scene, actor))


def _link(_scene: Scene, _actor: str) -> dict:
    key = cast.raw(Ed25519PrivateKey.generate())
    return {
        "id": str(uuid4()),
        "lookup": b64(os.urandom(16)),
        "proof": b64(os.urandom(32)),
        "box_key": b64(os.urandom(32)),
        "auth_key": b64(key),
        "name": "Firefox",
    }


def _link_poll(scene: Scene, _actor: str) -> dict:
    said = f"prifora link poll|{scene.ids['link_id']}|1".encode()
    return {"at": 1, "signature": b64(scene.station_key.sign(said))}


def _sheet(scene: Scene, _actor: str) -> dict:
    """What somebody with the recovery sheet of `target` says."""
    nonce = b64(accounts.make_sheet_challenge(now=clock.now()))
    signature = scene.station_key.sign(f"prifora recovery|target|{nonce}".encode())
    return {"login": "target", "nonce": nonce, "signature": b64(signature)}


def _ring(scene: Scene, actor: str) -> dict:
    revision = cast.vault_change(_who(scene, actor))["revision"]
    return {"revision": revision, "n": 1, "sealed": b64(os.urandom(60))}


def _signed(scene: Scene, _actor: str) -> dict:
    """What a Home Station says to prove that it is itself."""
    nonce = stations.make_challenge(station_id=scene.station.pk, now=clock.now())
    signature = scene.station_key.sign(f"prifora station|{scene.station.pk}|{b64(nonce)}".encode())
    return {"station_id": str(scene.station.pk), "nonce": b64(nonce), "signature": b64(signature)}


def _poll(scene: Scene, _actor: str) -> dict:
    said = f"prifora pairing poll|{scene.ids['pairing_id']}|1".encode()
    return {"at": 1, "signature": b64(scene.station_key.sign(said))}


def _pairing(_scene: Scene, _actor: str) -> dict:
    key = cast.raw(Ed25519PrivateKey.generate())
    return {
        "id": str(uuid4()),
        "lookup": b64(os.urandom(16)),
        "proof": b64(os.urandom(32)),
        "box_key": b64(os.urandom(32)),
        "auth_key": b64(key),
    }


def _family(scene: Scene, actor: str) -> dict:
    family_id = uuid4()
    admission = founding(_who(scene, actor), family_id)
    return {"id": str(family_id), "user": {"me": True}, "admission": admission}


def _relatives(scene: Scene, actor: str) -> dict:
    who, people = _who(scene, actor), scene.people
    others = [people[one] for one in ("user", "contact", "target") if people[one].pk != who.pk]
    return choice(who, *others)


def _recovery_poll(scene: Scene, _actor: str) -> dict:
    said = f"prifora recovery poll|{scene.ids['request_id']}|1".encode()
    return {"at": 1, "signature": b64(scene.station_key.sign(said))}


def _conversation(scene: Scene, actor: str) -> dict:
    who = _who(scene, actor)
    group = mls.Group.begin(who, uuid4())
    return {
        "id": str(group.id),
        "family_id": scene.ids["family_id"],
        "kind": "group",
        "member_ids": [str(who.pk), scene.ids["account_id"]],
        "group_info": b64(group.info()),
        "details": b64(os.urandom(40)),
        "history_box": b64(os.urandom(80)),
    }


def _commit(scene: Scene, actor: str) -> dict:
    """Who holds keys renews them; another device of the user lets itself in."""
    who, group = _who(scene, actor), scene.talk.group
    holds = who.device_id in {one.device_id for one in group.people.values()}
    change = group.commit(who if holds else scene.people["user"])
    return scene.talk.as_json(group.join(who) if actor == "station" else change)


def _person(scene: Scene, _actor: str) -> dict:
    return {"account_id": scene.ids["account_id"]}


def _version(scene: Scene, _actor: str) -> dict:
    """The next version of the contact's album, for all it is shared with."""
    members = [scene.people[one] for one in ("contact", "user", "blocked", "target")]
    return {
        "version": 2,
        "details_rev": 2,
        "details": sealed(),
        "boxes": [boxed(one) for one in members],
        "keys": [{"item_id": scene.ids["item_id"], "sealed_key": sealed()}],
    }


BODIES: dict[str, Body] = {
    "POST /invitations/look": lambda *_: {"lookup": b64(LOOKUP)},
    "POST /invitations/accept": lambda scene, actor: acceptance(
        {"lookup": b64(LOOKUP)}, _who(scene, actor), scene.family
    ),
    "POST /pairings": _pairing,
    "POST /pairings/find": lambda *_: {"lookup": b64(PAIRING_LOOKUP)},
    "POST /pairings/{pairing_id}/poll": _poll,
    "POST /stations/challenge": lambda scene, _actor: {"station_id": scene.ids["station_id"]},
    "POST /stations/sign-in": _signed,
    "POST /stations/me/wiped": _signed,
    "POST /stations/me/heartbeat": lambda *_: {"network": "wifi", "signal": 80},
    "POST /me/closing": lambda *_: {"password": PASSWORD, "shared": "leave"},
    "PUT /me/consents/{purpose}": lambda *_: {"given": True, "text_hash": NEWS_MAIL.hex()},
    "POST /me/uses": lambda *_: {"what": "slideshow"},
    "PUT /notices/push": lambda *_: {"endpoint": "https://push.example/a", **PushedBrowser().keys()},
    "PUT /me/parent": lambda scene, _actor: {"account_id": scene.ids["account_id"]},
    "POST /me/requests": lambda *_: {"kind": "complaint", "text": "You wrote my name wrong."},
    "POST /me/requests/{asked_id}/lines": lambda *_: {"text": "And my street."},
    "PUT /me/restriction": lambda *_: {"cause": "incorrect"},
    "POST /me/export": lambda *_: {"password": PASSWORD},
    "PATCH /me": lambda *_: {"notes": "Allergic to nuts"},
    "PUT /me/username": lambda _scene, actor: {
        "username": f"now.{actor}",
        "password": PASSWORD,
    },
    "POST /me/password": lambda scene, actor: {
        "current_password": PASSWORD,
        "password": "n" * 42 + "A",
        "kdf_salt": b64(os.urandom(16)),
        "vault": cast.vault_change(_who(scene, actor)),
    },
    "PUT /me/portrait": lambda *_: picture((32, 32)),
    "POST /me/devices": _device,
    "POST /me/devices/{device_id}/revoke": lambda scene, actor: cast.revocation(
        _who(scene, actor), _who(scene, actor).device_id
    ),
    "PUT /vault": lambda scene, actor: cast.vault_body(_who(scene, actor).identity, _who(scene, actor).pk),
    "POST /vault/change": lambda scene, actor: cast.vault_change(_who(scene, actor)),
    "PUT /vault/ring": _ring,
    "POST /links": _link,
    "POST /links/find": lambda *_: {"lookup": b64(LINK_LOOKUP)},
    "POST /links/{link_id}/poll": _link_poll,
    "POST /links/{link_id}/approve": lambda *_: {"box": b64(os.urandom(80)), "proof": b64(os.urandom(32))},
    "POST /recovery/challenge": lambda *_: {"login": "target"},
    "POST /recovery/sign-in": _sheet,
    "PUT /recovery/relatives": _relatives,
    "POST /recovery/relatives/end": lambda scene, actor: {"vault": cast.vault_change(_who(scene, actor))},
    "POST /me/feedback": lambda *_: {"id": str(uuid4()), "text": "Bigger letters."},
    "POST /me/tickets": lambda *_: {"id": str(uuid4()), "text": "The screen stays dark."},
    "POST /me/tickets/{ticket_id}/messages": lambda *_: {"id": str(uuid4()), "text": "Since Monday."},
    "POST /recovery/requests": lambda *_: Asker().request(login="target"),
    "POST /recovery/requests/{request_id}/poll": _recovery_poll,
    "POST /recovery/requests/{request_id}/approve": lambda scene, actor: approval(
        scene.ids["request_id"], _who(scene, actor)
    ),
    "POST /families": _family,
    "PATCH /families/{family_id}": lambda *_: {"retention_days": 90},
    "PATCH /families/{family_id}/people/{account_id}": lambda *_: {"is_admin": True},
    "POST /families/{family_id}/invitations": lambda scene, actor: new_invitation(
        _who(scene, actor), scene.family
    ),
    "POST /families/{family_id}/plan/codes": lambda *_: {
        "code": plans.issue("home", 365, True, now=clock.now())
    },
    "POST /families/{family_id}/stations": lambda scene, _actor: {
        "pairing_id": scene.ids["pairing_id"],
        "name": "Kitchen",
        "box": b64(os.urandom(64)),
        "proof": b64(os.urandom(32)),
    },
    "PATCH /families/{family_id}/stations/{station_id}": lambda *_: {"name": "Kitchen"},
    "POST /conversations": _conversation,
    "PUT /conversations/{conversation_id}/delivered": lambda *_: {"seq": 1},
    "POST /conversations/{conversation_id}/messages": lambda scene, actor: mls.message_json(
        _who(scene, actor), scene.talk
    ),
    "POST /conversations/{conversation_id}/commits": _commit,
    "POST /conversations/{conversation_id}/key-packages/claim": lambda scene, _actor: {
        "account_ids": [scene.ids["account_id"]]
    },
    "POST /conversations/{conversation_id}/members": _person,
    "POST /conversations/{conversation_id}/history-boxes": lambda scene, _actor: {
        "account_id": str(scene.people["contact"].pk),
        "boxes": [],
    },
    "PUT /conversations/{conversation_id}/files/{file_id}": lambda *_: FILE,
    "POST /albums": lambda scene, actor: album_body(scene.family, _who(scene, actor)),
    "PUT /albums/{album_id}/details": lambda *_: {"version": 1, "details_rev": 2, "details": sealed()},
    "PUT /albums/{album_id}/members/{account_id}": lambda *_: {
        "role": "viewer",
        "version": 1,
        "box": sealed(80),
        "signature": sealed(64),
    },
    "POST /albums/{album_id}/versions": _version,
    "POST /albums/{album_id}/items": lambda scene, _actor: scene.item,
    "POST /albums/{album_id}/items/copy": lambda scene, _actor: {
        "id": str(uuid4()),
        "version": 1,
        "from_item": scene.ids["item_id"],
        "sealed_key": sealed(),
        "sealed_meta": sealed(),
    },
    "PUT /albums/{album_id}/items/{item_id}/meta": lambda *_: {"sealed_meta": sealed()},
    "POST /albums/{album_id}/items/{item_id}/remarks": lambda *_: remark_body(),
    "PATCH /uploads/{upload_id}": lambda *_: FILE,
    "POST /key-packages": lambda scene, actor: {"packages": [b64(mls.key_package(_who(scene, actor)))]},
}

HEADERS: dict[str, Headers] = {
    "POST /uploads": lambda ids: creation(ids["family_id"], 100, uuid4()),
    "GET /uploads/{upload_id}": lambda _ids: TUS,
    "PATCH /uploads/{upload_id}": lambda _ids: {**TUS, "Upload-Offset": "0"},
    "DELETE /uploads/{upload_id}": lambda _ids: TUS,
}
