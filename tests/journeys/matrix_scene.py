"""The people of the matrix: one family with everything in it, one other family, and who has no family."""

import io
import os
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from allauth.mfa.totp.internal import auth as totp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from rest_framework.test import APIClient

from accounts import services as accounts
from accounts.models import Device, Link, Session
from accounts.sessions import row_key
from chat import services as chat
from chat.models import Entry, Welcome
from contacts import services as contacts
from contacts.models import Bond, Family
from media import services as media
from prifora.kernel import clock
from prifora.kernel.policy import Role
from privacy import services as privacy
from privacy.rights import Agent, Right
from recovery import services as recovery
from recovery.models import Recovery
from stations import services as stations
from stations.models import Station
from support import services as support
from support.site import METHODS
from tests import cast, mls
from tests.cast import Someone, b64, unb64
from tests.chat.sealed_files import container
from tests.contacts.asking import new_invitation
from tests.journeys.matrix_table import ACTORS, STAFF, STATIONS
from tests.media.albums import item_body, made, remarked, sealed
from tests.media.pictures import picture
from tests.media.uploading import send
from tests.recovery.asking import choose
from tickets import services as tickets

LOOKUP, PAIRING_LOOKUP, LINK_LOOKUP = b"invitation 16 b.", b"pairing of 16 b.", b"link of 16 bytes"

FILE, PART = container(), container()
SAME = {"sealed_key": sealed(), "sealed_meta": sealed()}
"""What the item of the scene says; it may be said again."""

PUSHING = {"PUSH_CONTACT": "help@prifora.invalid", "PUSH_HOSTS": ["push.example"]}
"""The operator has turned pushing on."""

HANDLER = APIClient().handler
"""Shared by all clients, because making one looks through every static file."""


@dataclass
class Scene:
    """Who there is, by actor, and what the rows of the table are about."""

    family: Family
    other_family: Family
    people: dict[str, Someone]
    station: Station
    station_key: Ed25519PrivateKey
    talk: mls.Talk
    ids: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    item: dict = field(default_factory=dict)

    def client(self, actor: str) -> APIClient:
        """A new client with the session this actor has had from the beginning."""
        client = APIClient()
        client.handler = HANDLER
        if actor != "anonymous":
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[actor]
        return client


def build() -> Scene:
    """Make everything, by the use cases people have."""
    people = {
        name: cast.person(name)
        for name in ("contact", "admin", "blocked", "removed", "closed", "outsider", "target", *sorted(STAFF))
    }
    people["user"] = cast.person("user.one", kind="user")
    family = cast.family_of(
        *(people[one] for one in ("user", "contact", "admin", "blocked", "removed", "closed", "target"))
    )
    other_family = cast.family_of(people["outsider"])
    contacts.set_admin(family_id=family.pk, account_id=people["admin"].pk, is_admin=True)
    contacts.set_block(blocker_id=people["user"].pk, blocked_id=people["blocked"].pk, wanted=True)
    people["expired"], people["no_device"] = people["user"], people["admin"]
    station, people["station"], key = paired(people["user"], family)
    _other, people["other_station"], _key = paired(people["outsider"], other_family)
    people["revoked"] = mls.further_device(people["user"])
    scene = Scene(family, other_family, people, station, key, _conversation(people, family))
    _end_some(scene)
    _fill(scene)
    scene.sessions = {actor: _session(scene.people[actor], actor) for actor in ACTORS if actor != "anonymous"}
    return scene


def _session(someone: Someone, actor: str) -> str:
    """Sign in as this actor; return what the cookie holds."""
    kind = "station" if actor in STATIONS else "person"
    session = cast.client_of(someone, device=actor != "no_device", kind=kind).session
    if actor in STAFF:
        session[METHODS] = [{"method": "mfa", "at": clock.now().timestamp(), "type": "totp"}]
        session.save()
    if actor == "expired":
        yesterday = clock.now() - timedelta(days=1)
        mine = Session.objects.filter(session_key=row_key(session.session_key))
        assert mine.update(expire_date=yesterday) == 1
    return session.session_key


