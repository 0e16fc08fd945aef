"""People who can sign in, their devices, their sessions and what guards their keys."""

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from accounts.profile import PLACE
from prifora.kernel.indexed import IndexedTextField
from prifora.kernel.models import Row
from prifora.kernel.policy import Category, Erase, Held, Policy, Purpose, Role, Seen, running
from prifora.kernel.sealing import open_document, seal_document
from prifora.kernel.shapes import SEALED_KEYS_MAX_BYTES
from prifora.kernel.terms import today

SECURITY_LOG_KEPT = timedelta(days=90)
SESSION_KEPT = timedelta(days=90)
LINK_LASTS = timedelta(minutes=10)
LINK_KEPT = timedelta(days=1)
CHALLENGE_LASTS = timedelta(minutes=2)
RING_MAX_BYTES = 64 * 1024


class AccountKind(models.TextChoices):
    """Who a person is to the product."""

    USER = "user"
    CONTACT = "contact"


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by the natural key the sign-in library uses."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(username=username)


class Account(Row, AbstractBaseUser):
    """A person. What they told about themselves lies in `sealed`, under a key of their own."""

    kind = models.CharField(max_length=8, choices=AccountKind.choices, default=AccountKind.CONTACT)
    username = IndexedTextField(label="username", unique=True)
    phone = IndexedTextField(label="phone", unique=True, null=True)
    phone_verified = models.BooleanField(default=False)
    sealed = models.BinaryField()
    kdf_salt = models.BinaryField(max_length=16, null=True)
    is_managed = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    used_on = models.DateField(default=today)

    last_login = None
    is_staff = False
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountManager()

    policy = Policy(
        subject="self",
        keep=None,
        fields={
            "password": Held(Category.CREDENTIAL, Purpose.SIGN_IN, export=False),
            "kind": Held(Category.PROFILE, Purpose.ACCOUNT, staff=(Role.SUPPORT, Role.SYSTEM, Role.PRIVACY)),
            "username": Held(Category.INDEX, Purpose.SIGN_IN, export=False),
            "phone": Held(Category.INDEX, Purpose.SIGN_IN, export=False),
            "phone_verified": Held(Category.PROFILE, Purpose.SIGN_IN, staff=(Role.SUPPORT,)),
            "sealed": Held(
                Category.PROFILE, Purpose.ACCOUNT, Seen.SEALED, on_erase=Erase.SHRED, staff=(Role.SUPPORT,)
            ),
            "kdf_salt": Held(Category.CREDENTIAL, Purpose.SIGN_IN, export=False),
            "is_managed": Held(Category.PROFILE, Purpose.ACCOUNT, staff=(Role.SUPPORT, Role.SYSTEM)),
            "is_active": Held(
                Category.PROFILE, Purpose.SECURITY, staff=(Role.SUPPORT, Role.SYSTEM, Role.PRIVACY)
            ),
            "used_on": Held(Category.TIMING, Purpose.ACCOUNT, staff=(Role.PRIVACY,)),
        },
    )

    class Meta:
        indexes = (models.Index(fields=["used_on"], name="accounts_by_use"),)

    def __str__(self) -> str:
        return f"Account {self.pk}"

    @property
    def profile(self) -> dict[str, Any]:
        """The opened profile document; change it and save `sealed` to keep the change."""
        if "_profile" not in self.__dict__:
            self.__dict__["_profile"] = (
                open_document(self.sealed, person=self.pk, place=PLACE) if self.sealed else {}
            )
        return self.__dict__["_profile"]

    def indexed_text(self, name: str, _token: str) -> str:
        """Return the text behind an indexed column."""
        return str(self.profile.get(name) or "")

    def keep_text(self, name: str, _token: str, text: str) -> None:
        """Keep the text behind an indexed column in the profile."""
        self.profile[name] = text

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        self.__dict__.pop("_profile", None)
        super().refresh_from_db(*args, **kwargs)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, sealing the profile again whenever a column that mirrors it or it itself is saved.

        The sign-in library saves a stored account without naming columns; all it can have changed is
        the password.
        """
        if not self._state.adding and not args and kwargs.get("update_fields") is None:
            kwargs["update_fields"] = ["password"]
        fields = kwargs.get("update_fields")
        if fields is not None and {"username", "phone"} & set(fields):
            kwargs["update_fields"] = fields = {*fields, "sealed"}
        if fields is None or "sealed" in fields:
            for name in ("username", "phone"):
                text = self.__dict__.get(name)
                if text and not str(text).startswith("x:"):
                    self.profile[name] = str(text)
            self.sealed = seal_document(self.profile, person=self.pk, place=PLACE)
        super().save(*args, **kwargs)


class Vault(Row):
    """The public halves of an account's keys, and the private halves sealed under a key we never see.

    `aek` and the device list are stated and signed by the identity key `aik`; version 0 of the list is none.
    """

    account = models.OneToOneField(Account, models.CASCADE, related_name="vault")
    aik = models.BinaryField(max_length=32)
    aek = models.BinaryField(max_length=32)
    aek_version = models.PositiveIntegerField(default=1)
    aek_signature = models.BinaryField(max_length=64)
    sealed_keys = models.BinaryField(max_length=SEALED_KEYS_MAX_BYTES)
    revision = models.PositiveIntegerField(default=1)
    list_version = models.PositiveIntegerField(default=0)
    list_body = models.BinaryField(max_length=2048, default=bytes)
    list_signature = models.BinaryField(max_length=64, default=bytes)

    policy = Policy(
        subject="account",
        keep=None,
        fields={
            "account": Held(Category.RELATION, Purpose.MESSAGING, export=False),
            "aik": Held(Category.PUBLIC_KEY, Purpose.MESSAGING),
            "aek": Held(Category.PUBLIC_KEY, Purpose.MESSAGING),
            "aek_version": running(),
            "aek_signature": Held(Category.PUBLIC_KEY, Purpose.MESSAGING),
            "sealed_keys": Held(Category.CIPHERTEXT, Purpose.MESSAGING, Seen.BY_MEMBERS),
            "revision": running(),
            "list_version": running(),
            "list_body": Held(Category.PUBLIC_KEY, Purpose.MESSAGING),
            "list_signature": Held(Category.PUBLIC_KEY, Purpose.MESSAGING),
        },
    )


class VaultSlot(Row):
    """One way to open a vault: the vault's key, boxed to the key pair of a password, a device or another."""

    vault = models.ForeignKey(Vault, models.CASCADE, related_name="slots")
    name = models.CharField(max_length=80)
    public_key = models.BinaryField(max_length=32)
    sealed = models.BinaryField(max_length=256)
    auth_key = models.BinaryField(max_length=32, null=True)

    policy = Policy(
        subject="vault__account",
        keep=None,
        fields={
            "vault": Held(Category.RELATION, Purpose.MESSAGING, export=False),
            "name": running(),
            "public_key": Held(Category.PUBLIC_KEY, Purpose.MESSAGING),
            "sealed": Held(Category.CIPHERTEXT, Purpose.MESSAGING, Seen.BY_MEMBERS),
            "auth_key": Held(Category.PUBLIC_KEY, Purpose.SIGN_IN),
        },
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["vault", "name"], name="one_slot_of_a_name"),)


