"""Why a code is not taken, and what a family without a running plan cannot do."""

from django.utils.translation import gettext_lazy as _

from prifora.kernel.errors import Conflict, Refused


class CodeMistyped(Refused):
    """No code of ours: a slip of the pen, seen without looking anything up."""

    code = "activation_mistyped"
    sentence = _("There is a typing mistake in this code. Compare it letter by letter.")


class CodeUnknown(Refused):
    """Wrong, used by others, or taken back: which of them is not said."""

    status, code = 404, "activation_unknown"
    sentence = _("This code does not work. Did it come from our shop? Then ask Customer Support.")


class CodeEntered(Conflict):
    """This family entered the code before, so it counts already."""

    code = "activation_entered"
    sentence = _("You entered this code before. It counts already.")


class PlanEnded(Refused):
    """The last day paid for is over: no new uploads until a code is entered. Nothing is deleted."""

    status, code = 403, "plan_grace"
    sentence = _(
        "The plan of your family has ended, so nothing new can be uploaded. Messages still work. "
        "Who looks after the family can enter a new code under Family."
    )


class PlanReadOnly(Refused):
    """The grace is over too: reading and taking along, nothing else. Nothing is deleted."""

    status, code = 403, "plan_read_only"
    sentence = _(
        "The plan of your family has ended. You can read everything and take it with you, and nothing is "
        "deleted. Who looks after the family can enter a new code under Family; then all works again."
    )


class StationNotCovered(Refused):
    """The family's plan is one without a Home Station."""

    status, code = 403, "plan_without_station"
    sentence = _(
        "The plan of your family is without a Home Station. Enter a code of a plan with one under Family."
    )


class TooManyCodes(Conflict):
    """More was entered ahead than a plan can hold."""

    code = "too_many_codes"
    sentence = _("You have entered many codes ahead already. Keep this one for later.")


class OutageKnown(Conflict):
    """Everybody got days for this outage already."""

    code = "outage_known"
    sentence = _("This outage is recorded already, and everybody has got the days for it.")
