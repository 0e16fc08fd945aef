"""What a person must still prove before they are signed in."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage


class GivenEmailVerification(EmailVerificationStage):
    """Asks for the code sent by e-mail; a Contact who gave no address has nothing to prove."""

    def handle(self) -> tuple[Any, bool]:
        if not EmailAddress.objects.filter(user_id=self.login.user.pk).exists():
            return None, True
        return super().handle()