class Ring(Row):
    """What a person's own devices share about whom they trust, sealed under the vault's key."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="ring")
    n = models.PositiveIntegerField()
    sealed = models.BinaryField(max_length=RING_MAX_BYTES)

    policy = Policy(
        subject="account",
        keep=None,
        fields={
            "account": Held(Category.RELATION, Purpose.MESSAGING, export=False),
            "n": running(),
            "sealed": Held(Category.CIPHERTEXT, Purpose.MESSAGING, Seen.BY_MEMBERS),
        },
    )


class Device(Row):
    """A browser or Home Station that holds keys of an account, certified by the account's identity key."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="devices")
    kind = models.CharField(max_length=8, choices=[("browser", "browser"), ("station", "station")])
    sealed_name = models.BinaryField(max_length=512)
    signature_key = models.BinaryField(max_length=32)
    box_key = models.BinaryField(max_length=32)
    certificate = models.BinaryField(max_length=64)
    last_seen_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    policy = Policy(
        subject="account",
        keep=None,
        fields={
            "account": Held(Category.RELATION, Purpose.MESSAGING, staff=(Role.SUPPORT,)),
            "kind": Held(Category.DEVICE, Purpose.MESSAGING, staff=(Role.SUPPORT, Role.SYSTEM)),
            "sealed_name": Held(Category.DEVICE, Purpose.SECURITY, Seen.SEALED, on_erase=Erase.SHRED),
            "signature_key": Held(Category.PUBLIC_KEY, Purpose.MESSAGING),
            "box_key": Held(Category.PUBLIC_KEY, Purpose.MESSAGING),
            "certificate": Held(Category.PUBLIC_KEY, Purpose.MESSAGING),
            "last_seen_on": Held(Category.TIMING, Purpose.SECURITY, staff=(Role.SUPPORT,)),
            "revoked_at": Held(Category.TIMING, Purpose.SECURITY, staff=(Role.SUPPORT, Role.SYSTEM)),
        },
    )


