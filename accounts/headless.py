"""What the sign-in API tells about the signed-in person: no more than the app needs to go on."""

from typing import Any

from allauth.headless.adapter import DefaultHeadlessAdapter


class HeadlessAdapter(DefaultHeadlessAdapter):
    """Adds the kind of account; names and addresses come from /api/v1/me."""

    def serialize_user(self, user: Any) -> dict[str, Any]:
        return {
            "id": str(user.pk),
            "display": "",
            "has_usable_password": user.has_usable_password(),
            "kind": user.kind,
        }
