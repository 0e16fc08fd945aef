"""People, families and conversations for socket tests; runs in the server's environment (tests.server.call)."""

import os
from uuid import UUID

from django.conf import settings
from django.test import override_settings

from accounts.models import Account
from chat.models import Entry, Membership
from contacts import services as contacts
from prifora.kernel import clock
from stations.models import Station
from stations.services import CARD, seal_document
from tests import cast, mls

QUICK = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
NAMES = ("alice", "bob", "carla")


def households(count: int) -> list[dict]:
    """Families of Alice (user and admin), Bob and Carla, who talk: all three, and Alice with Bob alone."""
    with QUICK:
        return [household() for _ in range(count)]


def household() -> dict:
    people = {name: cast.person(f"{name}.{os.urandom(5).hex()}") for name in NAMES}
    alice, bob, carla = people.values()
    family = cast.family_of(alice, bob, carla)
    everyone = mls.start(alice, family, bob, carla)
    everyone.add(alice, bob, carla)
    direct = mls.start(alice, family, bob, kind="direct")
    direct.add(alice, bob)
    return {
        "family": family.pk,
        "talk": told(everyone),
        "direct": told(direct),
        **{name: signed_in(one) for name, one in people.items()},
    }


def told(talk: mls.Talk) -> dict:
    return {"id": talk.id, "epoch": talk.group.epoch, "seq": talk.row.last_seq}


def signed_in(someone: cast.Someone, **session) -> dict:
    """What a test needs to act as somebody: ids and the cookie of a session bound to their device."""
    client = cast.client_of(someone, **session)
    return {
        "id": someone.pk,
        "device_id": someone.device_id,
        "cookie": client.cookies[settings.SESSION_COOKIE_NAME].value,
    }


def stranger() -> dict:
    """Charlie, who belongs to another family, and the same without a device."""
    with QUICK:
        charlie = cast.person(f"charlie.{os.urandom(5).hex()}")
        cast.family_of(charlie)
        return {"charlie": signed_in(charlie), "no_device": signed_in(charlie, device=False)}


def password_owner() -> dict:
    """Somebody whose password the server can check, signed in on two devices."""
    owner = cast.person(f"owner.{os.urandom(5).hex()}")
    laptop = mls.further_device(owner)
    vault = {"revision": 1, "sealed_keys": cast.b64(os.urandom(96)), "slots": [cast.slot()]}
    return {"here": signed_in(owner), "there": signed_in(laptop), "password": cast.PASSWORD, "vault": vault}


def second_device(account_id: str, family: str) -> dict:
    """One more device of somebody, made known by a new account of the same family."""
    with QUICK:
        dana = cast.person(f"dana.{os.urandom(5).hex()}")
        contacts.join_directly(
            family_id=UUID(family), account_id=dana.pk, invited_by=UUID(account_id), now=clock.now()
        )
        other = mls.further_device(dana)
        end = cast.revocation(dana, other.device_id)
        return {"one": signed_in(dana), "other": signed_in(other), "end_of_other": end}


def paired_station() -> dict:
    """A family whose Home Station is signed in, and the admin who may unpair it."""
    with QUICK:
        riet, admin = (
            cast.person(f"riet.{os.urandom(5).hex()}", kind="user"),
            cast.person(f"jan.{os.urandom(5).hex()}"),
        )
        family = cast.family_of(riet, admin)
        contacts.set_admin(family_id=family.pk, account_id=admin.pk, is_admin=True)
        tablet = mls.further_device(riet, kind="station")
        station = Station.objects.create(
            family=family,
            user=riet.account,
            device_id=tablet.device_id,
            auth_key=os.urandom(32),
            sealed_card=seal_document({"name": "Living room"}, person=riet.pk, place=CARD),
        )
        return {
            "family": family.pk,
            "station": station.pk,
            "admin": signed_in(admin),
            "tablet": signed_in(tablet, kind="station"),
        }


def closed(account_id: str) -> None:
    """Close an account."""
    from accounts.services import close_account

    close_account(account=Account.objects.get(pk=account_id))


def delivered(talk: str, account_id: str) -> int:
    """How far somebody has stored a conversation, as the server noted."""
    return Membership.objects.get(conversation_id=talk, member_id=account_id, left_at=None).delivered_seq


def logged(talk: str) -> list:
    """The log of a conversation as (number, ident), by number."""
    rows = Entry.objects.filter(conversation_id=talk).order_by("seq").values_list("seq", "ident")
    return [(seq, cast.b64(bytes(ident))) for seq, ident in rows]


def long_log(talk: str, sizes: list[int]) -> None:
    """Add lines of these sizes (bytes) to a log, straight into the table: what piled up while nobody looked."""
    from chat.models import Conversation

    row = Conversation.objects.get(pk=talk)
    Entry.objects.bulk_create(
        Entry(
            conversation=row,
            seq=row.last_seq + place,
            kind="message",
            epoch=row.epoch,
            ident=os.urandom(32),
            body=os.urandom(size),
            created_at=clock.now(),
        )
        for place, size in enumerate(sizes, 1)
    )
    row.last_seq += len(sizes)
    row.save(update_fields=["last_seq"])


def lines_ended(talk: str, upto: int) -> None:
    """Let the log up to a number be older than any line is kept, and the hourly sweep come by."""
    from chat.models import UNDELIVERED_KEPT
    from privacy.services import delete_ended_rows

    now = clock.now()
    Entry.objects.filter(conversation_id=talk, seq__lte=upto).update(created_at=now - 2 * UNDELIVERED_KEPT)
    assert delete_ended_rows(now=now)["chat.Entry"] >= 1


def expired(talk: str) -> int:
    """Let the time of everything that disappears be over, and the sweep of the minute come by."""
    from chat.tasks import empty_expired

    Entry.objects.filter(conversation_id=talk).exclude(expires_at=None).update(expires_at=clock.now())
    return empty_expired()


def removal_asked(talk: str, device_id: str) -> None:
    """Have the server ask for a device's keys to be removed from a conversation."""
    from chat.models import Conversation
    from chat.services.removals import propose_removals

    row = Conversation.objects.get(pk=talk)
    propose_removals(conversation=row, device_id=UUID(device_id), now=clock.now())
