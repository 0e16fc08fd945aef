"""Who may help a person to come back, and who asks to come back."""

from django.conf import settings
from django.db import models

from prifora.kernel.models import Row
from prifora.kernel.policy import Category, Erase, Held, Policy, Purpose, Seen, running
from recovery.rules import TRACE_KEPT

BOX_MAX_BYTES = 512


class Outcome(models.TextChoices):
    """How a recovery ended; none yet while it is open."""

    OPEN = "", "open"
    USED = "used"
    VETOED = "vetoed"
    ENDED = "ended"


class Relatives(Row):
    """The people a person chose to bring them back: any `threshold` of them, after `wait_hours`."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    threshold = models.PositiveSmallIntegerField()
    wait_hours = models.PositiveSmallIntegerField()

    policy = Policy(
        subject="account",
        keep=None,
        fields={
            "account": Held(Category.RELATION, Purpose.SECURITY, export=False),
            "threshold": Held(Category.SETTING, Purpose.SECURITY),
            "wait_hours": Held(Category.SETTING, Purpose.SECURITY),
        },
    )

    class Meta:
        verbose_name_plural = "relatives"


class Share(Row):
    """What one relative keeps: sealed for them, signed by the person; alone it opens nothing."""

    relatives = models.ForeignKey(Relatives, models.CASCADE, related_name="shares")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    box = models.BinaryField(max_length=BOX_MAX_BYTES)
    signature = models.BinaryField(max_length=64)

    policy = Policy(
        subject="relatives__account",
        keep=None,
        fields={
            "relatives": Held(Category.RELATION, Purpose.SECURITY, export=False),
            "holder": Held(Category.RELATION, Purpose.SECURITY),
            "box": Held(Category.CIPHERTEXT, Purpose.SECURITY, Seen.BY_MEMBERS),
            "signature": Held(Category.PUBLIC_KEY, Purpose.SECURITY, export=False),
        },
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["relatives", "holder"], name="share_once"),)


class Recovery(Row):
    """Somebody asks to come back as a person: open until `ends_at`, which is set anew when it ends.

    `polled_at` is the asker's own count of its questions: one that was heard before is not answered again.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    by_station = models.BooleanField(default=False)
    box_key = models.BinaryField(max_length=32)
    auth_key = models.BinaryField(max_length=65)
    proof = models.BinaryField(max_length=32)
    sealed_name = models.BinaryField(max_length=512)
    polled_at = models.BigIntegerField(default=-1)
    wait_until = models.DateTimeField()
    ends_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN, blank=True)

    policy = Policy(
        subject="account",
        keep=TRACE_KEPT,
        clock="ends_at",
        fields={
            "account": Held(Category.RELATION, Purpose.SIGN_IN, export=False),
            "by_station": Held(Category.DEVICE, Purpose.SIGN_IN),
            "box_key": Held(Category.PUBLIC_KEY, Purpose.SIGN_IN, export=False),
            "auth_key": Held(Category.PUBLIC_KEY, Purpose.SIGN_IN, export=False),
            "proof": Held(Category.PUBLIC_KEY, Purpose.SIGN_IN, export=False),
            "sealed_name": Held(Category.DEVICE, Purpose.SECURITY, Seen.SEALED, on_erase=Erase.SHRED),
            "polled_at": running(),
            "wait_until": Held(Category.TIMING, Purpose.SECURITY),
            "ends_at": Held(Category.TIMING, Purpose.SECURITY),
            "outcome": Held(Category.BEHAVIOUR, Purpose.SECURITY),
        },
    )

    class Meta:
        verbose_name_plural = "recoveries"
        indexes = (models.Index(fields=["account", "outcome"], name="recoveries_of_person"),)


class Approval(Row):
    """A relative gives their share to who asks, sealed for the asking device; emptied when it is stopped."""

    recovery = models.ForeignKey(Recovery, models.CASCADE, related_name="approvals")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    box = models.BinaryField(max_length=BOX_MAX_BYTES)
    signature = models.BinaryField(max_length=64)

    policy = Policy(
        subject="holder",
        keep=None,
        fields={
            "recovery": Held(Category.RELATION, Purpose.SECURITY),
            "holder": Held(Category.RELATION, Purpose.SECURITY, export=False),
            "box": Held(Category.CIPHERTEXT, Purpose.SECURITY, Seen.BY_MEMBERS, export=False),
            "signature": Held(Category.PUBLIC_KEY, Purpose.SECURITY, export=False),
        },
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["recovery", "holder"], name="approval_once"),)
