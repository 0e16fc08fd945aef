"""The few ways a request can fail on purpose; apps subclass these beside what raises them."""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException


class Refused(APIException):
    """A request we understood and turn down.

    `code` is stable API, `sentence` is for the person and translated, `status` is the HTTP status.
    Keyword arguments become members of the answer (whole numbers and ids only, never content).
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    sentence: ClassVar[str | Promise] = _("This is not possible.")

    def __init__(self, *, attr: str | None = None, **extra: Any) -> None:
        super().__init__(detail=str(self.sentence), code=self.code)
        self.status_code = self.status
        self.attr = attr
        self.extra = extra


class Absent(Refused):
    """Not there, or not for you: callers cannot tell which."""

    status, code = 404, "absent"
    sentence = _("We cannot find this.")


class Conflict(Refused):
    """True once, not any more."""

    status, code = 409, "conflict"
    sentence = _("Something changed in the meantime. Please try again.")


class DeviceNeeded(Refused):
    """The session is not bound to a device yet, so it cannot see conversations."""

    status, code = 403, "device_needed"
    sentence = _("First unlock your messages on this device.")


class NotSealed(Refused):
    """Content came without the envelope. There is no unencrypted path."""

    status, code = 422, "not_sealed"
    sentence = _("This message was not locked for the family, so we do not take it.")


class SignatureRefused(Refused):
    """Who asks did not prove that they have the key; whether there is such a key is not said."""

    status, code = 403, "signature_refused"
    sentence = _("This device could not prove who it is.")


class StatementRefused(Refused):
    """A statement about keys is not signed by the key that it must be signed by."""

    code = "statement_refused"
    sentence = _("These keys could not be checked. Please try again.")


class TooLarge(Refused):
    """More bytes than the limit of what was sent."""

    status, code = 413, "too_large"
    sentence = _("This is too large.")


class UncheckedAccess(Exception):
    """A programming error: something answered without asking `access` first."""
