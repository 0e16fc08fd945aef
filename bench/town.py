"""A town of families that talk, written straight into the database: right in form, made by no device."""

import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

from django.db import models
from django.utils import timezone

from accounts.models import Account, Device, LogLine
from bench.run import progress
from chat.models import ArchiveRecord, Conversation, Entry, Membership
from contacts.models import Bond, Family
from notices.models import Notice
from prifora.kernel.ids import new_id
from prifora.kernel.inserting import insert
from prifora.kernel.terms import day_of

PEOPLE_EACH = 8
KEPT = timedelta(days=29)
"""Messages were said within as many days, so that none of them has ended."""

BODY_BYTES, RECORD_BYTES, SEALED_BYTES = 200, 200, 300
ROWS_AT_ONCE = 5_000
SAY_EVERY = 1_000_000


def build(accounts: int, messages: int) -> None:
    """Fill the database with so many accounts in families of PEOPLE_EACH and with their messages."""
    now = timezone.now()
    families = [Family(id=new_id(), created_at=now - KEPT) for _ in range(accounts // PEOPLE_EACH)]
    write(families)
    people = [(family, *_person(number, now)) for family in families for number in range(PEOPLE_EACH)]
    progress(f"  {len(people):,} accounts")
    write(account for _family, account, _device in people)
    write(device for _family, _account, device in people)
    write(_bond(number, family, account) for number, (family, account, _device) in enumerate(people))
    write(LogLine(account=account, what="signed_in", created_at=now) for _family, account, _device in people)
    write(_notice(account) for _family, account, _device in people)
    each = max(messages // len(families), 1)
    talks = [
        Conversation(
            id=new_id(),
            family=family,
            kind="group",
            made_by=people[at * PEOPLE_EACH][1],
            last_seq=each,
            group_info=os.urandom(SEALED_BYTES),
            details=os.urandom(60),
            created_at=now - KEPT,
        )
        for at, family in enumerate(families)
    ]
    write(talks)
    write(
        Membership(conversation=talks[at // PEOPLE_EACH], member=account)
        for at, (_family, account, _device) in enumerate(people)
    )
    _say(talks, people, each, now)


def _say(talks: list[Conversation], people: list, each: int, now: datetime) -> None:
    """Write the messages in the order of their moments, as a server has them: all talks at once."""
    lines: list[models.Model] = []
    records: list[models.Model] = []
    said = 0
    for seq in range(1, each + 1):
        at = now - KEPT * (1 - seq / each)
        for place, talk in enumerate(talks):
            _family, account, device = people[place * PEOPLE_EACH + seq % PEOPLE_EACH]
            whose = {"conversation": talk, "sender_id": account.pk, "device_ref": device.pk, "seq": seq}
            whose |= {"epoch": 1, "created_at": at}
            lines.append(Entry(kind="message", ident=os.urandom(32), body=os.urandom(BODY_BYTES), **whose))
            record = os.urandom(RECORD_BYTES)
            records.append(
                ArchiveRecord(record_id=new_id(), record=record, signature=os.urandom(64), **whose)
            )
        if len(lines) >= ROWS_AT_ONCE or seq == each:
            said += len(lines)
            write(lines)
            write(records)
            lines, records = [], []
            if said % SAY_EVERY < ROWS_AT_ONCE * 3:
                progress(f"  {said:,} messages")


def write(rows: Iterable[models.Model]) -> None:
    """Insert rows of one table, some at a time, each time with a commit."""
    left = iter(rows)
    while some := list(islice(left, ROWS_AT_ONCE)):
        insert(some)


def _person(number: int, now: datetime) -> tuple[Account, Device]:
    account = Account(
        id=new_id(),
        kind="contact" if number else "user",
        username=new_id().hex,
        phone=new_id().hex,
        phone_verified=True,
        sealed=os.urandom(SEALED_BYTES),
        password="!",  # noqa: S106  nobody signs in with it
        used_on=day_of(now),
    )
    device = Device(
        id=new_id(),
        account=account,
        kind="browser",
        sealed_name=os.urandom(40),
        signature_key=os.urandom(32),
        box_key=os.urandom(32),
        certificate=os.urandom(64),
    )
    return account, device


def _bond(number: int, family: Family, account: Account) -> Bond:
    return Bond(family=family, account=account, role="contact" if number % PEOPLE_EACH else "user")


def _notice(account: Account) -> Notice:
    return Notice(account=account, kind="parent_asked", once=new_id().hex)
