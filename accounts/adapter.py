"""How the sign-in library reaches our accounts, mail and text messages."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.fields import PhoneField
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sites.shortcuts import get_current_site
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import clients, services
from accounts.models import Account
from accounts.profile import field
from accounts.rules import canonical_phone, canonical_username
from prifora.kernel import clock
from prifora.kernel.limits import Limit, Throttled, enforce

TOLD_BY_US = "email_changed"
"""The library would mail this when the old address is forgotten already."""

WRONG_PASSWORDS_WAIT = timedelta(minutes=5)
"""How long the library counts wrong passwords and codes (its rate limit `login_failed`)."""


def take_phones_as_written() -> None:
    """Have the library's sign-in form leave the reading of phone numbers to the adapter, as sign-up does."""
    from allauth.headless.account.inputs import LoginInput

    LoginInput.base_fields["phone"].validators.clear()


class AccountAdapter(DefaultAccountAdapter):
    """Accounts with sealed names; phone numbers kept in E.164; every notice short and without content."""

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Return the library's refusal; raise Throttled where it would say "too many" as a wrong field."""
        if code == "too_many_login_attempts":
            raise Throttled(int(WRONG_PASSWORDS_WAIT.total_seconds()))
        return super().validation_error(code, *args)

    def clean_username(self, username: str, shallow: bool = False) -> str:  # noqa: FBT001, FBT002
        """Return the username in lower case. Taken and reserved names get the same refusal."""
        name = canonical_username(username)
        if name is None:
            raise ValidationError(_("Use 3 to 30 letters, digits, dots or dashes."), code="username_invalid")
        try:
            return super().clean_username(name, shallow)
        except ValidationError as refused:
            self._count_guess()
            raise ValidationError(str(services.UsernameTaken.sentence), code="username_taken") from refused

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:  # noqa: FBT001, FBT002
        user.profile["first_name"] = form.cleaned_data["first_name"]
        user.profile["last_name"] = form.cleaned_data["last_name"]
        return super().save_user(request, user, form, commit)

    def set_password(self, user: Any, password: str) -> None:
        user.set_password(password)
        user.save(update_fields=["password"])
        present = self.request.session.session_key if self.request else None
        services.end_other_sessions(account_id=user.pk, session_key=present)

    def set_phone(self, user: Any, phone: str, verified: bool) -> None:  # noqa: FBT001
        user.phone, user.phone_verified = phone, verified
        user.save(update_fields=["phone", "phone_verified"])

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        return PhoneField(**kwargs, validators=[])

    def clean_phone(self, phone: str) -> str:
        """Return the number in E.164, however it was written."""
        number = canonical_phone(phone, region=settings.PHONENUMBER_DEFAULT_REGION)
        if number is None:
            raise ValidationError(_("This is not a phone number."), code="invalid_phone")
        return number

    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified) if user.phone and not user.is_managed else None

    def set_phone_verified(self, user: Any, phone: str) -> None:
        services.change_phone(account=user, phone=phone, now=clock.now())

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        """Confirm an address as usual; who had another until now is told there."""
        if not email_address.verified and email_address.can_set_verified():
            services.tell_address_changes(account_id=email_address.user_id, new=email_address)
        return super().confirm_email(request, email_address)

    def get_user_by_phone(self, phone: str) -> AbstractBaseUser | None:
        return Account.objects.filter(phone=phone).first()

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:
        self._text(phone, _("Your PRIFORA code is %(code)s.") % {"code": code})

    def send_account_already_exists_sms(self, phone: str) -> None:
        text = _("Somebody tried to sign up with your number. You already have an account: just sign in.")
        self._text(phone, text)

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        self._text(phone, _("There is no account with this number."))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail now, in the reader's language, and send it after the commit."""
        told = {"request": self.request, "email": email, "current_site": get_current_site(self.request)}
        mail = self.render_mail(template_prefix, email, told | context)
        clients.deliver_after_commit(mail.send, what="mail")

    def get_login_stages(self) -> list[str]:
        library, own = (
            "allauth.account.stages.EmailVerificationStage",
            "accounts.stages.GivenEmailVerification",
        )
        return [own if stage == library else stage for stage in super().get_login_stages()]

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        services.note_in_log(account_id=user.pk, what="signed_in", now=clock.now())
        services.announce_sign_in(account_id=user.pk)

    def logout(self, request: HttpRequest) -> None:
        account_id = request.user.pk
        super().logout(request)
        if account_id:
            services.announce_sign_out(account_id=account_id)

    def can_delete_email(self, email_address: Any) -> bool:
        """Return whether an address may go: where one must be given, the last one stays."""
        others = EmailAddress.objects.filter(user_id=email_address.user_id).exclude(pk=email_address.pk)
        must = email_address.pk and field("email").required_for(email_address.user.kind)
        return (not must or others.exists()) and super().can_delete_email(email_address)

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **kwargs: Any) -> None:
        what = template_prefix.rsplit("/", 1)[-1]
        services.note_in_log(account_id=user.pk, what=what, now=clock.now())
        if what != TOLD_BY_US:
            super().send_notification_mail(template_prefix, user, *args, **kwargs)

    def _text(self, phone: str, text: str) -> None:
        clients.deliver_after_commit(lambda: clients.text_messages().send(to=phone, text=text), what="text")

    def _count_guess(self) -> None:
        if self.request is not None:
            enforce(Limit.USERNAME_GUESS, self.get_client_ip(self.request))