class Session(AbstractBaseSession):
    """A signed-in browser or Home Station. Holds the hash of its key, so a stolen row opens nothing."""

    session_key = models.CharField(max_length=64, primary_key=True)
    session_data = models.BinaryField()  # type: ignore[assignment]
    id = models.UUIDField(unique=True, null=True)
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="+")
    device = models.ForeignKey(Device, models.CASCADE, null=True, related_name="+")
    client = models.CharField(max_length=40, default="")
    created_at = models.DateTimeField(null=True)
    last_seen_on = models.DateField(null=True)

    policy = Policy(
        subject="account",
        keep=timedelta(0),
        clock="expire_date",
        fields={
            "session_key": Held(Category.CREDENTIAL, Purpose.SIGN_IN, export=False),
            "session_data": Held(Category.CREDENTIAL, Purpose.SIGN_IN, Seen.SEALED, export=False),
            "expire_date": Held(Category.TIMING, Purpose.SIGN_IN, export=False),
            "id": running(),
            "account": Held(Category.RELATION, Purpose.SIGN_IN, export=False),
            "device": Held(Category.DEVICE, Purpose.SIGN_IN),
            "client": Held(Category.DEVICE, Purpose.SECURITY),
            "created_at": Held(Category.TIMING, Purpose.SECURITY),
            "last_seen_on": Held(Category.TIMING, Purpose.SECURITY),
        },
    )

    class Meta:
        verbose_name, verbose_name_plural = "session", "sessions"


class Link(Row):
    """A new browser shows a code and waits for a device of its person. We know a look-up value, not the code.

    `proof`, `box_key` and `auth_key` are the new browser's; `box` and `box_proof` the approving device's.
    """

    lookup_hash = models.BinaryField(max_length=32, unique=True)
    proof = models.BinaryField(max_length=32)
    box_key = models.BinaryField(max_length=32)
    auth_key = models.BinaryField(max_length=65)
    sealed_name = models.BinaryField(max_length=512)
    expires_at = models.DateTimeField()
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="+")
    box = models.BinaryField(max_length=1024, null=True)
    box_proof = models.BinaryField(max_length=32, null=True)
    used_at = models.DateTimeField(null=True)

    policy = Policy(
        subject="account",
        keep=LINK_KEPT,
        fields={
            "lookup_hash": Held(Category.CREDENTIAL, Purpose.SECURITY, export=False),
            "proof": Held(Category.PUBLIC_KEY, Purpose.SIGN_IN, export=False),
            "box_key": Held(Category.PUBLIC_KEY, Purpose.SIGN_IN, export=False),
            "auth_key": Held(Category.PUBLIC_KEY, Purpose.SIGN_IN, export=False),
            "sealed_name": Held(Category.DEVICE, Purpose.SECURITY, Seen.SEALED, export=False),
            "expires_at": running(),
            "account": Held(Category.RELATION, Purpose.SIGN_IN, export=False),
            "box": Held(Category.CIPHERTEXT, Purpose.SIGN_IN, Seen.BY_MEMBERS, export=False),
            "box_proof": Held(Category.PUBLIC_KEY, Purpose.SIGN_IN, export=False),
            "used_at": Held(Category.TIMING, Purpose.SECURITY, export=False),
        },
    )


class SheetChallenge(Row):
    """A random value to sign with the key of a recovery sheet; works once, for CHALLENGE_LASTS."""

    nonce_hash = models.BinaryField(max_length=32, unique=True)

    policy = Policy(
        subject="",
        keep=timedelta(hours=1),
        fields={"nonce_hash": Held(Category.CREDENTIAL, Purpose.SIGN_IN, export=False)},
    )


class LogLine(Row):
    """One line of a person's security log: a code, no address, no content."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    what = models.CharField(max_length=32)
    who = models.CharField(max_length=16, default="you")

    policy = Policy(
        subject="account",
        keep=SECURITY_LOG_KEPT,
        fields={
            "account": Held(Category.RELATION, Purpose.SECURITY, export=False),
            "what": Held(Category.BEHAVIOUR, Purpose.SECURITY),
            "who": Held(Category.BEHAVIOUR, Purpose.SECURITY),
        },
    )

    class Meta:
        indexes = (
            models.Index(fields=["account", "-created_at"], name="log_of_person"),
            models.Index(fields=["created_at"], name="log_by_age"),
        )
