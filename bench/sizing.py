"""One engine's part of `./run bench big`, on a database of its own; prints rows and plans as JSON."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

import django

django.setup()

from allauth.mfa.totp.internal import auth as totp  # noqa: E402  Django first
from django.apps import apps  # noqa: E402
from django.contrib.admin import site  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402

from bench import crowd, town  # noqa: E402
from bench.report import Row  # noqa: E402
from bench.run import progress  # noqa: E402
from chat.access import log_after  # noqa: E402
from prifora.kernel import bound, clock  # noqa: E402
from prifora.kernel.policy import Role  # noqa: E402
from privacy import services as privacy  # noqa: E402
from support import services as support  # noqa: E402
from support.site import METHODS  # noqa: E402
from tests import cast, mls  # noqa: E402
from tests.support import desk  # noqa: E402

ROUNDS = 5
MISSED, BIG = 1_000, 50_000
WHOLE = ("Seq Scan on ", "SCAN ")
"""How a plan says that a table is read from end to end, on PostgreSQL and on SQLite."""

LISTS = ("/me", "/me/log", "/me/data", "/families", "/notices", "/conversations", "/albums?family={family}")
Plans = dict[str, list[str]]


def main(accounts: int, messages: int) -> None:
    """Fill, measure, explain, print."""
    call_command("migrate", verbosity=0)
    begun = time.monotonic()
    town.build(accounts, messages)
    crowd.settle()
    filled = Row("filling the database", "s", [time.monotonic() - begun])
    works = {**lists_of_one(), **lists_of_staff()}
    rows, plans = [filled], dict[str, list[str]]()
    for what, work in works.items():
        progress(f"  {what}")
        rows.append(Row(what, "ms", [_milliseconds(work) for _ in range(ROUNDS)]))
        plans |= whole_scans(what, work)
    sys.stdout.write(json.dumps({"rows": [asdict(row) for row in rows], "plans": plans}))


def lists_of_one() -> dict[str, Callable[[], object]]:
    """Return what one person's device asks for, among everybody's rows; and what ended in the whole town."""
    someone, other = cast.person("bench.one", kind="user"), cast.person("bench.other")
    family = cast.family_of(someone, other)
    talk = mls.conversation_of(someone, other, family)
    crowd._talk(talk.row, someone, 2 * MISSED)
    client, last = cast.client_of(someone), talk.row.last_seq
    log = f"/conversations/{talk.id}/log?after={last - MISSED}"
    paths = [*LISTS, log, f"/conversations/{talk.id}/archive"]
    asked = {
        f"GET {path.split('?')[0].replace(str(talk.id), '<id>')}": partial(
            _get, client, "/api/v1" + path.format(family=family.pk)
        )
        for path in paths
    }
    return {
        **asked,
        f"catching up on {MISSED:,} messages": partial(log_after, talk.id, last - MISSED, MISSED),
        "sweep, when nothing has ended": lambda: privacy.delete_ended_rows(now=clock.now()),
        "retention, when no family chose one": lambda: privacy.apply_retention(now=clock.now()),
    }


def lists_of_staff() -> dict[str, Callable[[], object]]:
    """Return the lists of the admin site that are long here, each as somebody who may see it."""
    browsers = {role: _on_duty(role) for role in Role}
    found: dict[str, Callable[[], object]] = {}
    for model in site._registry or apps.get_models():
        path = desk.path_of(model)
        able = [one for one in browsers.values() if one.get(path).status_code == 200]  # noqa: PLR2004  OK
        if able and model._default_manager.count() >= BIG:
            found[f"admin: {model._meta.label}"] = partial(_get, able[0], path)
    return found


def whole_scans(what: str, work: Callable[[], object]) -> Plans:
    """Return the plans of the queries of some work that read a big table from end to end."""
    asked: dict[str, Any] = {}

    def note(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  Django's
        if not many and sql.startswith(("SELECT", "DELETE", "UPDATE")):
            asked[sql] = values
        return execute(sql, values, many, context)

    with connection.execute_wrapper(note):
        work()
    return {f"{what}: {sql[:160]}": plan for sql, values in asked.items() if (plan := _plan(sql, values))}


def _plan(sql: str, values: Any) -> list[str]:
    """Return a statement's plan when it reads a big table whole, else nothing.

    PostgreSQL may choose freely here (docs/decisions/0047): what no index serves is to be seen.
    """
    how = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    place = bound.cursor() if "%b" in sql else connection.cursor()
    with transaction.atomic(), place as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = on")
        cursor.execute(f"{how} {sql}", values)
        lines = [str(row[-1]) for row in cursor.fetchall()]
    return lines if any(_is_whole(line) for line in lines) else []


def _is_whole(line: str) -> bool:
    return any(how + table in line.replace('"', "") for how in WHOLE for table in _big_tables())


def _big_tables() -> list[str]:
    if not _counted:
        for model in apps.get_models():
            if model._default_manager.count() >= BIG:
                _counted.append(model._meta.db_table)
    return _counted


_counted: list[str] = []


def _on_duty(role: Role) -> Client:
    """Return a browser of somebody on duty, who has just shown a second factor."""
    someone = cast.person(f"staff.{role.value}")
    totp.TOTP.activate(someone.account, totp.generate_totp_secret())
    support.give_role(account_id=someone.pk, role=role)
    client = cast.client_of(someone)
    session = client.session
    session[METHODS] = [{"method": "mfa", "at": clock.now().timestamp(), "type": "totp"}]
    session.save()
    return client


def _get(client: Client, path: str) -> Any:
    answer = client.get(path)
    body = b"".join(answer)
    if answer.status_code != 200:  # noqa: PLR2004  OK
        raise SystemExit(f"{path} is answered with {answer.status_code}: {body[:300]!r}")
    return body


def _milliseconds(work: Callable[[], object]) -> float:
    begun = time.monotonic()
    work()
    return (time.monotonic() - begun) * 1000


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
