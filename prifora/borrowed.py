"""Sentences of the libraries we build on that people can meet, and that we say in our own words.

Nothing calls this list: it makes the sentences part of our catalogues (prifora/locale), which win over the
libraries' own. Either the library says them in a technical or unkind way, or it has no Dutch or French.
"""

from django.utils.translation import gettext_noop as _

SIGN_IN = (
    _("This account is currently inactive."),
    _("You cannot remove your primary email address."),
    _("This email address is already associated with this account."),
    _("The email address and/or password you specified are not correct."),
    _("The phone number and/or password you specified are not correct."),
    _("The username and/or password you specified are not correct."),
    _("A user is already registered with this email address."),
    _("A user is already registered with this phone number."),
    _("Please type your current password."),
    _("Incorrect code."),
    _("Incorrect password."),
    _("Invalid or expired key."),
    _("Invalid login."),
    _("The password reset token was invalid."),
    _("You cannot add more than %d email addresses."),
    _("Too many failed login attempts. Try again later."),
    _("The email address is not assigned to any user account."),
    _("The phone number is not assigned to any user account."),
    _("Your primary email address must be verified."),
    _("The new value must be different from the current one."),
    _("Be patient, you are sending too many requests."),
    _("Enter a phone number including country code (e.g. +1 for the US)."),
    _("You cannot add an email address to an account protected by two-factor authentication."),
    _("You cannot deactivate two-factor authentication."),
    _("You cannot generate recovery codes without having two-factor authentication enabled."),
    _("You cannot activate two-factor authentication until you have verified your email address."),
)

REQUESTS = (
    _("A server error occurred."),
    _("Incorrect authentication credentials."),
    _("Authentication credentials were not provided."),
    _("Malformed request."),
    _("You do not have permission to perform this action."),
    _("Request was throttled."),
    _("Invalid input."),
    _("Not a valid string."),
    _("Must be a valid UUID."),
    _("Must be a valid boolean."),
    _("Ensure this field has at least {min_length} elements."),
    _("Ensure this field has no more than {max_length} elements."),
    _("This dictionary may not be empty."),
    _("This value does not match the required pattern."),
    _("Date has wrong format. Use one of these formats instead: {format}."),
    _('"{input}" is not a valid choice.'),
    _('Expected a list of items but got type "{input_type}".'),
    _("Invalid data. Expected a dictionary, but got {datatype}."),
)
