"""What privacy tells people: each step of what they asked, or somebody for them; what ends or changes."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from notices.rules import Letter, Topic
from privacy.authorities import AUTHORITIES
from privacy.rights import AGENTS, GROUNDS, PROOFS, RIGHTS

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Words = Mapping[str, "Mapping[str, str | StrPromise]"]

_KINDS: Words = {"right": RIGHTS}
_WHERE = {one.country: f"{one.name} ({one.site.removeprefix('https://')})" for one in AUTHORITIES.values()}
_ANSWERED: Words = {**_KINDS, "country": _WHERE}
_REFUSED: Words = {**_ANSWERED, "reason": {reason: ground.words for reason, ground in GROUNDS.items()}}
_BY_AGENT: Words = {**_REFUSED, "agent": AGENTS, "proof": PROOFS}

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
    words=_REFUSED,
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

_for_you = partial(_letter, words=_BY_AGENT)

FOR_YOU_CHECKED = _for_you(
    kind="privacy.for_you_checked",
    title=_("Somebody may ask us something for you"),
    text=_(
        "For you, %(agent)s asked us %(right)s. We saw that they may: %(proof)s, of %(proof_on)s. Under Me, "
        "Privacy you see who it is. Do you not want this? Say so there."
    ),
)
FOR_YOU_REVOKED = _for_you(
    kind="privacy.for_you_revoked",
    by_mail=False,
    title=_("You said that nobody may ask this for you"),
    text=_(
        "For you, %(agent)s asked us %(right)s. You do not want that, so we do nothing, unless a judge "
        "decided that they may. You hear from us how it ends."
    ),
)
FOR_YOU = {
    RECEIVED.kind: _for_you(
        kind="privacy.for_you_received",
        title=_("Somebody asked us something for you"),
        text=_(
            "For you, %(agent)s asked us %(right)s. We do nothing before they have shown us that they may. "
            "You both get an answer by %(due_on)s at the latest. Under Me, Privacy you see who it is. Do you "
            "not want this? Say so there."
        ),
    ),
    WRITTEN.kind: _for_you(
        kind="privacy.for_you_written",
        title=_("We wrote something about what was asked for you"),
        text=_("For you, %(agent)s asked us %(right)s. Under Me, Privacy you can read what we wrote."),
    ),
    EXTENDED.kind: _for_you(
        kind="privacy.for_you_extended",
        title=_("We need more time for what was asked for you"),
        text=_(
            "For you, %(agent)s asked us %(right)s. We need more time, until %(due_on)s. Why, you can read "
            "under Me, Privacy. Do you not agree? You can complain to the authority: %(country)s. You can "
            "also go to court."
        ),
    ),
    ANSWERED.kind: _for_you(
        kind="privacy.for_you_answered",
        title=_("Our answer to what was asked for you"),
        text=_(
            "For you, %(agent)s asked us %(right)s. Our answer is there: you can read it under Me, Privacy. "
            "Are you not content? You can complain to the authority: %(country)s. You can also go to court."
        ),
    ),
    REFUSED.kind: _for_you(
        kind="privacy.for_you_refused",
        title=_("We do not do what was asked for you"),
        text=_(
            "For you, %(agent)s asked us %(right)s. We do not do that. The reason: %(reason)s (%(article)s) "
            "What more we say about it, you can read under Me, Privacy. Do you not agree? You can complain "
            "to the authority: %(country)s. You can also go to court."
        ),
    ),
}
"""What a person is told instead, by the kind of the letter, when somebody asked for them."""
FOR_YOU[COMPLAINT_RECEIVED.kind] = FOR_YOU[RECEIVED.kind]

_REMEDIES = _("Do you not agree? You can complain to the authority: %(country)s. You can also go to court.")

TO_AGENT = {
    one.kind: one
    for one in (
        _for_you(
            kind=RECEIVED.kind,
            title=_("Your request for somebody else: number %(number)s"),
            text=_(
                "On %(asked_on)s you asked us something for somebody else. We do nothing, and say nothing "
                "about them, before we have seen that you may ask this. Please show us one of these: the "
                "decision of a judge, a deed of a notary, a power of attorney that the person signed, or "
                "your entry in a public register. We write down which proof we saw, and keep no copy of it. "
                "The person is told that you asked, and can read what you wrote. You get an answer by "
                "%(due_on)s at the latest."
            ),
        ),
        _for_you(
            kind=ACKNOWLEDGED.kind,
            title=_("Somebody has read your request: number %(number)s"),
            text=_(
                "A person of ours has read what you asked us for somebody else on %(asked_on)s. You get an "
                "answer by %(due_on)s at the latest."
            ),
        ),
        _for_you(
            kind=FOR_YOU_CHECKED.kind,
            title=_("We saw that you may ask this: number %(number)s"),
            text=_(
                "We saw your proof: %(proof)s, of %(proof_on)s. We kept no copy. You get an answer by "
                "%(due_on)s at the latest."
            ),
        ),
        _for_you(
            kind=FOR_YOU_REVOKED.kind,
            title=_("The person does not want you to ask this: number %(number)s"),
            text=_(
                "On %(asked_on)s you asked us something for somebody else. The person does not want that, so "
                "we do nothing with it, unless a judge decided that you may ask it. Show us that decision "
                "then. You get an answer by %(due_on)s at the latest."
            ),
        ),
        _for_you(
            kind=WRITTEN.kind,
            title=_("About your request for somebody else: number %(number)s"),
            text=_("We write to you about what you asked us for somebody else on %(asked_on)s:"),
        ),
        _for_you(
            kind=EXTENDED.kind,
            title=_("We need more time: number %(number)s"),
            text=_(
                "For what you asked us for somebody else on %(asked_on)s we need more time, until "
                "%(due_on)s. This is why:"
            ),
            mail=_REMEDIES,
        ),
        _for_you(
            kind=ANSWERED.kind,
            title=_("Our answer to your request for somebody else: number %(number)s"),
            text=_("This is our answer to what you asked us for somebody else on %(asked_on)s:"),
            mail=_REMEDIES,
        ),
        _for_you(
            kind=REFUSED.kind,
            title=_("We do not do what you asked for somebody else: number %(number)s"),
            text=_(
                "We do not do what you asked us for somebody else on %(asked_on)s. The reason: %(reason)s "
                "(%(article)s)"
            ),
            mail=_REMEDIES,
        ),
    )
}
"""The mails to who asks for a person, by the kind of that person's letter. `mail` comes after our words."""
TO_AGENT[COMPLAINT_RECEIVED.kind] = TO_AGENT[RECEIVED.kind]

ABOUT_RIGHTS = (
    *(RECEIVED, COMPLAINT_RECEIVED, ACKNOWLEDGED, EXTENDED, WRITTEN, ANSWERED, REFUSED, WITHDRAWN),
    *(FOR_YOU_CHECKED, FOR_YOU_REVOKED),
    *(letter for kind, letter in FOR_YOU.items() if kind != COMPLAINT_RECEIVED.kind),
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
