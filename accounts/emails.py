"""Makes the sign-in library's table of e-mail addresses hold blind indexes instead of addresses.

The library filters and reads `EmailAddress.email` as before; the column holds an index, and the address
itself lies in the sealed profile of its person.
"""

from typing import Any

from django.apps import apps
from django.db import models

from prifora.kernel.indexed import IndexedTextField, token_of

LABEL = "email"


def seal_email_addresses() -> None:
    """Replace the column's behaviour, once, when the app is ready; the column itself stays as migrated."""
    from allauth.account.models import EmailAddress

    field: Any = EmailAddress._meta.get_field("email")
    field.label = LABEL
    field.__class__ = _SealedEmailField
    EmailAddress.email = _descriptor(field)
    EmailAddress.indexed_text = _indexed_text
    EmailAddress.keep_text = _keep_text
    EmailAddress.delete = _delete


class _SealedEmailField(IndexedTextField):
    """The library's e-mail column, with the behaviour of an indexed text; no migration follows from it."""

    def clone(self) -> Any:
        _name, _path, args, kwargs = self.deconstruct()
        return models.EmailField(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = models.CharField.deconstruct(self)
        return name, "django.db.models.EmailField", args, kwargs


def _descriptor(field: Any) -> Any:
    from prifora.kernel.indexed import _Text

    return _Text(field)


def _indexed_text(address: Any, _name: str, token: str) -> str:
    return str((address.user.profile.get("emails") or {}).get(token, ""))


def _keep_text(address: Any, _name: str, token: str, text: str) -> None:
    _write_profile(address, {token: text})


def _delete(address: Any, *args: Any, **kwargs: Any) -> Any:
    """Delete the row and with it the address in its person's profile."""
    gone = models.Model.delete(address, *args, **kwargs)
    _write_profile(address, {})
    return gone


def _write_profile(address: Any, new: dict[str, str]) -> None:
    """Keep in the person's profile the addresses of their rows, the primary one first, and `new`."""
    account = (
        apps.get_model("accounts", "Account")._default_manager.select_for_update().get(pk=address.user_id)
    )
    rows = type(address).objects.filter(user_id=account.pk)
    kept = {token_of(LABEL, one.email): one.email for one in rows.order_by("-primary", "pk") if one.email}
    account.profile["emails"] = kept | new
    account.save(update_fields=["sealed"])
    address.user.profile.clear()
    address.user.profile.update(account.profile)
