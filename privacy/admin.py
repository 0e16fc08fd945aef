"""What staff for privacy do in the admin site, for a written reason and once a colleague opened the row."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from prifora.kernel.desk import Act, Paragraph, offer, tell_beside
from prifora.kernel.keystore import Erased
from prifora.kernel.policy import Role
from privacy import services
from privacy.forms import (
    AgentForm,
    CauseForm,
    EntryForm,
    ErasureForm,
    ExtensionForm,
    MandateForm,
    NothingForm,
    RefusalForm,
    TextForm,
)
from privacy.rights import AGENTS, PROOFS, Agent, Cause, Proof, Reason, Right, Way

ACCOUNT, REQUEST, RESTRICTION = "accounts.Account", "privacy.Request", "privacy.Restriction"
Filled = dict[str, Any]


def _is_open(request: Any) -> bool:
    return request.closed_at is None


def _is_unread(request: Any) -> bool:
    return _is_open(request) and request.acknowledged_at is None


def _is_review(request: Any) -> bool:
    return _is_open(request) and request.kind == Right.REVIEW


def _is_short(request: Any) -> bool:
    return _is_open(request) and request.extended_at is None


def _is_for_another(request: Any) -> bool:
    return _is_open(request) and services.mandate_of(request) is not None


def _lines(request: Any) -> list[Paragraph]:
    said = [Paragraph(line.at, line.by, line.text) for line in services.lines_of(request)]
    return [*_mandate(services.mandate_of(request)), *said]


def _mandate(mandate: Any) -> list[Paragraph]:
    """Tell who asks for the person, and by what they may; nothing where the person asks themselves."""
    try:
        who = services.agent_of(mandate) if mandate else {}
    except Erased:
        return []
    if not who:
        return []
    told = [f"{who['name']}, {who['email']}: {AGENTS[mandate.agent]}"]
    if mandate.checked_at:
        told += [f"{PROOFS[mandate.proof]}, {mandate.proof_on}", ", ".join(mandate.scope)]
        told += [_("until %(day)s") % {"day": mandate.ends_on}] if mandate.ends_on else []
        told += [_("Seen by %(who)s") % {"who": mandate.checked_by_id}]
    if not mandate.is_checked():
        told.append(str(_("Nothing that counts was seen: do nothing for them yet.")))
    return [Paragraph(mandate.checked_at or mandate.created_at, "agent", "\n".join(told))]


def _enter(account: Any, filled: Filled, now: datetime) -> None:
    right, way = Right(filled["kind"]), Way(filled["how"])
    services.file_request(account=account, right=right, text=filled["text"], how=way, now=now)


def _enter_agent(account: Any, filled: Filled, now: datetime) -> None:
    asking = services.Asking(
        agent=Agent(filled["agent"]),
        name=filled["name"],
        email=filled["email"],
        language=filled["language"],
    )
    services.file_request(
        account=account,
        right=Right(filled["kind"]),
        text=filled["text"],
        how=Way(filled["how"]),
        now=now,
        asking=asking,
    )


def _check(request: Any, filled: Filled, now: datetime) -> None:
    seen = services.Seen(
        proof=Proof(filled["proof"]),
        proof_on=filled["proof_on"],
        scope=[Right(one) for one in filled["scope"]],
        ends_on=filled["ends_on"],
        fingerprint=filled["fingerprint"],
        by=filled["staff_id"],
    )
    services.check_mandate(request_id=request.pk, seen=seen, now=now)


def _restrict(account: Any, filled: Filled, now: datetime) -> None:
    services.restrict(account_id=account.pk, cause=Cause(filled["cause"]), now=now)


def _erase(account: Any, filled: Filled, now: datetime) -> None:
    services.close_at_once(account_id=account.pk, withdraw=filled["withdraw"], now=now)


def _refuse(request: Any, filled: Filled, now: datetime) -> None:
    reason = Reason(filled["reason"])
    services.refuse(request_id=request.pk, reason=reason, text=filled["text"], now=now)


def _end(restriction: Any, _filled: Filled, now: datetime) -> None:
    services.announce_end(account_id=restriction.account_id, now=now)


def _by(use_case: Callable[..., object]) -> Callable[[Any, Filled, datetime], object]:
    """Have a use case of a request get what was filled in under the names it has in the form."""
    return lambda request, filled, now: use_case(request_id=request.pk, now=now, **filled)


def _act(
    model: str,
    name: str,
    words: Any,
    form: type[forms.Form],
    do: Callable[[Any, Filled, datetime], object],
    when: Callable[[Any], bool],
    *,
    signed: bool = False,
) -> Act:
    return Act(
        model=model,
        name=name,
        words=words,
        role=Role.PRIVACY,
        form=form,
        do=do,
        when=when,
        signed=signed,
    )


def _is_active(account: Any) -> bool:
    return bool(account.is_active)


def _goes_on(restriction: Any) -> bool:
    return restriction.ends_at is None


tell_beside(REQUEST, Role.PRIVACY, _lines)
offer(
    _act(ACCOUNT, "request", _("Enter what this person asked us"), EntryForm, _enter, _is_active),
    _act(
        ACCOUNT,
        "agent",
        _("Enter what somebody else asked us for this person"),
        AgentForm,
        _enter_agent,
        _is_active,
    ),
    _act(
        ACCOUNT,
        "restrict",
        _("Only store the data of this person, as they asked"),
        CauseForm,
        _restrict,
        _is_active,
    ),
    _act(
        ACCOUNT,
        "erase",
        _("Erase this account now: asked by letter, or ordered"),
        ErasureForm,
        _erase,
        lambda _account: True,
    ),
    _act(
        REQUEST,
        "acknowledge",
        _("Say that you have read it"),
        NothingForm,
        _by(services.acknowledge),
        _is_unread,
    ),
    _act(
        REQUEST,
        "mandate",
        _("Note the proof that they may ask this for the person"),
        MandateForm,
        _check,
        _is_for_another,
        signed=True,
    ),
    _act(REQUEST, "write", _("Write to the person"), TextForm, _by(services.write_to_person), _is_open),
    _act(REQUEST, "extend", _("Take more time"), ExtensionForm, _by(services.extend), _is_short),
    _act(REQUEST, "answer", _("Answer"), TextForm, _by(services.answer), _is_open),
    _act(
        REQUEST,
        "undo",
        _("Undo what the system decided, and answer"),
        TextForm,
        _by(services.undo_decisions),
        _is_review,
    ),
    _act(REQUEST, "refuse", _("Refuse"), RefusalForm, _refuse, _is_open),
    _act(RESTRICTION, "end", _("Announce that the restriction ends"), NothingForm, _end, _goes_on),
)
