"""What Customer Support does in the admin site with who wrote without an account: read it, answer, settle."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from prifora.kernel.desk import Act, Paragraph, offer, tell_beside
from prifora.kernel.errors import Absent
from prifora.kernel.policy import Role
from prospects import access, services
from prospects.models import Prospect

PROSPECT = "prospects.Prospect"


class AnswerForm(forms.Form):
    """What the person reads."""

    text = forms.CharField(
        label=_("What the person reads"), widget=forms.Textarea, max_length=services.TEXT_MAX
    )


class NothingForm(forms.Form):
    """Nothing to fill in: the button is enough."""


def _said(prospect: Prospect) -> list[Paragraph]:
    try:
        who = access.who_wrote(prospect)
        said = access.lines_of(prospect)
    except Absent:
        return []
    name = ", ".join(filter(None, (who["name"], who["email"])))
    first = Paragraph(prospect.created_at, "person", name)
    return [first, *(Paragraph(one.at, one.by, one.text) for one in said)]


def _answer(prospect: Prospect, filled: dict[str, Any], now: datetime) -> None:
    services.answer_prospect(prospect_id=prospect.pk, text=filled["text"], now=now)


def _settle(prospect: Prospect, _filled: dict[str, Any], now: datetime) -> None:
    services.settle_prospect(prospect_id=prospect.pk, now=now)


tell_beside(PROSPECT, Role.SUPPORT, _said)
offer(
    Act(
        model=PROSPECT,
        name="answer",
        words=_("Answer"),
        role=Role.SUPPORT,
        form=AnswerForm,
        do=_answer,
        when=lambda prospect: prospect.stopped_at is None,
    ),
    Act(
        model=PROSPECT,
        name="settle",
        words=_("No answer is needed"),
        role=Role.SUPPORT,
        form=NothingForm,
        do=_settle,
        when=lambda prospect: prospect.settled_at is None,
    ),
)
