"""More of everything the API lists, around the scene of the matrix: for tests of what a request costs."""

import io
import os
from uuid import UUID, uuid4

from chat import services as chat
from contacts import services as contacts
from contacts.models import Bond
from media import services as media
from notices.models import Notice
from plans import services as plans
from prifora.kernel import clock
from privacy import services as privacy
from privacy.letters import PARENT_ASKED
from privacy.models import ParentalApproval
from privacy.purposes import Choice
from privacy.rights import Right
from recovery import services as recovery
from stations.models import Heartbeat
from support.models import StaffLook
from tests import cast, mls
from tests.cast import Someone, unb64
from tests.contacts.asking import new_invitation
from tests.journeys.matrix_bodies import NEWS_MAIL
from tests.journeys.matrix_scene import FILE, Scene, paired
from tests.media.albums import ALBUMS, added, boxed, made, remarked, sealed
from tests.media.pictures import picture
from tests.media.uploading import begun
from tests.recovery.asking import choose
from tests.support.casework import received
from tickets import services as tickets

PORTRAIT = media.make_portrait(picture((64, 64)))
MEMBERS = ("user", "contact", "blocked", "target")
"""Who belongs to the scene's album; `admin` and the newcomers do not."""


def grow(scene: Scene, by: int) -> None:
    """Add `by` of everything there is in the scene."""
    for _ in range(by):
        newcomer = _person(scene)
        _devices(scene)
        _talk(scene, newcomer)
        _another_talk(scene, newcomer)
        _albums(scene, newcomer)
        _way_back(scene, newcomer)
        _family(scene)
        _asked(scene)
        _looked_at(scene)
        _helped(scene)
        _plan(scene)


def album_members(scene: Scene) -> list[Someone]:
    """Everybody the scene's album is shared with."""
    return [scene.people[one] for one in MEMBERS] + newcomers(scene)


def newcomers(scene: Scene) -> list[Someone]:
    """Those whom `grow` let in."""
    return [one for name, one in scene.people.items() if name.startswith("newcomer")]


def _person(scene: Scene) -> Someone:
    """Somebody new in the family, with a picture and a child's request, who blocked one and is blocked by one."""
    user, contact = scene.people["user"], scene.people["contact"]
    name = f"newcomer.{len(newcomers(scene))}"
    scene.people[name] = newcomer = cast.joined(scene.family, user, name)
    media.set_portrait(account_id=newcomer.pk, picture=PORTRAIT)
    bond = Bond.objects.get(family=scene.family, account=user.account)
    contacts.set_favourite(bond=bond, account_id=newcomer.pk, wanted=True)
    for one, other in ((newcomer, contact), (user, newcomer)):
        contacts.set_block(blocker_id=one.pk, blocked_id=other.pk, wanted=True)
    ParentalApproval.objects.create(child=newcomer.account, parent=contact.account)
    return newcomer


def _devices(scene: Scene) -> None:
    """One more device and session of the user and of the contact."""
    for name in ("user", "contact"):
        cast.client_of(mls.further_device(scene.people[name]))


def _talk(scene: Scene, newcomer: Someone) -> None:
    """The newcomer belongs to the talk and holds its keys; a message, a receipt and a file are in it."""
    talk, user, contact = scene.talk, scene.people["user"], scene.people["contact"]
    chat.add_member(conversation=talk.row, account_id=newcomer.pk, now=clock.now())
    talk.add(user, newcomer)
    seq = talk.send(contact, archived=True)
    chat.acknowledge(conversation_id=talk.id, account_id=user.pk, seq=seq)
    arrived = media.receive_sealed(io.BytesIO(FILE), begins_with=b"PFM1", at_most=len(FILE), promised=0)
    media.keep_sealed(arrived)
    chat.keep_file(
        conversation=talk.row, account_id=contact.pk, file_id=uuid4(), arrived=arrived, now=clock.now()
    )


def _another_talk(scene: Scene, newcomer: Someone) -> None:
    """Another talk of the user, the contact and the newcomer; a Welcome waits for who was given keys."""
    user, contact = scene.people["user"], scene.people["contact"]
    talk = mls.start(user, scene.family, contact, newcomer, scene.people["target"])
    talk.add(user, contact, newcomer)
    talk.send(contact, archived=True)
    mls.store_packages(mls.further_device(newcomer), 6)


