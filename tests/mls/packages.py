"""Leaves and key packages of people in the cast."""

import os
from dataclasses import replace
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from prifora.kernel import clock
from prifora.kernel.ids import new_id
from tests import cast
from tests.cast import Someone
from tests.mls.wire import HEAD, KEY_PACKAGE, MLS_10, SUITE, message, reference, sign, u8, u16, u64, vec

BASIC = 1
FROM_PACKAGE, FROM_UPDATE, FROM_COMMIT = 1, 2, 3


def further_device(someone: Someone, *, kind: str = "browser") -> Someone:
    """The same person on one more device, which the account knows."""
    keys = {"signer": Ed25519PrivateKey.generate(), "box_key": os.urandom(32)}
    other = replace(someone, **keys, device_id=new_id())
    cast.add_device(other, kind=kind)
    return other


def identity(someone: Someone, *, certifier: Ed25519PrivateKey | None = None) -> bytes:
    """The identity of a device's BasicCredential, certified by its account (or by a forger)."""
    key = certifier or someone.identity
    certificate = cast.certificate(key, someone.pk, someone.device_id, cast.raw(someone.signer))
    return b"\x01" + someone.pk.bytes + someone.device_id.bytes + cast.raw(key) + certificate


def leaf(someone: Someone, *, source: int = FROM_PACKAGE, bound: bytes = b"", **parts) -> bytes:
    """A LeafNode; `bound` is group id and leaf index for leaves that are not from key packages."""
    now = int(clock.now().timestamp())
    lifetime = (
        parts.get("not_before", now - 3600),
        parts.get("not_after", now + int(timedelta(days=84).total_seconds())),
    )
    ends = {
        FROM_PACKAGE: u64(lifetime[0]) + u64(lifetime[1]),
        FROM_COMMIT: vec(parts.get("parent_hash", os.urandom(32))),
    }
    content = (
        vec(parts.get("encryption_key", os.urandom(32)))
        + vec(parts.get("signature_key", cast.raw(someone.signer)))
        + u16(parts.get("credential_type", BASIC))
        + vec(parts.get("identity", identity(someone)))
        + vec(u16(parts.get("leaf_version", MLS_10)))
        + vec(u16(parts.get("leaf_suite", SUITE)))
        + vec(b"")
        + vec(b"")
        + vec(u16(parts.get("leaf_credential", BASIC)))
        + u8(source)
        + ends.get(source, b"")
        + vec(parts.get("leaf_extensions", b""))
    )
    return content + vec(parts.get("leaf_signature", sign(someone.signer, b"LeafNodeTBS", content + bound)))


class Package(bytes):
    """An MLSMessage with a KeyPackage, which knows its leaf and whose device it is."""

    leaf: bytes
    owner: Someone

    @classmethod
    def of(cls, raw: bytes, owner: Someone, whole_leaf: bytes | None = None) -> "Package":
        """`raw` as a package; its leaf is cut out when it is as `key_package` makes it."""
        made = cls(raw)
        made.leaf, made.owner = whole_leaf or raw[HEAD + 4 + 33 : -(1 + 2 + 64)], owner
        return made


def key_package(someone: Someone, **parts) -> Package:
    """A key package of this person's device.

    Parts: version, suite, init_key, package_extensions, signature, whole_leaf, and those of `leaf`.
    """
    whole = parts.get("whole_leaf", leaf(someone, **parts))
    content = (
        u16(parts.get("version", MLS_10))
        + u16(parts.get("suite", SUITE))
        + vec(parts.get("init_key", os.urandom(32)))
        + whole
        + vec(parts.get("package_extensions", b""))
    )
    signature = parts.get("signature", sign(someone.signer, b"KeyPackageTBS", content))
    return Package.of(message(KEY_PACKAGE, content + vec(signature)), someone, whole)


def ref_of_package(package: bytes) -> bytes:
    """The KeyPackageRef of an MLSMessage with a key package."""
    return reference(b"KeyPackage", package[HEAD:])
