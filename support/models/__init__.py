"""Staff: who they are, what was opened for them, the ledger of it, authorities that ask, and what leaked."""

from support.models.breaches import Breach
from support.models.cases import Case, Ground, State
from support.models.ledger import LedgerLine
from support.models.people import LOOKS_KEPT, REASON_MAX, Grant, StaffLook, StaffMember

__all__ = [
    "LOOKS_KEPT",
    "REASON_MAX",
    "Breach",
    "Case",
    "Grant",
    "Ground",
    "LedgerLine",
    "StaffLook",
    "StaffMember",
    "State",
]
