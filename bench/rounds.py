"""One form after the other through everything that is measured of messages; what comes out, as figures."""

import statistics
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

from bench import commits, forms
from bench.forms import ECHO, Form, Kept, Program, Serving
from bench.run import progress

COUNTED = ("lost", "doubled", "out_of_order")
MAIN_RATE = 200
"""The messages a second at which `ack_p99_ms` and `delivery_p99_ms` are taken."""
Figures = dict[str, float | None]


@dataclass(frozen=True)
class Plan:
    """How much is done: seconds of each measurement, messages under way, messages a second, rounds.

    `window`: so many under way that few wait; `full`: as many as there are devices, so that nobody waits.
    """

    families: int = 20
    rounds: int = 3
    seconds: float = 6
    warm: float = 2
    window: int = 40
    full: int = 320
    rates: tuple[int, ...] = (50, MAIN_RATE)
    got_rate: int = 50
    missed: int = 1000


def rounds(plan: Plan, chosen: Sequence[Form]) -> dict[str, list[Figures]]:
    """Return, by form, the figures of every round; the forms and the databases' own limits take turns."""
    runs: dict[str, list[Figures]] = defaultdict(list)
    with ExitStack() as stack:
        kept = {}
        for is_scaled in sorted({form.is_scaled for form in chosen}):
            progress(f"… {plan.families} families{' on PostgreSQL' if is_scaled else ''}")
            kept[is_scaled] = stack.enter_context(forms.families(plan.families, is_scaled=is_scaled))
        for number in range(plan.rounds):
            for form in chosen:
                progress(f"… {form.name}, {number + 1} of {plan.rounds}")
                runs[form.name].append(of_form(plan, form, kept[form.is_scaled]))
            runs["commit_limit_sqlite"].append(commits.on_sqlite(plan.seconds))
            if True in kept:
                with forms.database() as name:
                    runs["commit_limit"].append(commits.on_postgres(forms.url_of(name), plan.seconds))
    return dict(runs)


def of_form(plan: Plan, form: Form, kept: Kept) -> Figures:
    """Run one form from its start to its log read back after a crash; return its figures."""
    with forms.serving(form, kept) as served:
        program = Program(form, kept.families)
        try:
            return _measured(plan, served, program)
        finally:
            program.end()


def together(runs: Sequence[Figures]) -> Figures:
    """Return the medians of the rounds; what must be 0 is summed."""
    found: Figures = {}
    for name in runs[0]:
        values = [one[name] for one in runs]
        known = [value for value in values if value is not None]
        whole = sum(known) if name in COUNTED else statistics.median(known) if known else None
        found[name] = whole
    return found


def _measured(plan: Plan, served: Serving, program: Program) -> Figures:
    measure = partial(program.do, seconds=plan.seconds, warm=plan.warm)
    figures = _idle(program.do("connect", **served.where()))
    figures |= _throughput(measure("closed", window=plan.window))
    figures |= _both(plan, figures, _throughput(measure("closed", window=plan.full)))
    for rate in plan.rates:
        figures |= _waiting(measure("steady", rate=rate, says_got=False), rate)
    is_product = served.form.application != ECHO
    figures["cpu_ms_with_receipts"] = None
    if is_product:
        told = measure("steady", rate=plan.got_rate, says_got=True)
        figures["cpu_ms_with_receipts"] = _cpu(told)["cpu_ms_per_message"]
    missed = program.do("catch_up", place=0, count=plan.missed)
    figures["catch_up_1000_ms"] = missed["ms"]
    if is_product:
        program.do("crash", seconds=plan.warm, window=plan.window)
        served.again()
        program.do("again", **served.where())
    figures |= _counted(program.do("whole"))
    if missed["heard"] != plan.missed:
        raise SystemExit(f"{missed['heard']} messages came to who missed {plan.missed}.")
    return figures


def _idle(found: dict[str, Any]) -> Figures:
    each = found["bytes_per_connection"]
    return {"idle_kb_per_connection": each / 1024, "idle_mb_per_1000_connections": each * 1000 / 1024**2}


def _throughput(found: dict[str, Any]) -> Figures:
    return {
        "messages_per_s": found["messages"] / found["seconds"],
        "deliveries_per_s": found["deliveries"] / found["seconds"],
        **_cpu(found),
        "cpu_others_share": found["cpu_others"] / found["seconds"],
    }


def _both(plan: Plan, few: Figures, many: Figures) -> Figures:
    """Return what a form can take: the greater of what it took with few and with many under way."""
    both: Figures = {}
    for name in ("messages_per_s", "deliveries_per_s", "cpu_ms_per_message"):
        both |= {f"{name}_of_{plan.window}": few[name], f"{name}_of_{plan.full}": many[name]}
    most = max(few, many, key=lambda one: one["messages_per_s"] or 0)
    return both | {name: most[name] for name in ("messages_per_s", "deliveries_per_s")}


def _cpu(found: dict[str, Any]) -> Figures:
    parts = {name: used / max(1, found["messages"]) * 1000 for name, used in found["cpu"].items()}
    return {
        "cpu_ms_per_message": sum(parts.values()),
        **{f"cpu_ms_{name}": one for name, one in parts.items()},
    }


def _waiting(found: dict[str, Any], rate: int) -> Figures:
    figures: Figures = {}
    for what, name in (("ack", "answers_ms"), ("delivery", "deliveries_ms")):
        for part, took in found[name].items():
            figures[f"{what}_{part}_ms_at_{rate}"] = took
            if rate == MAIN_RATE:
                figures[f"{what}_{part}_ms"] = took
    return figures


def _counted(found: dict[str, Any]) -> Figures:
    """Return what must be 0; ends the bench when the server refused anything or hung up."""
    if found["problems"] or found["said"] != found["acknowledged"]:
        raise SystemExit(f"Not everything was taken: {found}")
    return {name: found[name] for name in (*COUNTED, "said", "heard")}
