"""The command behind ./run prove-erasure: runs one proof and says what came of it."""

import argparse
import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.proof.canaries import Wish
from tests.proof.prove import Proof, prove


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run prove-erasure", description=__doc__)
    parser.add_argument(
        "--json", action="store_true", help="the six figures as JSON; what was found, on the side"
    )
    parser.add_argument(
        "--from", dest="file", type=Path, help="canaries and encodings of your own (docs/testing.md)"
    )
    parser.add_argument(
        "--database", help="postgres://… of a server on which databases may be made; else SQLite"
    )
    parser.add_argument("--leave", action="store_true", help="leave with others what was shared with them")
    wish = parser.parse_args(arguments)
    os.environ["DATABASE_URL"] = wish.database or os.environ.get("DATABASE_URL", "sqlite://")
    with tempfile.TemporaryDirectory(prefix="prifora-proof-") as folder:
        proof = prove(Path(folder), Wish.read(wish.file), withdraw=not wish.leave)
    if wish.json:
        sys.stdout.write(json.dumps(figures(proof)) + "\n")
    (sys.stderr if wish.json else sys.stdout).write(page(proof))
    return 0 if proof.is_good() else 1


def figures(proof: Proof) -> dict[str, float]:
    """The six numbers: how many were planted, found where they may not be, and found where they must be."""
    return {
        "planted": proof.planted,
        "hits": len(proof.hits),
        "statutory": len(proof.statutory),
        "backup_hits": len(proof.backup_hits),
        "export_recall": proof.export_recall,
        "foreign": len(proof.foreign),
    }


def page(proof: Proof) -> str:
    """The numbers, and what was found where."""
    lines = [f"  {name:14} {value}" for name, value in figures(proof).items()]
    for name, found in asdict(proof).items():
        if isinstance(found, list) and found and name not in ("stays", "unplanted", "places"):
            lines += [f"{name}:", *(f"  {one}" for one in found)]
    lines += ["stays, by declaration:", *(f"  {one['what']} ({one['article']})" for one in proof.stays)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
