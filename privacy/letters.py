"""What privacy tells people: each step of what they asked; a restriction, the policy, an account that end."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from notices.rules import Letter, Topic
from privacy.authorities import AUTHORITIES
from privacy.rights import GROUNDS, RIGHTS

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Words = Mapping[str, "Mapping[str, str | StrPromise]"]

_KINDS: Words = {"right": RIGHTS}
_WHERE = {one.country: f"{one.name} ({one.site.removeprefix('https://')})" for one in AUTHORITIES.values()}
_ANSWERED: Words = {**_KINDS, "country": _WHERE}

_letter = partial(Letter, topic=Topic.PRIVACY, by_mail=True)

RECEIVED = _letter(
    kind="privacy.request_received",
    title=_("We have your request"),
    text=_(
        "You asked us %(right)s. A person of ours answers you by %(due_on)s at the latest. Under Me, "
        "Privacy you see how far it is, and you can add something or take it back."
    ),
    words=_KINDS,
)
COMPLAINT_RECEIVED = _letter(
    kind="privacy.complaint_received",
    title=_("We have your complaint"),
    text=_(
        "A person of ours lets you know by %(acknowledge_on)s that they read your complaint, and answers "
        "you by %(due_on)s at the latest. Under Me, Privacy you see how far it is, and you can add "
        "something or take it back."
    ),
)
ACKNOWLEDGED = _letter(
    kind="privacy.request_acknowledged",
    title=_("Somebody has read what you asked"),
    text=_(
        "You asked us %(right)s. A person of ours has read it. You get an answer by %(due_on)s at the latest."
    ),
    words=_KINDS,
)
EXTENDED = _letter(
    kind="privacy.request_extended",
    title=_("We need more time for your request"),
    text=_(
        "You asked us %(right)s. We need more time, until %(due_on)s. Why, you can read under Me, Privacy. "
        "Do you not agree? You can complain to the authority: %(country)s. You can also go to court."
    ),
    words=_ANSWERED,
)
WRITTEN = _letter(
    kind="privacy.request_written",
    title=_("We wrote something about your request"),
    text=_("You asked us %(right)s. Under Me, Privacy you can read what we wrote, and answer it."),
    words=_KINDS,
)
ANSWERED = _letter(
    kind="privacy.request_answered",
    title=_("Our answer to your request"),
    text=_(
        "You asked us %(right)s. Our answer is there: you can read it under Me, Privacy. Are you not "
        "content? You can complain to the authority: %(country)s. You can also go to court."
    ),
    words=_ANSWERED,
)
REFUSED = _letter(
    kind="privacy.request_refused",
    title=_("We do not do what you asked"),
    text=_(
        "You asked us %(right)s. We do not do that. The reason: %(reason)s (%(article)s) What more we say "
        "about it, you can read under Me, Privacy. Do you not agree? You can complain to the authority: "
        "%(country)s. You can also go to court."
    ),
    words={**_ANSWERED, "reason": {reason: ground.words for reason, ground in GROUNDS.items()}},
)
WITHDRAWN = _letter(
    kind="privacy.request_withdrawn",
    by_mail=False,
    title=_("You took your request back"),
    text=_("You asked us %(right)s, and took that back. We do nothing more about it."),
    words=_KINDS,
)
RESTRICTED = _letter(
    kind="privacy.restricted",
    title=_("We only store your data now"),
    text=_(
        "As you asked, we only store your data and do nothing else with them, besides what you do yourself "
        "and what a law asks of us. You can end this under Me, Privacy."
    ),
)
RESTRICTION_ENDS = _letter(
    kind="privacy.restriction_ends",
    title=_("We are going to use your data again"),
    text=_(
        "From %(ends_on)s on we no longer only store your data, but use them again as our privacy policy "
        "says. Do you not want that? Then choose it again under Me, Privacy before that day is over."
    ),
)
RESTRICTION_ENDED = _letter(
    kind="privacy.restriction_ended",
    by_mail=False,
    title=_("We use your data again"),
    text=_(
        "We told you before: we no longer only store your data. You can choose otherwise under Me, Privacy."
    ),
)

PARENT_ASKED = _letter(
    kind="privacy.parent_asked",
    title=_("A child of your family asks for your approval"),
    text=_(
        "Somebody of your family who is younger than 16 named you as a parent. Without your approval nothing "
        "that is optional is on for them. Under Me, Privacy you see who it is, and say yes or no."
    ),
    urgent=True,
)
PARENT_APPROVED = _letter(
    kind="privacy.parent_approved",
    title=_("Your parent approves"),
    text=_("From now on you choose yourself what we may do, under Me, Privacy. You can always say no."),
    by_mail=False,
)
PARENT_REFUSED = _letter(
    kind="privacy.parent_refused",
    title=_("Your parent does not approve"),
    text=_(
        "Everything that is optional is off now. Talk about it together; you can ask again under Me, Privacy."
    ),
    by_mail=False,
)

ABOUT_RIGHTS = (
    *(RECEIVED, COMPLAINT_RECEIVED, ACKNOWLEDGED, EXTENDED, WRITTEN, ANSWERED, REFUSED, WITHDRAWN),
    *(RESTRICTED, RESTRICTION_ENDS, RESTRICTION_ENDED),
    *(PARENT_ASKED, PARENT_APPROVED, PARENT_REFUSED),
)

ABOUT_ACCOUNTS = (
    _letter(
        kind="privacy.policy",
        title=_("Our privacy policy changes on %(begins_on)s"),
        text=_(
            "From %(begins_on)s on, version %(number)s of our privacy policy holds. Read what is different. "
            "You do not have to do anything, and using PRIFORA does not mean that you agree. If you do not "
            "want this, you can take your data with you and close your account under Me."
        ),
        mail=_(
            "Our privacy policy changes. From %(begins_on)s on, version %(number)s holds. "
            "You do not have to do anything."
        ),
        path="/privacy/%(language)s/%(number)s#different",
    ),
    _letter(
        kind="privacy.idle",
        title=_("Your PRIFORA account will be closed on %(ends_on)s"),
        text=_(
            "Nobody has used your account since %(used_on)s. We do not keep what nobody needs, so it will be "
            "closed on %(ends_on)s. Do you want to keep it? Then sign in before that day."
        ),
        urgent=True,
    ),
    _letter(
        kind="privacy.idle_again",
        title=_("Last warning: your PRIFORA account will be closed on %(ends_on)s"),
        text=_(
            "Nobody has used your account since %(used_on)s. It will be closed on %(ends_on)s. "
            "Do you want to keep it? Then sign in before that day."
        ),
        urgent=True,
    ),
    _letter(
        kind="privacy.idle_closed",
        title=_("Your PRIFORA account is closed and will be erased on %(ends_on)s"),
        text=_(
            "Nobody has used your account since %(used_on)s, so we closed it. It will be erased on "
            "%(ends_on)s. Do you want to keep it? Then sign in before that day."
        ),
        urgent=True,
    ),
)

LETTERS = (*ABOUT_RIGHTS, *ABOUT_ACCOUNTS)
