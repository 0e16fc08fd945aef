"""What a family is told of its plan, and when."""

from django.utils.translation import gettext_lazy as _

from notices.rules import Letter, Topic
from plans.rules import Stage

SOON = Letter(
    kind="plan.soon",
    topic=Topic.SERVICE,
    title=_("The plan of your family ends on %(ended_on)s"),
    text=_(
        "The plan of a family you look after is paid until %(ended_on)s. Do you want to go on? Then enter a "
        "new code under Family; you can do so now already, and no day is lost. If you do nothing, messages "
        "work until %(until_on)s, and everything stays to be read after that. Nothing is deleted."
    ),
    path="/plan",
    by_mail=True,
)

GRACE = Letter(
    kind="plan.grace",
    topic=Topic.SERVICE,
    title=_("The plan of your family has ended"),
    text=_(
        "The plan of a family you look after was paid until %(ended_on)s. Until %(until_on)s you can go on "
        "writing, but no new photos, films and files can be added. Enter a new code under "
        "Family, and everything works again. Nothing is deleted."
    ),
    path="/plan",
    by_mail=True,
)

READ_ONLY = Letter(
    kind="plan.read_only",
    topic=Topic.SERVICE,
    title=_("You can still read everything in your family"),
    text=_(
        "The plan of your family ended on %(ended_on)s, and the time after it is over. Everything stays, and "
        "you can read it and take it with you. New messages and photos work again as soon as somebody "
        "who looks after the family enters a new code under Family. Leaving the family and deleting what is "
        "yours is always possible."
    ),
    path="/plan",
    by_mail=True,
)

CREDITED = Letter(
    kind="plan.credited",
    topic=Topic.SERVICE,
    title=_("The plan of your family lasts longer"),
    text=_(
        "PRIFORA did not work as it should for a while. We are sorry. So the plan of a family you look after "
        "lasts longer, and you do not have to do anything for it. Days that came on top: %(days)s. It is "
        "paid until %(ended_on)s now. Nothing is deleted."
    ),
    path="/plan",
)

LETTERS = (SOON, GRACE, READ_ONLY, CREDITED)


def kind_of(stage: str) -> str:
    """Return the kind of letter that tells of a stage."""
    return f"plan.{stage.rstrip('0123456789')}" if stage.startswith(Stage.SOON) else f"plan.{stage}"
