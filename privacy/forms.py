"""What staff for privacy fill in on the pages of the admin site."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.rights import GROUNDS, RIGHTS, Cause, Right, Way
from privacy.services import TEXT_MAX

ENTERED = {
    Way.LETTER: _("by letter"),
    Way.MAIL: _("by e-mail"),
    Way.PHONE: _("by telephone"),
}


def _words(label: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea, max_length=TEXT_MAX)


class NothingForm(forms.Form):
    """Nothing to fill in: the button is enough."""


class TextForm(forms.Form):
    """What the person reads."""

    text = _words(_("What the person reads"))


class ExtensionForm(TextForm):
    """How much more time, and why."""

    months = forms.TypedChoiceField(
        label=_("Months more"),
        coerce=int,
        choices=[(1, "1"), (2, "2")],
        help_text=_("Once, and told at once."),
    )


class RefusalForm(TextForm):
    """Why it is refused; the article, the authority and the court are added to what the person reads."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=[(reason.value, ground.words) for reason, ground in GROUNDS.items()]
    )


class EntryForm(forms.Form):
    """What somebody asked us outside the app; its clock starts now."""

    kind = forms.ChoiceField(label=_("What is asked"), choices=[(one.value, RIGHTS[one]) for one in Right])
    how = forms.ChoiceField(
        label=_("How it came"), choices=[(one.value, words) for one, words in ENTERED.items()]
    )
    text = _words(_("In the words of the person"))


class CauseForm(forms.Form):
    """Why the data of somebody are only to be stored."""

    cause = forms.ChoiceField(label=_("Reason"), choices=[(one.value, one.value) for one in Cause])


class ErasureForm(forms.Form):
    """Whether what was shared goes too, and that it is meant."""

    withdraw = forms.BooleanField(label=_("What was shared with others goes too"), required=False)
    sure = forms.BooleanField(label=_("We are sure who asks, and that there is no way back"))
