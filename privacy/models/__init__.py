"""Sweeps, closings and erasures; consents and parents; requests and who asks for whom; idle accounts."""

from privacy.models.accounts import (
    CONSENT_KEPT,
    Announcement,
    Closure,
    Consent,
    ErasureLine,
    Idle,
    ParentalApproval,
    Sweep,
)
from privacy.models.mandates import AgentLetter, Mandate
from privacy.models.requests import REQUEST_KEPT, Request, RequestLine, Restriction

__all__ = [
    "CONSENT_KEPT",
    "REQUEST_KEPT",
    "AgentLetter",
    "Announcement",
    "Closure",
    "Consent",
    "ErasureLine",
    "Idle",
    "Mandate",
    "ParentalApproval",
    "Request",
    "RequestLine",
    "Restriction",
    "Sweep",
]
