"""What whoever sells can do with money, and what goes on by itself. Each function is one use case."""

from payments.access import Standing, Told, disclosures, standing, state
from payments.refusals import AnotherPayment, NoMandate, NothingToRefund, PaymentsOff
from payments.rules import Method, Reason, State
from payments.services.beginning import begin, come_back, open_page
from payments.services.charging import charge, forget_mandate, refund
from payments.services.looking import hear_of, look
from payments.services.recording import is_from_us
from payments.services.sending import go_on

__all__ = [
    "AnotherPayment",
    "Method",
    "NoMandate",
    "NothingToRefund",
    "PaymentsOff",
    "Reason",
    "Standing",
    "State",
    "Told",
    "begin",
    "charge",
    "come_back",
    "disclosures",
    "forget_mandate",
    "go_on",
    "hear_of",
    "is_from_us",
    "look",
    "open_page",
    "refund",
    "standing",
    "state",
]
