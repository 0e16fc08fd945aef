"""Who thanked whom for what was said."""

from django.conf import settings
from django.db import models

from chat.models import Entry
from prifora.kernel.models import Row
from prifora.kernel.policy import Category, Held, Policy, Purpose


class Thanks(Row):
    """Somebody said thank you for a line."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    line = models.ForeignKey(Entry, models.CASCADE, related_name="+")

    policy = Policy(
        subject="account",
        keep=None,
        fields={
            "account": Held(Category.INDEX, Purpose.MESSAGING, export=False),
            "line": Held(Category.RELATION, Purpose.MESSAGING),
        },
    )
