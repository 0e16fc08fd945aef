"""The record of processing activities (GDPR art. 30), for operator and authority; in English."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils.translation import override

from prifora.kernel.policy import Kind, Purpose, Seen, Store, stores, stores_of
from privacy.documents.holdings import Holding, holdings
from privacy.documents.statement import Section, Statement
from privacy.documents.words import CAME_BY, PURPOSES, together

SUBJECTS = {
    "accounts": "people with an account",
    "contacts": "members of families",
    "stations": "users of Home Stations",
    "books": "people who bought something",
    "support": "people with an account; staff",
    "django": "staff",
}
"""By the app a table belongs to, where it is not simply people with an account."""

CONTROLLER = (
    "Who runs the server: the setting `OPERATOR`; for questions the privacy officer: `PRIVACY_EMAIL`, "
    "`PRIVACY_ADDRESS`, `PRIVACY_PHONE`."
)
TRANSFERS = (
    "None. A processor outside the European Economic Area, or without an adequacy decision, keeps the server "
    "from starting."
)
MEASURES = (
    "What people say, send and share is end-to-end encrypted (MLS, RFC 9420); the server has no key.",
    "What people tell about themselves is sealed under a key of each person (AES-256-GCM), kept elsewhere.",
    "Phone numbers, usernames and addresses are found by keyed indexes; the database has none in the clear.",
    "Staff need a second factor, a role and a reason; each look is recorded and shown to the person.",
    "Nothing starts while a column, store or outgoing host is undeclared.",
)


def record() -> Statement:
    """Return the record under the heads of art. 30(1)."""
    with override("en"):
        return Statement(
            "Record of processing activities",
            "Generated from the declarations by `./run documents` (GDPR art. 30(1)). Not edited by hand.",
            (
                Section("controller", "Controller", (CONTROLLER,)),
                *(_activity(purpose) for purpose in Purpose if _held_for(purpose)),
                _stores(),
                _recipients(),
                Section("transfers", "Transfers to third countries", (TRANSFERS,)),
                Section("security", "Security", tuple(f"- {one}" for one in MEASURES)),
            ),
        )


def record_as_json() -> str:
    """Return every holding and store, one by one, for other programs."""
    kept = {
        "holdings": [_holding(one) for one in holdings()],
        "stores": [_store(stores[name]) for name in sorted(stores)],
    }
    return json.dumps(kept, ensure_ascii=False, indent=1) + "\n"


def _held_for(purpose: Purpose) -> list[Holding]:
    return [one for one in holdings() if one.held.purpose is purpose and one.is_about_people]


def _activity(purpose: Purpose) -> Section:
    head = ("Table", "About", "Categories", "Basis", "Readable", "Kept")
    return Section(purpose.value, f"{purpose.value}: {PURPOSES[purpose]}", (), head, tuple(_tables(purpose)))


def _tables(purpose: Purpose) -> Iterator[tuple[str, ...]]:
    tables: dict[str, list[Holding]] = {}
    for one in _held_for(purpose):
        tables.setdefault(one.table, []).append(one)
    for table, kept in tables.items():
        yield (
            table,
            SUBJECTS.get(table.split("_")[0], SUBJECTS["accounts"]),
            together(one.held.category for one in kept),
            together(one.held.basis for one in kept),
            together(one.held.seen for one in kept),
            together(one.policy.ends or _kept(one.keep) for one in kept),
        )


def _stores() -> Section:
    head = ("Store", "Kind", "Holds", "Category", "Basis", "Readable", "Kept")
    rows = tuple(
        (one.name, one.kind, str(one.holds), one.category, one.basis, one.seen, _kept(one.keep))
        for kind in Kind
        if kind is not Kind.HOST
        for one in stores_of(kind)
    )
    return Section("stores", "Beside the database", (), head, rows)


def _recipients() -> Section:
    head = ("Recipient", "Receives", "For", "Readable there")
    rows = tuple(
        (one.name, together(one.sends), str(one.holds), "no" if one.seen is not Seen.BY_SERVER else "yes")
        for one in stores_of(Kind.HOST)
    )
    text = "The companies behind them are in the register of processors of each server (docs/operations.md)."
    return Section("recipients", "Recipients", (text,), head, rows)


def _kept(keep: timedelta | None) -> str:
    if keep is None:
        return "as long as the account"
    if not keep:
        return "until it ends"
    if keep < timedelta(hours=2):
        return f"{keep // timedelta(minutes=1)} minutes"
    return f"{keep.days} days" if keep.days > 1 else f"{keep // timedelta(hours=1)} hours"


def _holding(one: Holding) -> dict[str, Any]:
    held = one.held
    return {
        "table": one.table,
        "column": one.column,
        "category": held.category,
        "purpose": held.purpose,
        "basis": held.basis,
        "readable": held.seen,
        "on_erase": held.on_erase,
        "export": held.export,
        "channels": list(CAME_BY[held.category]),
        "staff": list(held.staff),
        "subject": one.policy.subject,
        "kept_seconds": None if one.keep is None else one.keep.total_seconds(),
        "counted_from": one.policy.clock,
    }


def _store(one: Store) -> dict[str, Any]:
    with override("en"):
        return {
            "name": one.name,
            "kind": one.kind,
            "holds": str(one.holds),
            "category": one.category,
            "purpose": one.purpose,
            "basis": one.basis,
            "readable": one.seen,
            "names": list(one.names),
            "sends": [str(part) for part in one.sends],
            "kept_seconds": None if one.keep is None else one.keep.total_seconds(),
        }