def _albums(scene: Scene, newcomer: Someone) -> None:
    """One more album, and more of everything in the album there is."""
    contact, user = scene.people["contact"], scene.people["user"]
    client = cast.client_of(contact)
    made(client, scene.family, contact, contributors=[user], viewers=[newcomer])
    album = f"{ALBUMS}/{scene.ids['album_id']}"
    share = {"role": "viewer", "version": 1, "box": boxed(newcomer)["box"], "signature": sealed(64)}
    assert client.put(f"{album}/members/{newcomer.pk}", share).status_code == 204
    begun(client, scene.family.pk, 100)
    item, _bytes = added(client, album, "original", "poster")
    remarked(client, album, item["id"])
    remarked(client, album, scene.ids["item_id"])
    gone, _bytes = added(client, album)
    assert client.delete(f"{album}/items/{gone['id']}").status_code == 204


def _way_back(scene: Scene, newcomer: Someone) -> None:
    """The newcomer chose relatives, and a browser asks to come back as them."""
    chosen = [scene.people[one] for one in ("user", "contact", "target")]
    choose(cast.client_of(newcomer), newcomer, *chosen)
    recovery.begin_recovery(
        recovery_id=uuid4(),
        account_id=newcomer.pk,
        by_station=False,
        box_key=os.urandom(32),
        auth_key=cast.raw(scene.station_key),
        proof=os.urandom(32),
        name="Firefox",
        now=clock.now(),
    )


def _family(scene: Scene) -> None:
    """Another family of the user and the contact; another invitation and Home Station in the first one."""
    user, now = scene.people["user"], clock.now()
    cast.family_of(user, scene.people["contact"])
    said = new_invitation(user, scene.family)
    contacts.make_invitation(
        bond=Bond.objects.get(family=scene.family, account=user.account),
        invitation_id=uuid4(),
        lookup=os.urandom(16),
        proof=os.urandom(32),
        sealed_note=os.urandom(40),
        key=unb64(said["key"]),
        history=said["history"],
        signature=unb64(said["signature"]),
        now=now,
    )
    paired(user, scene.family)
    Heartbeat.objects.create(station=scene.station, network="wifi", signal=80)


def _asked(scene: Scene) -> None:
    """One more letter, consent, and request with a line, of the contact."""
    account, now = scene.people["contact"].account, clock.now()
    Notice.objects.create(account=account, kind=PARENT_ASKED.kind, once=uuid4().hex)
    privacy.give_consent(account=account, choice=Choice.NEWS_MAIL, text_hash=NEWS_MAIL, how="app", now=now)
    privacy.withdraw_consent(account_id=account.pk, choice=Choice.NEWS_MAIL, how="app", now=now)
    asked = privacy.file_request(account=account, right=Right.ACCESS, text="All.", how="app", now=now)
    for request_id in (asked.pk, UUID(scene.ids["asked_id"])):
        privacy.add_to_request(request_id=request_id, text="And my street.", now=now)


def _looked_at(scene: Scene) -> None:
    """One more look by staff at the contact, and an authority's request, which stands in the ledger."""
    contact = scene.people["contact"]
    StaffLook.objects.create(
        role="support", subject=contact.account, table="accounts.Account", reason="Asked."
    )
    received(contact)


def _helped(scene: Scene) -> None:
    """One more question of the contact to Customer Support, and an answer to the one there is."""
    contact, now = scene.people["contact"], clock.now()
    asked = tickets.start_ticket(
        ticket_id=uuid4(), account_id=contact.pk, text="The sound is gone.", how="app", now=now
    )
    tickets.close_ticket(ticket_id=asked.pk, now=now)
    tickets.answer_ticket(ticket_id=UUID(scene.ids["ticket_id"]), text="We are looking.", now=now)


def _plan(scene: Scene) -> None:
    """One more term of the family's plan."""
    code = plans.issue("home", 365, True, now=clock.now())
    plans.redeem(family_id=scene.family.pk, code=code, now=clock.now())
