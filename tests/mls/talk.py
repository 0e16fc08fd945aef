"""Conversations of the cast: started, filled with people and talked in, by the product's own use cases."""

import hashlib
import os
from dataclasses import dataclass
from uuid import UUID

from chat import services
from chat.models import Conversation, Entry
from contacts.models import Family
from prifora.kernel import clock
from prifora.kernel.ids import new_id
from tests.cast import Someone, b64
from tests.mls.group import Change, Group
from tests.mls.packages import Package, key_package

DETAILS = b"sealed title, as far as the server knows"


@dataclass
class Talk:
    """A conversation and the group its members hold."""

    group: Group

    @property
    def id(self) -> UUID:
        return self.group.id

    @property
    def path(self) -> str:
        return f"/api/v1/conversations/{self.id}"

    @property
    def row(self) -> Conversation:
        return Conversation.objects.get(pk=self.id)

    def asked(self) -> list[bytes]:
        """The removals the server proposed in the present epoch, as they stand in the log."""
        rows = Entry.objects.filter(conversation_id=self.id, kind="proposal", epoch=self.group.epoch)
        return [bytes(row.body) for row in rows.order_by("seq")]

    def clean(self, by: Someone, **parts) -> Change:
        """A commit that carries out every removal the server proposed."""
        asked = self.asked()
        gone = [leaf_named_in(one) for one in asked]
        return self.group.commit(by, refs=asked, gone=gone, **parts)

    def post(self, by: Someone, change: Change, **other) -> Entry:
        """Hands a commit in by the use case; the group is then the one after it."""
        entry = services.commit_change(
            **{
                "conversation_id": self.id,
                "account_id": by.pk,
                "device_id": by.device_id,
                "epoch": change.epoch,
                "commit": change.commit,
                "group_info": change.group_info,
                "welcome": change.welcome,
                "boxes": boxes_for(change),
                "details": None,
                "now": clock.now(),
                **other,
            }
        )
        self.group = change.after
        return entry

    def add(self, by: Someone, *newcomers: Someone) -> Entry:
        """Gives keys to people who belong here, by packages they stored and `by` claimed."""
        known = [one for newcomer in newcomers for one in store_packages(newcomer, 1)]
        claimed = services.claim_key_packages(
            conversation=self.row, account_ids={one.pk for one in newcomers}, now=clock.now()
        )
        taken = {package for _account, _device, package in claimed}
        return self.post(by, self.group.commit(by, add=[one for one in known if one in taken]))

    def as_json(self, change: Change, **other) -> dict:
        """What is posted to /commits."""
        body = {
            "epoch": change.epoch,
            "commit": b64(change.commit),
            "group_info": b64(change.group_info),
            "history_boxes": [
                {"account_id": str(account), "box": b64(box)} for account, box in boxes_for(change).items()
            ],
        }
        return {**body, **({"welcome": b64(change.welcome)} if change.welcome else {}), **other}

    def send(self, by: Someone, *, archived: bool = False) -> int:
        """Sends a message of the present epoch by the use case; returns its number."""
        return services.send_message(message=self.pending(by, archived=archived), now=clock.now())

    def pending(self, by: Someone, *, archived: bool = False, **other) -> services.Pending:
        """A message of the present epoch on its way in."""
        ident, epoch, body = message(by, self)
        archive = services.Archived(new_id(), os.urandom(200), os.urandom(64)) if archived else None
        return services.Pending(
            **{
                "conversation_id": self.id,
                "sender_id": by.pk,
                "device_id": by.device_id,
                "epoch": epoch,
                "ident": ident,
                "body": body,
                "archive": archive,
                **other,
            }
        )


def start(
    maker: Someone, family: Family, *others: Someone, kind: str = "group", everyone: bool = False
) -> Talk:
    """A conversation the others belong to, but whose keys only the maker's device has."""
    group = Group.begin(maker, new_id())
    services.start_conversation(
        conversation_id=group.id,
        family_id=family.pk,
        kind=kind,
        everyone=everyone,
        maker_id=maker.pk,
        device_id=maker.device_id,
        member_ids=[maker.pk, *(one.pk for one in others)],
        group_info=group.info(),
        details=DETAILS,
        history_box=os.urandom(80),
        now=clock.now(),
    )
    return Talk(group)


def conversation_of(maker: Someone, other: Someone, family: Family, *, kind: str = "group") -> Talk:
    """A conversation both are in with keys, at epoch 1 with one line in its log."""
    talk = start(maker, family, other, kind=kind)
    talk.add(maker, other)
    return talk


def message(_sender: Someone, talk: Talk) -> tuple[bytes, int, bytes]:
    """A sealed message of the present epoch: (ident, epoch, body)."""
    body = talk.group.body()
    return hashlib.sha256(body).digest(), talk.group.epoch, body


def message_json(sender: Someone, talk: Talk, **other) -> dict:
    """What is posted to /messages."""
    ident, epoch, body = message(sender, talk)
    return {"ident": b64(ident), "epoch": epoch, "body": b64(body), **other}


def boxes_for(change: Change) -> dict[UUID, bytes]:
    """The next epoch's archive key, sealed for every account that has a leaf then."""
    return {account: os.urandom(80) for account in sorted({one.pk for one in change.after.people.values()})}


def store_packages(someone: Someone, count: int, **parts) -> list[Package]:
    """Single-use key packages of a device, stored by the use case."""
    packages = [key_package(someone, **parts) for _ in range(count)]
    services.store_key_packages(
        account_id=someone.pk,
        device_id=someone.device_id,
        packages=packages,
        last_resort=None,
        now=clock.now(),
    )
    return packages


def leaf_named_in(proposal: bytes) -> int:
    """The leaf a removal proposed by the server is about (its last number before the signature)."""
    return int.from_bytes(proposal[-(4 + 2 + 64) : -(2 + 64)], "big")