def paired(user: Someone, family: Family) -> tuple[Station, Someone, Ed25519PrivateKey]:
    """A Home Station of `user`, with its keys."""
    key, pairing_id, now = Ed25519PrivateKey.generate(), uuid4(), clock.now()
    start_pairing(pairing_id, key, os.urandom(16))
    station = stations.approve_pairing(
        family_id=family.pk,
        pairing_id=pairing_id,
        name="Living room",
        box=os.urandom(64),
        box_proof=os.urandom(32),
        now=now,
    )
    device = mls.further_device(user, kind="station")
    station.refresh_from_db()
    assert station.device_id == device.device_id
    return station, device, key


def start_pairing(pairing_id, key: Ed25519PrivateKey, lookup: bytes) -> None:
    """A new device that waits under its code."""
    stations.start_pairing(
        pairing_id=pairing_id,
        lookup=lookup,
        proof=os.urandom(32),
        box_key=os.urandom(32),
        auth_key=cast.raw(key),
        card={"model": "Test"},
        now=clock.now(),
    )


def _conversation(people: dict[str, Someone], family: Family) -> mls.Talk:
    """The user, the contact and the blocked hold keys; the others only belong to it, and not for long."""
    inside = [people[one] for one in ("contact", "blocked", "target", "removed", "closed")]
    talk = mls.start(people["user"], family, *inside)
    talk.add(people["user"], people["contact"])
    talk.add(people["user"], people["blocked"])
    talk.send(people["contact"], archived=True)
    return talk


def _end_some(scene: Scene) -> None:
    now, people = clock.now(), scene.people
    contacts.remove(family_id=scene.family.pk, account_id=people["removed"].pk, now=now)
    accounts.close_account(account=people["closed"].account)
    device = Device.objects.get(pk=people["revoked"].device_id)
    accounts.revoke_device(device=device, now=now)
    for role in STAFF:
        totp.TOTP.activate(people[role].account, totp.generate_totp_secret())
        support.give_role(account_id=people[role].pk, role=Role(role))


def _fill(scene: Scene) -> None:
    """Things for the paths to name."""
    now, people = clock.now(), scene.people
    bond = Bond.objects.get(family=scene.family, account=people["user"].account)
    said = new_invitation(people["user"], scene.family, lookup=b64(LOOKUP))
    invitation = contacts.make_invitation(
        bond=bond,
        invitation_id=uuid4(),
        lookup=LOOKUP,
        proof=os.urandom(32),
        sealed_note=os.urandom(40),
        key=unb64(said["key"]),
        history=said["history"],
        signature=unb64(said["signature"]),
        now=now,
    )
    pairing_id = uuid4()
    start_pairing(pairing_id, scene.station_key, PAIRING_LOOKUP)
    media.set_portrait(account_id=people["target"].pk, picture=media.make_portrait(picture((64, 64))))
    chat.store_key_packages(
        account_id=people["target"].pk,
        device_id=people["target"].device_id,
        packages=[mls.key_package(people["target"])],
        last_resort=None,
        now=now,
    )
    _ways_back(scene)
    _relatives(scene)
    session = cast.client_of(people["user"]).session
    scene.ids = {
        "account_id": str(people["target"].pk),
        "family_id": str(scene.family.pk),
        "conversation_id": str(scene.talk.id),
        "invitation_id": str(invitation.pk),
        "pairing_id": str(pairing_id),
        "station_id": str(scene.station.pk),
        "device_id": str(people["user"].device_id),
        "session_id": str(Session.objects.get(session_key=row_key(session.session_key)).id),
        "welcome_id": str(Welcome.objects.get(device_id=people["contact"].device_id).pk),
        "request_id": str(Recovery.objects.get().pk),
        "link_id": str(Link.objects.get().pk),
        "seq": str(Entry.objects.get(conversation_id=scene.talk.id, kind="message").seq),
        "file_id": str(_file(scene)),
        "upload_id": str(_upload(scene, FILE)),
        "name": "original",
        "purpose": "news_mail",
        "asked_id": str(_asked(people["contact"])),
        "mandated_id": str(_asked(people["contact"], asking=GUARDIAN)),
        "ticket_id": str(_ticket(people["contact"])),
        **_album(scene),
    }


