"""What staff for privacy fill in on pages of the admin site, and what anybody may ask without an account."""

import secrets
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.utils.translation import gettext_lazy as _

from prifora.kernel import clock
from prifora.kernel.terms import day_of
from privacy.rights import AGENTS, GROUNDS, PROOFS, RIGHTS, Cause, Right, Way
from privacy.services import TEXT_MAX

ENTERED = {
    Way.LETTER: _("by letter"),
    Way.MAIL: _("by e-mail"),
    Way.PHONE: _("by telephone"),
}

SUM_SALT = "privacy.question"
SUM_LASTS = timedelta(hours=1)
SUM_TO = 9
"""The little sum of the question form has two numbers from 1 to this."""

_DAY = forms.DateInput(attrs={"type": "date"})


def _words(label: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea, max_length=TEXT_MAX)


class NothingForm(forms.Form):
    """Nothing to fill in: the button is enough."""


class TextForm(forms.Form):
    """What the person reads."""

    text = _words(_("What the person reads"))
    text.help_text = _(
        "Who asked for somebody else gets these words by e-mail: put nothing of the person in them."
    )


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


class AgentForm(EntryForm):
    """What somebody asked us for another person, and who that is; its clock starts now."""

    agent = forms.ChoiceField(label=_("Who asks"), choices=[(one, words) for one, words in AGENTS.items()])
    name = forms.CharField(label=_("Their name"), max_length=100)
    email = forms.EmailField(
        label=_("Their e-mail address"),
        max_length=200,
        help_text=_("They hear of every step there."),
    )
    language = forms.ChoiceField(label=_("Their language"), choices=settings.LANGUAGES)


class MandateForm(forms.Form):
    """Which proof was seen. It is noted, and no copy of it is kept."""

    proof = forms.ChoiceField(
        label=_("What you saw"), choices=[(one, words) for one, words in PROOFS.items()]
    )
    proof_on = forms.DateField(label=_("The day on it"), widget=_DAY)
    scope = forms.MultipleChoiceField(
        label=_("What it covers"),
        choices=[(one.value, RIGHTS[one]) for one in Right],
        widget=forms.CheckboxSelectMultiple,
    )
    ends_on = forms.DateField(
        label=_("The last day on which it holds"),
        widget=_DAY,
        required=False,
        help_text=_("Empty when it has none."),
    )
    fingerprint = forms.RegexField(
        r"\A[0-9a-f]{64}\Z",
        label=_("Fingerprint of the file (SHA-256)"),
        required=False,
        help_text=_("Only when it came as a file. Delete the file afterwards: we keep no copy."),
        error_messages={"invalid": _("These are 64 of the characters 0-9 and a-f.")},
    )
    sure = forms.BooleanField(label=_("I saw it myself, and it is about this person and who asks"))

    def clean_proof_on(self) -> date:
        """Refuse a day that is still to come."""
        day: date = self.cleaned_data["proof_on"]
        if day > day_of(clock.now()):
            raise forms.ValidationError(_("This day is still to come."))
        return day


class CauseForm(forms.Form):
    """Why the data of somebody are only to be stored."""

    cause = forms.ChoiceField(label=_("Reason"), choices=[(one.value, one.value) for one in Cause])


class ErasureForm(forms.Form):
    """Whether what was shared goes too, and that it is meant."""

    withdraw = forms.BooleanField(label=_("What was shared with others goes too"), required=False)
    sure = forms.BooleanField(label=_("We are sure who asks, and that there is no way back"))


def new_sum(before: list[int]) -> list[int]:
    """Return two numbers by chance, other ones than those of the sum before."""
    numbers = before
    while numbers == before:
        numbers = [secrets.randbelow(SUM_TO) + 1 for _number in range(2)]
    return numbers


def sign_sum(numbers: list[int]) -> str:
    """Return the numbers signed, so that whoever sends them back was asked to add them."""
    return signing.dumps(numbers, salt=SUM_SALT)


def numbers_of(signed: str) -> list[int]:
    """Return the numbers of a sum; none for one that is not ours or too old."""
    try:
        numbers: list[int] = signing.loads(signed, salt=SUM_SALT, max_age=SUM_LASTS)
    except signing.BadSignature:
        return []
    return numbers


class QuestionForm(forms.Form):
    """What somebody asks us without an account, and where the answer can go.

    `website` is not shown: only a program fills it in. `numbers` and `sum` are a little sum.
    """

    name = forms.CharField(
        label=_("Your name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=200,
        required=False,
        error_messages={"invalid": _("This is no e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    text = _words(_("What do you want to ask?"))
    sum = forms.IntegerField(
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={"invalid": _("Fill in a number.")},
    )
    website = forms.CharField(required=False)
    numbers = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for field in self.fields.values():
            field.error_messages["required"] = _("Fill this in.")
        self.asked = numbers_of(self.data.get("numbers", ""))
        first, second = numbers = new_sum(self.asked)
        self.fresh = self.fields["numbers"].initial = sign_sum(numbers)
        words = _("To show that you are a person: how much is %(first)s plus %(second)s?")
        self.fields["sum"].label = words % {"first": first, "second": second}

    def clean(self) -> dict[str, Any]:
        """Check that the answer can go somewhere, and that a person filled it in."""
        told = self.cleaned_data
        if not told.get("email") and not told.get("phone") and "email" not in self.errors:
            self.add_error("email", _("Fill in your e-mail address or your mobile number."))
        if not self.asked:
            self.add_error("sum", _("This page is too old. Fill in the new sum."))
        elif told.get("sum") is not None and told["sum"] != sum(self.asked):
            self.add_error("sum", _("That is not right. Try the new sum."))
        return told

    def again(self) -> None:
        """Put the new sum beside what was filled in; what was wrong stays said."""
        filled = {name: self.data.get(name, "") for name in self.fields}
        self.data = {**filled, "numbers": self.fresh, "sum": ""}
