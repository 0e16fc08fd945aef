"""Families, who belongs to them, and how people come in."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from prifora.kernel.models import Row
from prifora.kernel.policy import Basis, Category, Erase, Held, Kept, Policy, Purpose, Role, Seen

INVITATION_LASTS = timedelta(days=7)
TRACE_KEPT = timedelta(days=30)
"""How long the hash of an ended invitation is kept, so that it is not mistaken for a new one."""

_LOOKS = (Role.SUPPORT, Role.PRIVACY)

_TRUST = Kept(
    _("A random number and a public key, without a name, by which your family knows whom it may trust."),
    "GDPR art. 6(1)(f)",
)


class BondRole(models.TextChoices):
    """What a person is in a family."""

    USER = "user"
    CONTACT = "contact"


class History(models.TextChoices):
    """From when on a newcomer may read what was said in the conversation of everyone."""

    START = "start"
    TODAY = "today"


class BondState(models.TextChoices):
    """How a bond stands."""

    JOINED = "joined"
    LEFT = "left"
    REMOVED = "removed"
    REFUSED = "refused"


class Family(Row):
    """The closed network around one or more Home Stations. Its name is sealed, so it is not here.

    Who founded it is the root of everybody's trust in it, and stays so when the founder leaves: therefore
    an id and a key, no link to an account.
    """

    founder_ref = models.UUIDField(null=True)
    founder_aik = models.BinaryField(max_length=32, null=True)
    retention_days = models.PositiveSmallIntegerField(null=True)

    policy = Policy(
        subject="",
        keep=None,
        fields={
            "founder_ref": Held(Category.INDEX, Purpose.MESSAGING, on_erase=Erase.KEEP, export=False),
            "founder_aik": Held(Category.PUBLIC_KEY, Purpose.MESSAGING, on_erase=Erase.KEEP, export=False),
            "retention_days": Held(Category.SETTING, Purpose.MESSAGING, on_erase=Erase.KEEP, export=False),
        },
        kept=_TRUST,
    )

    class Meta:
        verbose_name_plural = "families"


class Bond(Row):
    """A person is in a family from `created_at` until `ended_at`."""

    family = models.ForeignKey(Family, models.CASCADE, related_name="bonds")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    role = models.CharField(max_length=8, choices=BondRole.choices, default=BondRole.CONTACT)
    is_admin = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=BondState.choices, default=BondState.JOINED)
    ended_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    proof = models.BinaryField(max_length=32, null=True)
    admission = models.JSONField(null=True)

    policy = Policy(
        subject="account",
        keep=None,
        fields={
            "family": Held(Category.RELATION, Purpose.MESSAGING, staff=_LOOKS),
            "account": Held(Category.RELATION, Purpose.MESSAGING, staff=_LOOKS),
            "role": Held(Category.RELATION, Purpose.MESSAGING, staff=_LOOKS),
            "is_admin": Held(Category.RELATION, Purpose.MESSAGING, staff=_LOOKS),
            "state": Held(Category.RELATION, Purpose.MESSAGING, staff=_LOOKS),
            "ended_at": Held(Category.TIMING, Purpose.MESSAGING),
            "seen_at": Held(Category.TIMING, Purpose.MESSAGING),
            "invited_by": Held(Category.RELATION, Purpose.SECURITY, on_erase=Erase.BLANK),
            "proof": Held(Category.PUBLIC_KEY, Purpose.MESSAGING, export=False),
            "admission": Held(Category.PUBLIC_KEY, Purpose.MESSAGING, export=False),
        },
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["family", "account"], condition=Q(ended_at=None), name="in_family_once"
            ),
            models.UniqueConstraint(
                fields=["family"], condition=Q(ended_at=None, role="user"), name="one_user_per_family"
            ),
        )


class Forebear(Row):
    """By what statement somebody who is erased was in a family: people they let in are trusted because of it.

    A random number, public keys and signatures; nothing says whose they were.
    """

    family = models.ForeignKey(Family, models.CASCADE, related_name="forebears")
    account_id = models.UUIDField()
    admission = models.JSONField()

    policy = Policy(
        subject="",
        keep=None,
        fields={
            "family": Held(Category.RELATION, Purpose.MESSAGING, on_erase=Erase.KEEP, export=False),
            "account_id": Held(
                Category.INDEX,
                Purpose.MESSAGING,
                basis=Basis.INTEREST,
                on_erase=Erase.PSEUDONYM,
                export=False,
            ),
            "admission": Held(
                Category.PUBLIC_KEY,
                Purpose.MESSAGING,
                basis=Basis.INTEREST,
                on_erase=Erase.PSEUDONYM,
                export=False,
            ),
        },
        kept=_TRUST,
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["family", "account_id"], name="one_forebear"),)


def _while_open(category: Category, seen: Seen = Seen.BY_SERVER, *, export: bool = True) -> Held:
    """Declare what nobody needs any more once an invitation is over; its hash stays a little longer."""
    return Held(category, Purpose.MESSAGING, seen, export=export, keep=INVITATION_LASTS)


class Invitation(Row):
    """A single-use way into a family. The server knows the hash of a look-up value, never the code.

    `key` is the public half of a key pair that only the code gives; `signature` is the inviter's over it.
    """

    family = models.ForeignKey(Family, models.CASCADE, related_name="invitations")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    lookup_hash = models.BinaryField(max_length=32, unique=True)
    proof = models.BinaryField(max_length=32)
    sealed_note = models.BinaryField(max_length=2048)
    key = models.BinaryField(max_length=32)
    history = models.CharField(max_length=8, choices=History.choices)
    signature = models.BinaryField(max_length=64)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    policy = Policy(
        subject="made_by",
        keep=TRACE_KEPT,
        fields={
            "family": Held(Category.RELATION, Purpose.MESSAGING, staff=_LOOKS),
            "made_by": Held(Category.RELATION, Purpose.MESSAGING, staff=_LOOKS),
            "lookup_hash": Held(Category.CREDENTIAL, Purpose.SECURITY, export=False),
            "proof": _while_open(Category.PUBLIC_KEY, export=False),
            "sealed_note": _while_open(Category.CIPHERTEXT, Seen.BY_MEMBERS),
            "key": _while_open(Category.PUBLIC_KEY, export=False),
            "history": Held(Category.SETTING, Purpose.MESSAGING),
            "signature": _while_open(Category.PUBLIC_KEY, export=False),
            "expires_at": Held(Category.TIMING, Purpose.MESSAGING, staff=_LOOKS),
            "used_at": Held(Category.TIMING, Purpose.MESSAGING, staff=_LOOKS),
            "used_by": Held(Category.RELATION, Purpose.MESSAGING, on_erase=Erase.BLANK),
            "withdrawn_at": Held(Category.TIMING, Purpose.MESSAGING),
        },
    )


class Favourite(Row):
    """A person keeps somebody within reach."""

    bond = models.ForeignKey(Bond, models.CASCADE, related_name="favourites")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    policy = Policy(
        subject="bond__account",
        keep=None,
        fields={
            "bond": Held(Category.SETTING, Purpose.ACCOUNT),
            "account": Held(Category.RELATION, Purpose.ACCOUNT),
        },
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["bond", "account"], name="favourite_once"),)


class Block(Row):
    """A person wants nothing from somebody. Only the blocker knows."""

    blocker = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    blocked = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    policy = Policy(
        subject="blocker",
        keep=None,
        fields={
            "blocker": Held(Category.SETTING, Purpose.ACCOUNT),
            "blocked": Held(Category.RELATION, Purpose.ACCOUNT),
        },
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once"),)
