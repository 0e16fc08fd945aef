"""The ledger of looks: what staff opened, asked and handed out, line upon line."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from prifora.kernel.models import Row
from prifora.kernel.policy import Basis, Category, Erase, Held, Kept, Policy, Purpose

_LINE = Held(Category.SYSTEM, Purpose.PROOF, basis=Basis.LEGAL, on_erase=Erase.KEEP, export=False)
_PERSON = Held(Category.INDEX, Purpose.PROOF, basis=Basis.LEGAL, on_erase=Erase.KEEP, export=False)


class LedgerLine(Row):
    """One thing that staff did, chained to the one before (rules.hash_of). Never changed and never deleted.

    `person` is a keyed digest of the account it is about, empty for nobody. `facts` are JSON that names
    nobody: random ids, roles, tables, keyed digests of staff, digests of rows. Triggers refuse every change.
    """

    n = models.PositiveBigIntegerField(unique=True)
    at = models.CharField(max_length=40)
    what = models.CharField(max_length=24)
    person = models.BinaryField(max_length=32)
    facts = models.TextField()
    hash = models.BinaryField(max_length=32)

    policy = Policy(
        subject="",
        keep=None,
        fields={**dict.fromkeys(("n", "at", "what", "facts", "hash"), _LINE), "person": _PERSON},
        kept=Kept(
            _("Lines in the ledger of looks: that staff did something and when. Nothing in them names you."),
            "GDPR art. 5(2)",
        ),
    )
