"""A person of ours undoes what the system decided by itself about somebody (GDPR art. 22(3)).

What it decides alone: that somebody tried something too often and must wait (prifora/kernel/limits.py), and
that an account nobody uses is closed. It decides nothing by what people are like.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.services import note_in_log
from prifora.kernel import limits
from privacy.models import Request
from privacy.rights import Right
from privacy.services.answering import answer
from privacy.services.idling import end_idling
from privacy.services.requests import RequestClosed


@transaction.atomic
def undo_decisions(*, request_id: UUID, text: str, now: datetime) -> Request:
    """Undo what the system decided about whoever asked for a review, and answer them; it stands in their log.

    Raises RequestClosed, also for a request that asks something else; ErasureBegan, and what `answer` does.
    """
    request = answer(request_id=request_id, text=text, now=now)
    if request.kind != Right.REVIEW:
        raise RequestClosed
    end_idling(account_id=request.account_id, now=now)
    note_in_log(account_id=request.account_id, what="decision_undone", who="staff", now=now)
    transaction.on_commit(lambda: limits.forget(str(request.account_id)))
    return request
