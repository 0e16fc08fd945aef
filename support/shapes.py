"""The forms of the admin site: what staff write down."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.apps import apps
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from plans.services import days_for
from prifora.kernel import clock
from prifora.kernel.terms import ZONE
from support.models import REASON_MAX, Ground
from support.rules import MINUTES_MAX
from support.services import REASON_MIN, Asked

SHORT, LONG = 200, 4000
CREDIT_MAX = 90
"""Days that can be given at once."""

FIRST_GUESS = 30
"""Minutes that the form begins with."""


class AskForm(forms.Form):
    """Why a member of staff wants to look at this person, at which tables, for how long."""

    reason = forms.CharField(
        label=_("Why do you look at this person?"),
        help_text=_("The person can read this sentence."),
        min_length=REASON_MIN,
        max_length=REASON_MAX,
    )
    minutes = forms.IntegerField(
        label=_("For how many minutes?"), min_value=1, max_value=MINUTES_MAX, initial=FIRST_GUESS
    )
    tables = forms.MultipleChoiceField(
        label=_("Which tables do you need?"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, sent: Any, *, tables: Iterable[str], here: str) -> None:
        super().__init__(sent, initial={"tables": [here]})
        self.fields["tables"].choices = [(one, one) for one in tables]  # type: ignore[attr-defined]


class WhyForm(forms.Form):
    """Why a member of staff looks at a row of the books: one of a few reasons, which name nobody."""

    why = forms.ChoiceField(
        label=_("Why do you look?"),
        choices=[
            ("customer", _("the customer asks about it")),
            ("refund", _("money goes back")),
            ("accountant", _("the accountant asks about it")),
            ("tax", _("the tax office asks about it")),
            ("mistake", _("something in the books is wrong")),
        ],
    )


class CaseForm(forms.Form):
    """What an authority asks, as its letter says it. Moments are in our own zone."""

    account_id = forms.UUIDField(label=_("Number of the account"))
    ground = forms.ChoiceField(
        label=_("Why we must answer"),
        choices=[
            (Ground.ORDER, _("a production order (e-Evidence)")),
            (Ground.COURT, _("an order of a court")),
            (Ground.EMERGENCY, _("an emergency: somebody's life is in danger")),
        ],
    )
    authority = forms.CharField(label=_("Which authority"), max_length=SHORT)
    article = forms.CharField(label=_("By which article"), max_length=SHORT)
    reference = forms.CharField(label=_("Their number"), max_length=SHORT)
    wanted = forms.CharField(label=_("What they ask"), max_length=LONG, widget=forms.Textarea)
    received_at = forms.DateTimeField(label=_("When it came in"), help_text="2026-11-30 08:00")
    gag_article = forms.CharField(
        label=_("Article that forbids to tell the person"), max_length=SHORT, required=False
    )
    gag_until = forms.DateField(label=_("Until which day"), help_text="2027-02-28", required=False)

    def clean_received_at(self) -> datetime:
        """Return the moment in our own zone: a form has none, and Django takes it for UTC."""
        return _local(self.cleaned_data["received_at"])

    def asked(self) -> dict[str, Any]:
        """Return what the service takes of it."""
        said = self.cleaned_data
        names = ("authority", "article", "reference", "wanted", "gag_article")
        return {
            "account_id": said["account_id"],
            "ground": Ground(said["ground"]),
            "asked": Asked(**{name: said[name] for name in names}),
            "gag_until": said["gag_until"],
            "received_at": said["received_at"],
        }


class ScopeForm(forms.Form):
    """Which tables a request is about."""

    tables = forms.MultipleChoiceField(
        label=_("Which tables does it ask for?"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, tables: list[tuple[str, str]]) -> None:
        super().__init__()
        self.fields["tables"].choices = tables  # type: ignore[attr-defined]


class BreachForm(forms.Form):
    """Which table leaked, and since when. Without `real` it is a drill."""

    table = forms.ChoiceField(label=_("Which table"))
    since = forms.DateTimeField(
        label=_("Rows made from this moment on; empty for all"), required=False, help_text="2026-11-30 08:00"
    )
    real = forms.BooleanField(label=_("This is no drill"), required=False)

    def __init__(self, sent: Any = None) -> None:
        super().__init__(sent)
        names = sorted(model._meta.db_table for model in apps.get_models(include_auto_created=True))
        self.fields["table"].choices = [(one, one) for one in names]  # type: ignore[attr-defined]

    def reported(self, now: datetime) -> dict[str, Any]:
        """Return what the service takes of it; known to us from now on."""
        said = self.cleaned_data
        since = _local(said["since"]) if said["since"] else None
        return {"table": said["table"], "since": since, "known_at": now, "drill": not said["real"]}


def _local(moment: datetime) -> datetime:
    return make_aware(moment.replace(tzinfo=None), ZONE)


class OutageForm(forms.Form):
    """What did not work and from when to when, and how many days everybody gets for it."""

    began_at = forms.DateTimeField(
        label=_("When it began"), help_text=_("In our own time, for example: 2026-11-30 08:15")
    )
    ended_at = forms.DateTimeField(label=_("When it worked again"))
    days = forms.IntegerField(label=_("Days for everybody"), min_value=1, max_value=CREDIT_MAX)
    reason = forms.CharField(
        label=_("What did not work"),
        help_text=_("A sentence without anybody in it."),
        min_length=REASON_MIN,
        max_length=REASON_MAX,
    )

    def clean(self) -> dict[str, Any]:
        """Take moments as our own zone's. It lasted, it is over, and it gives what our terms promise."""
        told = self.cleaned_data
        if "began_at" not in told or "ended_at" not in told:
            return told
        told["began_at"], told["ended_at"] = _local(told["began_at"]), _local(told["ended_at"])
        if not told["began_at"] < told["ended_at"] <= clock.now():
            self.add_error("ended_at", _("An outage ends after it began, and not in the future."))
            return told
        promised = days_for(began_at=told["began_at"], ended_at=told["ended_at"])
        if told.get("days", promised) < promised:
            self.add_error("days", _("Our terms promise %(days)s.") % {"days": promised})
        return told
