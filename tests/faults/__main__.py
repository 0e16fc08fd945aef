"""Does the named faults one after the other and prints what came of them as JSON; `./run faults` calls it."""

import argparse
import importlib
import json
import os
import random
import sys
import time
import traceback
from pathlib import Path

import django

import tests.environment  # noqa: F401  no real data is touched
from tests.faults.ground import NotHere

os.environ["DJANGO_SETTINGS_MODULE"] = "prifora.settings"
django.setup()

MODULES = {
    f"f{int(one.stem[1:3])}": one.stem for one in sorted(Path(__file__).parent.glob("f[0-9][0-9]_*.py"))
}
"""By the name one calls them by."""


def main(arguments: list[str]) -> None:
    """Do them all, also after one that failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("names", nargs="*", choices=[*MODULES, []])
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--seed", type=int, required=True)
    wish = parser.parse_args(arguments)
    print(json.dumps([one(name, wish.seed, short=wish.short) for name in wish.names or MODULES]))


def one(name: str, seed: int, *, short: bool) -> dict:
    """Do one fault and return what came of it."""
    module = importlib.import_module(f"tests.faults.{MODULES[name]}")
    done = (module.__doc__ or "").splitlines()[0]
    sys.stderr.write(f"  … {name} {done}\n")
    found = {"name": name, "done": done, "seed": seed, "figures": {}, "wrong": [], "not_run": ""}
    begun = time.monotonic()
    try:
        found["figures"], found["wrong"] = module.run(random.Random(seed), short=short)
    except NotHere as missing:
        found["not_run"] = str(missing)
    except Exception as problem:  # noqa: BLE001  the others are done all the same
        traceback.print_exc()
        found["wrong"] = [f"broke off: {problem!r}"]
    found["took_seconds"] = round(time.monotonic() - begun, 1)
    sys.stderr.write(f"    {found['not_run'] or found['wrong'] or 'ok'} ({found['took_seconds']} s)\n")
    sys.stderr.write(f"    {json.dumps(found['figures'])}\n")
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
