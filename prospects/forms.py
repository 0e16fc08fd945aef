"""What somebody without an account fills in to write to us."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from prospects.services import TEXT_MAX


class WriteForm(forms.Form):
    """A message, where the answer can go, and a name if they like.

    `website` is not shown: only a program fills it in.
    """

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=200,
        error_messages={"invalid": _("This is no e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    text = forms.CharField(
        label=_("Your message"), widget=forms.Textarea(attrs={"rows": 6}), max_length=TEXT_MAX
    )
    website = forms.CharField(required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for field in self.fields.values():
            field.error_messages["required"] = _("Fill this in.")