GUARDIAN = privacy.Asking(agent=Agent.GUARDIAN, name="Greet", email="greet@mail.example", language="nl")


def _asked(someone: Someone, **by_another: privacy.Asking) -> UUID:
    """What somebody asks about their data, or somebody else for them."""
    asked = {"right": Right.ACCESS, "text": "Everything.", "how": "app", "now": clock.now()}
    return privacy.file_request(account=someone.account, **asked, **by_another).pk


def _ticket(someone: Someone) -> UUID:
    """What somebody asks Customer Support."""
    asked = {"text": "The screen stays dark.", "how": "app", "now": clock.now()}
    return tickets.start_ticket(ticket_id=uuid4(), account_id=someone.pk, **asked).pk


def _file(scene: Scene) -> UUID:
    """A sealed file the contact put into the conversation."""
    file_id, contact = uuid4(), scene.people["contact"]
    arrived = media.receive_sealed(io.BytesIO(FILE), begins_with=b"PFM1", at_most=len(FILE), promised=0)
    media.keep_sealed(arrived)
    chat.keep_file(
        conversation=scene.talk.row,
        account_id=contact.pk,
        file_id=file_id,
        arrived=arrived,
        now=clock.now(),
    )
    return file_id


def _upload(scene: Scene, body: bytes) -> UUID:
    """A part of an album that the contact began to upload."""
    upload_id = uuid4()
    media.begin_upload(
        upload_id=upload_id,
        account_id=scene.people["contact"].pk,
        family_id=scene.family.pk,
        length=len(body),
        now=clock.now(),
    )
    return upload_id


def _album(scene: Scene) -> dict[str, str]:
    """An album of the contact with one item and one remark; `target` and the blocked may only see it."""
    people, contact = scene.people, scene.people["contact"]
    client = cast.client_of(contact)
    album = made(
        client,
        scene.family,
        contact,
        contributors=[people["user"]],
        viewers=[people["blocked"], people["target"]],
    )
    upload_id = _upload(scene, PART)
    assert send(client, upload_id, 0, PART).status_code == 204
    item = item_body({"original": (upload_id, PART)}, **SAME)
    assert client.post(f"{album}/items", item).status_code == 201
    remark = remarked(client, album, item["id"])
    scene.item = item
    return {
        "album_id": album.rpartition("/")[2],
        "item_id": item["id"],
        "remark_id": remark["id"],
    }


def _ways_back(scene: Scene) -> None:
    """A recovery sheet of `target`, and a new browser that waits under a code."""
    now, target, key = clock.now(), scene.people["target"], cast.raw(scene.station_key)
    slots = [
        {"name": name, "public_key": os.urandom(32), "sealed": os.urandom(80)}
        for name in ("password", "recovery")
    ]
    slots[1]["auth_key"] = key
    accounts.change_vault(account_id=target.pk, now=now, revision=1, sealed_keys=os.urandom(96), slots=slots)
    accounts.start_link(
        link_id=uuid4(),
        lookup=LINK_LOOKUP,
        proof=os.urandom(32),
        box_key=os.urandom(32),
        auth_key=key,
        name="Firefox",
        now=now,
    )


def _relatives(scene: Scene) -> None:
    """Whom `target` and the user chose to bring them back, and a browser that asks to come back as `target`."""
    user, contact, target = (scene.people[one] for one in ("user", "contact", "target"))
    sheet = cast.slot("recovery", auth_key=b64(cast.raw(scene.station_key)))
    vault = cast.vault_change(target, slots=[cast.slot(), cast.slot("relatives"), sheet])
    choose(cast.client_of(target), target, user, contact, vault=vault)
    choose(cast.client_of(user), user, contact, target)
    recovery.begin_recovery(
        recovery_id=uuid4(),
        account_id=target.pk,
        by_station=False,
        box_key=os.urandom(32),
        auth_key=cast.raw(scene.station_key),
        proof=os.urandom(32),
        name="Firefox",
        now=clock.now(),
    )
