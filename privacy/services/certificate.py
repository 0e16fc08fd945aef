"""What a person can keep of their erasure: what goes, what stays, by which article and until when."""

import json
from collections import Counter
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.access import email_of, names_of
from accounts.services import Paper, send_papers
from prifora.kernel.keystore import Erased
from prifora.kernel.ledger import Line
from prifora.kernel.policy import Kept
from prifora.kernel.terms import day_of
from privacy.models import Closure
from privacy.services.plan import rows_about, what_stays

FILE = "prifora-erasure"

_ACCOUNT = gettext_lazy("your account, profile, devices and keys")
WORDS = {
    "accounts": _ACCOUNT,
    "account": _ACCOUNT,
    "mfa": _ACCOUNT,
    "contacts": gettext_lazy("your places in families"),
    "media": gettext_lazy("your picture, your albums and what you added to others"),
    "chat": gettext_lazy("your places in conversations and their keys"),
    "stations": gettext_lazy("your Home Stations"),
    "recovery": gettext_lazy("the ways to come back with the help of relatives"),
    "support": gettext_lazy("what our staff looked at"),
    "privacy": gettext_lazy("what you agreed to, and what you asked about your data"),
}
"""What a table holds, in words, by the app it belongs to."""

OTHER = gettext_lazy("other things about you")


def certificate_of(closure: Closure, *, language: str, line: Line | None = None) -> dict[str, Any]:
    """Return the certificate of an erasure, ready for JSON: before it is done what it will do, then proof.

    `line` is that of the list of erasures. It names nobody: who keeps it can show that it is about them.
    """
    counts = json.loads(line.counts)["rows"] if line else rows_about(closure.account_ref)
    with override(language):
        return {
            "kind": "erasure" if line else "closing",
            "asked_at": closure.created_at.isoformat(),
            "erased_at": line.at if line else None,
            "due_at": closure.due_at.isoformat(),
            "shared": "withdraw" if closure.withdraw else "leave",
            "goes": [{"what": name, "rows": number} for name, number in sorted(counts.items())],
            "stays": [_kept(one, closure.due_at) for one in what_stays()],
            "proof": _proof(line) if line else None,
        }


def as_text(certificate: dict[str, Any]) -> str:
    """Return a certificate as a page of text, in the language in force."""
    gone: Counter[str] = Counter()
    for one in certificate["goes"]:
        gone[str(WORDS.get(one["what"].split("_")[0], OTHER))] += one["rows"]
    lines = [
        _("Erasure of your PRIFORA account"),
        "",
        _("Asked: %(moment)s") % {"moment": certificate["asked_at"]},
        _("Erased: %(moment)s") % {"moment": certificate["erased_at"] or certificate["due_at"]},
        "",
        _("What goes, and in how many places it was:"),
        *(f"  {words}: {number}" for words, number in gone.items()),
        "  " + _("the key under which your data was sealed"),
        "",
        _("What stays:"),
        *(f"  {one['what']} ({one['article']}) {one['until_words']}" for one in certificate["stays"]),
    ]
    if certificate["proof"]:
        lines += ["", _("Proof (line %(n)s of our list of erasures):") % {"n": certificate["proof"]["n"]}]
        lines += [f"  {name}: {value}" for name, value in certificate["proof"].items() if name != "n"]
    return "\n".join(lines) + "\n"


def mail_certificate(closure: Closure, line: Line) -> None:
    """Send the certificate of an erasure, where the person left an address and their key is still there."""
    account = names_of([closure.account_ref]).get(closure.account_ref)
    try:
        address = email_of(account) if account else None
        language = account.profile.get("language") if account else None
    except Erased:
        return
    if not address:
        return
    language = language or settings.LANGUAGE_CODE
    certificate = certificate_of(closure, language=language, line=line)
    with override(language):
        text = as_text(certificate)
    kept = json.dumps(certificate, ensure_ascii=False, indent=2)
    papers = [Paper(f"{FILE}.json", "application/json", kept), Paper(f"{FILE}.txt", "text/plain", text)]
    send_papers(address=address, text=text, papers=papers)


def _kept(kept: Kept, erased_at: datetime) -> dict[str, Any]:
    until = erased_at + kept.keep if kept.keep else None
    words = _("until %(day)s") % {"day": day_of(until)} if until else _("as long as others need it")
    return {
        "what": str(kept.what),
        "article": kept.article,
        "until": until.isoformat() if until else None,
        "until_words": words,
        "by_law": kept.by_law,
    }


def _proof(line: Line) -> dict[str, Any]:
    return {
        "n": line.n,
        "person": line.person.hex(),
        "at": line.at,
        "counts": line.counts,
        "previous": line.previous.hex(),
        "hash": line.hash.hex(),
    }
