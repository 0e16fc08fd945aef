"""One line of a conversation's log: what is stored of it, and how devices hear it."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from chat.models import Entry
from prifora.kernel.fields import to_base64


class Line(NamedTuple):
    """A line of a log: the columns of Entry."""

    id: UUID
    created_at: datetime
    conversation_id: UUID
    seq: int
    kind: str
    epoch: int
    sender_id: UUID
    device_ref: UUID
    ident: bytes
    body: bytes
    expires_at: datetime | None


def frame_of(row: Entry | Line) -> dict[str, Any]:
    """Return a line of a log as devices hear it; who asks was checked."""
    return {
        "t": "log",
        "c": str(row.conversation_id),
        "seq": row.seq,
        "kind": row.kind,
        "epoch": row.epoch,
        "account": str(row.sender_id) if row.sender_id else None,
        "device": str(row.device_ref) if row.device_ref else None,
        "ident": to_base64(bytes(row.ident)),
        "at": row.created_at.isoformat(),
        "body": to_base64(bytes(row.body)),
        "until": row.expires_at.isoformat() if row.expires_at else None,
    }
