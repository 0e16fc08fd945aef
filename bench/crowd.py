"""People with years of messages and photos behind them: their groups are real, their content is random."""

import os
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import connection

from accounts.models import SECURITY_LOG_KEPT, LogLine
from chat.models import ArchiveRecord, Conversation, Entry
from media.clients import OURS_ALONE, Folder, folder
from media.models import Album, Item, ItemPart, Part, Share
from prifora.kernel import clock
from prifora.kernel.ids import new_id
from tests import cast, mls

MESSAGES, PHOTOS, ENDED = 10_000, 1_000, 1_000_000
BODY_BYTES, RECORD_BYTES, META_BYTES = 1_000, 2_000, 1_000
PARTS = {"original": 16_384, "view": 8_192, "thumb": 2_048}
BATCH = 1_000


def person(number: int) -> UUID:
    """Make somebody with a relative, two talks full of messages and an album full of photos; return who."""
    someone, relative = cast.person(f"bench{number}", kind="user"), cast.person(f"relative{number}")
    family = cast.family_of(someone, relative)
    for kind in ("group", "direct"):
        _talk(mls.conversation_of(someone, relative, family, kind=kind).row, someone, MESSAGES // 2)
    _album(family.pk, someone, relative)
    return someone.pk


def ended_rows(account_id: UUID) -> None:
    """Write ENDED lines of a security log whose time is over."""
    then = clock.now() - SECURITY_LOG_KEPT - timedelta(days=1)
    line = LogLine(account_id=account_id, what="signed_in", created_at=then)
    numbers, new = {
        "sqlite": (
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)",
            "lower(hex(randomblob(16)))",
        ),
        "postgresql": ("WITH numbers AS (SELECT generate_series(1, %s))", "gen_random_uuid()"),
    }[connection.vendor]
    columns = [field for field in LogLine._meta.local_concrete_fields if not field.primary_key]
    values = [field.get_db_prep_save(getattr(line, field.attname), connection) for field in columns]
    named, held = ", ".join(str(field.column) for field in columns), ", ".join(["%s"] * len(columns))
    insert = f"INSERT INTO {LogLine._meta.db_table} (id, {named})"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"{insert} {numbers} SELECT {new}, {held} FROM numbers", [ENDED, *values])  # noqa: S608
        else:
            cursor.execute(f"{numbers} {insert} SELECT {new}, {held} FROM numbers", [ENDED, *values])  # noqa: S608


def settle() -> None:
    """Let the database put itself in order, as it does by itself when it has time."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def _talk(conversation: Conversation, someone: cast.Someone, number: int) -> None:
    first = conversation.last_seq + 1
    said = {"conversation": conversation, "sender_id": someone.pk, "device_ref": someone.device_id}
    for seqs in _batches(range(first, first + number)):
        Entry.objects.bulk_create(
            [
                Entry(
                    **said,
                    seq=seq,
                    kind="message",
                    epoch=1,
                    ident=os.urandom(32),
                    body=os.urandom(BODY_BYTES),
                )
                for seq in seqs
            ]
        )
        ArchiveRecord.objects.bulk_create(
            [
                ArchiveRecord(
                    **said,
                    seq=seq,
                    record_id=new_id(),
                    epoch=1,
                    record=os.urandom(RECORD_BYTES),
                    signature=os.urandom(64),
                )
                for seq in seqs
            ]
        )
    Conversation.objects.filter(pk=conversation.pk).update(last_seq=first + number - 1)


def _album(family_id: UUID, someone: cast.Someone, relative: cast.Someone) -> None:
    album = Album.objects.create(
        family_id=family_id,
        owner_id=someone.pk,
        kind="album",
        no_forward=False,
        details=os.urandom(300),
        rev=PHOTOS,
    )
    Share.objects.create(album=album, account_id=someone.pk, role="owner")
    Share.objects.create(album=album, account_id=relative.pk, role="viewer")
    for revs in _batches(range(1, PHOTOS + 1)):
        items = [
            Item(
                album=album,
                author_id=someone.pk,
                device_ref=someone.device_id,
                rev=rev,
                version=1,
                sealed_key=os.urandom(60),
                sealed_meta=os.urandom(META_BYTES),
            )
            for rev in revs
        ]
        Item.objects.bulk_create(items)
        _parts(family_id, items)


def _parts(family_id: UUID, items: list[Item]) -> None:
    named = [(item, name, size) for item in items for name, size in PARTS.items()]
    parts = [
        Part(family_id=family_id, part_id=new_id(), size=size, digest=os.urandom(32)) for _, _, size in named
    ]
    Part.objects.bulk_create(parts)
    ItemPart.objects.bulk_create(
        [
            ItemPart(item=item, part=part, name=name)
            for (item, name, _), part in zip(named, parts, strict=True)
        ]
    )
    files = Folder(folder("files"))
    for part in parts:
        place = files._place(part.pk)
        place.parent.mkdir(mode=OURS_ALONE, exist_ok=True)
        place.write_bytes(os.urandom(part.size))


def _batches(numbers: range) -> Iterable[range]:
    return (numbers[at : at + BATCH] for at in range(0, len(numbers), BATCH))
