"""What is done with codes and plans. Each function is one use case and one transaction."""

from plans.access import State, state_of
from plans.rules import days_for
from plans.services.codes import issue, mix_codes, void
from plans.services.covering import lapsed
from plans.services.credits import add_credit, credits_given, tell_credits
from plans.services.families import begin_missing, begin_plan, redeem
from plans.services.telling import tell_due

__all__ = [
    "State",
    "add_credit",
    "begin_missing",
    "begin_plan",
    "credits_given",
    "days_for",
    "issue",
    "lapsed",
    "mix_codes",
    "redeem",
    "state_of",
    "tell_credits",
    "tell_due",
    "void",
]
