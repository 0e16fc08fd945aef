"""Builders for people, devices and families, with real keys."""

import base64
import os
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from rest_framework.test import APIClient

from accounts import access
from accounts import services as accounts
from accounts.models import Account, Device, Vault
from contacts import services as contacts
from contacts.models import Bond, Family
from prifora.kernel import clock, statements
from prifora.kernel.mls.credential import LABEL

PASSWORD = base64.urlsafe_b64encode(b"p" * 32).rstrip(b"=").decode()


@dataclass
class Someone:
    """A person with keys and one device."""

    account: Account
    identity: Ed25519PrivateKey
    signer: Ed25519PrivateKey
    device_id: UUID = field(default_factory=uuid4)
    box_key: bytes = field(default_factory=lambda: os.urandom(32))

    @property
    def pk(self) -> UUID:
        return self.account.pk


def b64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def raw(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def certificate(
    identity: Ed25519PrivateKey, account_id: UUID, device_id: UUID, signature_key: bytes
) -> bytes:
    return identity.sign(LABEL + account_id.bytes + device_id.bytes + signature_key)


def account(name: str, *, kind: str = "contact", phone: str | None = None) -> Account:
    number = phone or "+3161" + "".join(str(byte % 10) for byte in os.urandom(7))
    profile = {"first_name": name.capitalize(), "last_name": "Tester", "language": "nl"}
    return accounts.make_account(
        kind=kind, username=name, phone=number, password=PASSWORD, kdf_salt=os.urandom(16), profile=profile
    )


def aek_signature(identity: Ed25519PrivateKey, account_id: UUID, version: int, aek: bytes) -> bytes:
    """Return what an account's identity key says of its encryption key."""
    return identity.sign(statements.encryption_key(account_id=account_id, version=version, aek=aek))


def slot(name: str = "password", **changes) -> dict:
    """Return one way to open a vault, as a request has it."""
    return {"name": name, "public_key": b64(os.urandom(32)), "sealed": b64(os.urandom(80)), **changes}


def vault_body(identity: Ed25519PrivateKey, account_id: UUID, **changes) -> dict:
    """Return the body that stores an account's keys for the first time."""
    aek = os.urandom(32)
    body = {
        "aik": b64(raw(identity)),
        "aek": b64(aek),
        "aek_signature": b64(aek_signature(identity, account_id, 1, aek)),
        "sealed_keys": b64(os.urandom(96)),
        "slots": [slot()],
    }
    return {**body, **changes}


def vault_change(someone: Someone, *, new_key: bool = False, **changes) -> dict:
    """Return the body of a change to the vault as it is now; with `new_key` a new encryption key too."""
    vault = Vault.objects.get(account_id=someone.pk)
    body = {"revision": vault.revision, "sealed_keys": b64(os.urandom(96)), "slots": [slot()]}
    if new_key:
        aek, version = os.urandom(32), vault.aek_version + 1
        signed = aek_signature(someone.identity, someone.pk, version, aek)
        body |= {"aek": b64(aek), "aek_version": version, "aek_signature": b64(signed)}
    return {**body, **changes}


def list_signature(
    someone: Someone,
    version: int,
    devices: list[statements.Keys],
    *,
    identity: Ed25519PrivateKey | None = None,
) -> bytes:
    """Return what the identity key says of the account's devices."""
    said = statements.device_list(account_id=someone.pk, version=version, devices=devices)
    return (identity or someone.identity).sign(said)


def next_list(
    someone: Someone, *, add: tuple[statements.Keys, ...] = (), without: tuple[UUID, ...] = ()
) -> tuple[int, bytes]:
    """Return version and signature of the list that follows on the present one."""
    version = Vault.objects.get(account_id=someone.pk).list_version + 1
    live = [
        (one.pk, bytes(one.signature_key), bytes(one.box_key))
        for one in access.live_devices(someone.pk)
        if one.pk not in without
    ]
    return version, list_signature(someone, version, [*live, *add])


def device_body(
    someone: Someone, *, signer: Ed25519PrivateKey | None = None, device_id: UUID | None = None, **changes
) -> dict:
    """Return the body that registers a new device of somebody, listed and certified as it must be."""
    device_id, key, box_key = device_id or uuid4(), signer or Ed25519PrivateKey.generate(), os.urandom(32)
    version, signature = next_list(someone, add=((device_id, raw(key), box_key),))
    body = {
        "id": str(device_id),
        "name": "Laptop",
        "signature_key": b64(raw(key)),
        "box_key": b64(box_key),
        "certificate": b64(certificate(someone.identity, someone.pk, device_id, raw(key))),
        "version": version,
        "list_signature": b64(signature),
    }
    return {**body, **changes}


def revocation(someone: Someone, device_id: UUID, **changes) -> dict:
    """Return the body that ends a device of somebody."""
    version, signature = next_list(someone, without=(device_id,))
    return {"version": version, "list_signature": b64(signature), **changes}


def person(name: str, *, kind: str = "contact") -> Someone:
    """Return a person with account, vault and one certified and listed device."""
    someone = Someone(account(name, kind=kind), Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate())
    aek = os.urandom(32)
    accounts.make_vault(
        account=someone.account,
        aik=raw(someone.identity),
        aek=aek,
        aek_signature=aek_signature(someone.identity, someone.pk, 1, aek),
        sealed_keys=os.urandom(96),
        slots=[{"name": "password", "public_key": os.urandom(32), "sealed": os.urandom(80)}],
    )
    add_device(someone)
    return someone


def add_device(someone: Someone, *, kind: str = "browser") -> Device:
    """Register the device of somebody, with the list that has it in it."""
    key = raw(someone.signer)
    version, signature = next_list(someone, add=((someone.device_id, key, someone.box_key),))
    return accounts.add_device(
        account_id=someone.pk,
        device_id=someone.device_id,
        kind=kind,
        name="Test browser",
        signature_key=key,
        box_key=someone.box_key,
        certificate=certificate(someone.identity, someone.pk, someone.device_id, key),
        version=version,
        list_signature=signature,
        now=clock.now(),
    )


def family_of(user: Someone, *others: Someone) -> Family:
    """Return a family of `user`, who is its admin, with the others as Contacts."""
    family = contacts.make_family(family_id=uuid4(), maker_id=user.pk, user=None, now=clock.now())
    for other in others:
        Bond.objects.create(family=family, account=other.account, invited_by=user.account)
    return family


def joined(family: Family, by: Someone, name: str) -> Someone:
    """Return somebody new whom a member let into a family."""
    someone = person(name)
    contacts.join_directly(family_id=family.pk, account_id=someone.pk, invited_by=by.pk, now=clock.now())
    return someone


def client_of(someone: Someone, *, device: bool = True, kind: str = "person") -> APIClient:
    client = APIClient()
    client.force_login(someone.account, backend="accounts.backends.AccountBackend")
    session = client.session
    if device:
        session["device_id"] = str(someone.device_id)
    session["kind"] = kind
    session.save()
    return client
