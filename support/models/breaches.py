"""What leaked, or might have in a drill."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from prifora.kernel.models import Row
from prifora.kernel.policy import Basis, Category, Erase, Held, Policy, Purpose, running

_STAFF = Held(Category.STAFF, Purpose.PROOF, basis=Basis.LEGAL, on_erase=Erase.BLANK, export=False)


class Breach(Row):
    """One table of which rows were lost, from `since` on, known to us at `known_at`.

    A `drill` tells nobody. Otherwise a second member of staff has the letters sent, never who reported it.
    """

    table = models.CharField(max_length=64)
    since = models.DateTimeField(null=True, default=None)
    known_at = models.DateTimeField()
    drill = models.BooleanField(default=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, default=None, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, default=None)
    told = models.PositiveIntegerField(default=0)

    policy = Policy(
        subject="",
        keep=None,
        fields={
            **dict.fromkeys(("table", "since", "known_at", "drill", "sent_at", "told"), running()),
            "reported_by": _STAFF,
            "sent_by": _STAFF,
        },
    )

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(sent_by=F("reported_by")), name="breach_has_four_eyes"),
            models.CheckConstraint(condition=Q(drill=False) | Q(sent_at=None), name="drill_tells_nobody"),
        )
