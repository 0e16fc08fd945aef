"""What the server accepts as a password: only the key a client derives from the real one."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

AUTH_KEY = re.compile(r"[A-Za-z0-9_-]{43}\Z")


class AuthKeyValidator:
    """Refuses anything but 32 bytes in base64url. The rules for the real password live in the client,
    which alone ever sees it (NIST SP 800-63B-4: at least 15 characters, no composition rules)."""

    def validate(self, password: str, user: object = None) -> None:
        if not AUTH_KEY.match(password):
            raise ValidationError(_("Use the app to set your password."), code="password_unusable")

    def get_help_text(self) -> str:
        return str(_("Use the app to set your password."))
