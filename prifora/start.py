"""What must hold before anything starts, whichever process it is."""

from django.db import connections

from prifora.kernel import clock
from prifora.kernel.completeness import Undeclared, refuse_undeclared
from prifora.kernel.outgoing import guard
from privacy.documents.policy import versions
from privacy.services import begin_with, replay_erasures
from support.services import LedgerChanged, refuse_changed_ledger


def reason_not_to_start() -> str:
    """Return why this process must not start, in lines for the operator; nothing when it may.

    Whoever was erased and came back with a restored backup is erased again first; the ledger of looks must be
    whole. At the very first start it is noted with which privacy policy the server begins. From here on this
    process reaches no host that is not declared. Raises nothing: a server whose start breaks off in another
    way would go on without its start.
    """
    try:
        refuse_undeclared()
        replay_erasures(now=clock.now())
        refuse_changed_ledger()
        begin_with(number=versions()[0].number, now=clock.now())
        guard()
    except Undeclared as refused:
        return "\n".join(["Not started, because declarations and what there is differ:", *refused.lines])
    except LedgerChanged:
        return "Not started, because the ledger of looks was changed (`manage.py check_access_ledger`)."
    except Exception as away:  # noqa: BLE001  whatever it is, nobody knows what is in the database
        return f"Not started, because the database could not be looked through ({type(away).__name__})."
    finally:
        connections.close_all()
    return ""


def refuse_to_start() -> None:
    """End a worker or its clock before it does anything."""
    if reason := reason_not_to_start():
        raise SystemExit(reason)
