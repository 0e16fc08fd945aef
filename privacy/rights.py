"""What a person may ask of us (GDPR art. 12-22 and 77), and the reasons for which we may say no, in words."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Right(StrEnum):
    """What a request asks for."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    PORTABILITY = "portability"
    REVIEW = "review"
    COMPLAINT = "complaint"


RIGHTS: "dict[str, StrPromise]" = {
    Right.ACCESS: _("to see what we keep about you"),
    Right.RECTIFICATION: _("to correct what is wrong"),
    Right.ERASURE: _("to erase something"),
    Right.RESTRICTION: _("not to use something for a while"),
    Right.OBJECTION: _("to stop doing something with your data"),
    Right.PORTABILITY: _("to take your data elsewhere"),
    Right.REVIEW: _("to have a person look at what the system decided"),
    Right.COMPLAINT: _("to deal with your complaint"),
}
"""What each is called in a sentence such as "You asked us …"."""


class Way(StrEnum):
    """How a request came; staff enter what came by letter, mail or telephone."""

    APP = "app"
    STATION = "station"
    LETTER = "letter"
    MAIL = "mail"
    PHONE = "phone"


class Reason(StrEnum):
    """Why we may refuse."""

    IDENTITY = "identity"
    EXCESSIVE = "excessive"
    OTHERS = "others"
    LAW = "law"
    CLAIMS = "claims"
    NOT_HERE = "not_here"
    MANDATE = "mandate"


@dataclass(frozen=True, slots=True)
class Ground:
    """A reason in words, and the article that allows it."""

    words: "StrPromise"
    article: str


GROUNDS = {
    Reason.IDENTITY: Ground(_("We cannot be sure that it was you who asked."), "GDPR art. 12(2)"),
    Reason.EXCESSIVE: Ground(_("You asked the same so often that it goes too far."), "GDPR art. 12(5)"),
    Reason.OTHERS: Ground(_("It would harm the rights of somebody else."), "GDPR art. 15(4)"),
    Reason.LAW: Ground(_("A law obliges us to keep it."), "GDPR art. 17(3)(b)"),
    Reason.CLAIMS: Ground(_("We need it for a claim that is going on."), "GDPR art. 17(3)(e)"),
    Reason.NOT_HERE: Ground(
        _("We do not have it, or the law does not give this right here."), "GDPR art. 12(4)"
    ),
    Reason.MANDATE: Ground(
        _("We cannot be sure that who asked may ask this for somebody else."), "GDPR art. 12(6)"
    ),
}


class Cause(StrEnum):
    """Why somebody wants their data only to be stored (GDPR art. 18(1))."""

    INCORRECT = "incorrect"
    UNLAWFUL = "unlawful"
    CLAIMS = "claims"
    OBJECTION = "objection"


class Agent(StrEnum):
    """Who asks for another person."""

    GUARDIAN = "guardian"
    ATTORNEY = "attorney"
    CARE = "care"


AGENTS: "dict[str, StrPromise]" = {
    Agent.GUARDIAN: _("a guardian"),
    Agent.ATTORNEY: _("somebody with a power of attorney"),
    Agent.CARE: _("a care institution"),
}
"""What each is called in a sentence such as "This was asked for you by …"."""


class Proof(StrEnum):
    """By what they show that they may."""

    COURT = "court"
    DEED = "deed"
    SIGNED = "signed"
    REGISTER = "register"


PROOFS: "dict[str, StrPromise]" = {
    Proof.COURT: _("the decision of a judge"),
    Proof.DEED: _("a deed of a notary"),
    Proof.SIGNED: _("a power of attorney, signed by the person, whose identity we checked"),
    Proof.REGISTER: _("a public register"),
}
