"""The sweep, closings, erasures; consents and parents; idle accounts; who was told of a policy."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from prifora.kernel.models import Row
from prifora.kernel.policy import Basis, Category, Erase, Held, Kept, Policy, Purpose, Role, running
from privacy.purposes import Choice

_ERASER = Held(Category.INDEX, Purpose.PROOF, basis=Basis.LEGAL, export=False)
CONSENT_KEPT = timedelta(days=5 * 365)
"""After the account was closed: for as long as somebody can go to court about what was done."""

_PROOF = Held(Category.SYSTEM, Purpose.PROOF, basis=Basis.LEGAL, on_erase=Erase.KEEP, export=False)


class Sweep(Row):
    """The one row that says when ended rows were last deleted, and since when the clock is doubted."""

    only = models.BooleanField(default=True, unique=True)
    swept_at = models.DateTimeField()
    doubted_at = models.DateTimeField(null=True)

    policy = Policy(
        subject="",
        keep=None,
        fields={"only": running(), "swept_at": running(), "doubted_at": running()},
    )


class Closure(Row):
    """Somebody closes their account: erased from `due_at` on. The eraser goes when it has done all of it.

    `done` is the last step that was done, empty while the person may still change their mind; `names` are
    stored bytes that go in the end. No foreign key: the row outlives the account's.
    """

    account_ref = models.UUIDField(unique=True)
    due_at = models.DateTimeField()
    withdraw = models.BooleanField(default=False)
    done = models.CharField(max_length=80, default="", blank=True)
    names = models.JSONField(default=list)

    policy = Policy(
        subject="",
        keep=None,
        fields={
            "account_ref": Held(
                Category.INDEX, Purpose.PROOF, basis=Basis.LEGAL, export=False, staff=(Role.PRIVACY,)
            ),
            "due_at": Held(Category.TIMING, Purpose.PROOF, basis=Basis.LEGAL, staff=(Role.PRIVACY,)),
            "withdraw": Held(Category.SETTING, Purpose.PROOF, basis=Basis.LEGAL, staff=(Role.PRIVACY,)),
            "done": running(staff=(Role.PRIVACY, Role.SYSTEM)),
            "names": _ERASER,
        },
    )


class ErasureLine(Row):
    """The database's copy of one line of the list of erasures (prifora/kernel/ledger.py)."""

    n = models.PositiveBigIntegerField(unique=True)
    person = models.BinaryField(max_length=32, unique=True)
    at = models.CharField(max_length=40)
    counts = models.TextField()
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    policy = Policy(
        subject="",
        keep=None,
        fields=dict.fromkeys(("n", "person", "at", "counts", "previous", "hash"), _PROOF),
        kept=Kept(
            _("One line in our list of erasures: a number that says nothing, the time, and how much went."),
            "GDPR art. 5(2)",
        ),
    )


class Consent(Row):
    """Somebody agreed to an optional purpose, or took it back. The database only lets rows be added.

    What counts is the last row (`n`) of a person and purpose. When the account is erased, `account` is
    emptied and `closed_at` set; `person` says whose it was only to who has the server's secret and the
    account's number.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    person = models.BinaryField(max_length=32)
    purpose = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Choice])
    n = models.PositiveIntegerField()
    act = models.CharField(max_length=10, choices=[(one, one) for one in ("given", "withdrawn", "objected")])
    version = models.PositiveSmallIntegerField()
    text_hash = models.BinaryField(max_length=32)
    language = models.CharField(max_length=2, choices=[(one, one) for one in ("nl", "fr", "en")])
    how = models.CharField(max_length=8, choices=[(one, one) for one in ("app", "station", "request")])
    closed_at = models.DateTimeField(null=True)

    policy = Policy(
        subject="account",
        keep=CONSENT_KEPT,
        clock="closed_at",
        fields={
            "account": Held(
                Category.INDEX, Purpose.PROOF, basis=Basis.LEGAL, on_erase=Erase.BLANK, export=False
            ),
            "person": _PROOF,
            **dict.fromkeys(
                ("purpose", "act", "version", "text_hash", "language", "how"),
                Held(Category.CONSENT, Purpose.PROOF, basis=Basis.LEGAL, on_erase=Erase.KEEP),
            ),
            "n": running(),
            "closed_at": _PROOF,
        },
        kept=Kept(
            _("What you agreed to and took back, under a number that says nothing about you."),
            "GDPR art. 7(1)",
            keep=CONSENT_KEPT,
        ),
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["account", "purpose", "n"], name="consents_in_order"),)


class Idle(Row):
    """An account that was last used on `used_on`; its person was warned, and warned again. Use ends it.

    `closes_on` is the day they were told; from then on it is `closing`, and a Closure counts the days.
    """

    account = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    used_on = models.DateField()
    warned_on = models.DateField()
    closes_on = models.DateField()
    warned_again_on = models.DateField(null=True)
    closing = models.BooleanField(default=False)

    policy = Policy(
        subject="account",
        keep=None,
        fields={
            "account": Held(Category.INDEX, Purpose.ACCOUNT, export=False),
            "used_on": Held(Category.TIMING, Purpose.ACCOUNT),
            "warned_on": Held(Category.TIMING, Purpose.ACCOUNT),
            "closes_on": Held(Category.TIMING, Purpose.ACCOUNT),
            "warned_again_on": Held(Category.TIMING, Purpose.ACCOUNT),
            "closing": Held(Category.SETTING, Purpose.ACCOUNT),
        },
    )

    class Meta:
        indexes = (models.Index(fields=["closes_on"], name="idle_by_end"),)


class ParentalApproval(Row):
    """A child named a parent of their family, who approves what the child agrees to since `approved_at`."""

    child = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    parent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    approved_at = models.DateTimeField(null=True)

    policy = Policy(
        subject="child",
        keep=None,
        fields={
            "child": Held(Category.INDEX, Purpose.PROOF, basis=Basis.LEGAL, export=False),
            "parent": Held(Category.RELATION, Purpose.PROOF, basis=Basis.LEGAL),
            "approved_at": Held(Category.TIMING, Purpose.PROOF, basis=Basis.LEGAL),
        },
    )


class Announcement(Row):
    """Everybody is told of a version of the policy: how far that is, and on which day the last one was told.

    `part` is the next of the parts in which people are told (accounts.access.PARTS), by how their random
    number begins; so the row names nobody.
    """

    number = models.PositiveIntegerField(unique=True)
    begins_on = models.DateField()
    part = models.PositiveSmallIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)
    told_on = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)

    policy = Policy(
        subject="",
        keep=None,
        fields={
            "number": running(),
            "begins_on": running(),
            "part": running(),
            "told": running(),
            "told_on": running(),
            "done_at": running(),
        },
    )
