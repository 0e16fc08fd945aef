"""The sign-up fields of our own, beside those the sign-in library asks."""

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, AccountKind
from prifora.kernel.fields import from_base64

SALT_BYTES = 16


class SignupFields(forms.Form):
    """Kind of account, names, salt of the password, language and time zone."""

    kind = forms.ChoiceField(choices=AccountKind.choices)
    first_name = forms.CharField(max_length=80)
    last_name = forms.CharField(max_length=80)
    kdf_salt = forms.CharField(max_length=32)
    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)
    time_zone = forms.CharField(max_length=40, required=False)

    def full_clean(self) -> None:
        """Clean as usual; for a Contact the e-mail address may be left out."""
        if self.data.get("kind") == AccountKind.CONTACT and "email" in self.fields:
            self.fields["email"].required = False
        super().full_clean()

    def clean_kdf_salt(self) -> bytes:
        try:
            salt = from_base64(self.cleaned_data["kdf_salt"])
        except ValueError:
            salt = b""
        if len(salt) != SALT_BYTES:
            raise forms.ValidationError(_("This has the wrong size."), code="invalid")
        return salt

    def signup(self, _request: HttpRequest, account: Account) -> None:
        """Complete the new account with our own fields."""
        data = self.cleaned_data
        account.kind = data["kind"]
        account.kdf_salt = data["kdf_salt"]
        for name in ("first_name", "last_name", "language", "time_zone"):
            if data.get(name):
                account.profile[name] = data[name]
        account.save(update_fields=["kind", "kdf_salt", "sealed"])
