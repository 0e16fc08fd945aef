"""The public vectors of RFC 9420 that are here (schema/vectors/rfc9420), and how many of each file a server checks."""

import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "schema" / "vectors" / "rfc9420"
CHECKED = {
    "crypto-basics": 1,
    "deserialization": 14,
    "message-protection": 1,
    "messages": 1,
    "passive-client-handling-commit": 13,
    "passive-client-welcome": 1,
    "transcript-hashes": 1,
    "tree-operations": 2,
    "tree-validation": 3,
    "treekem": 2,
}
NEED_SECRETS = {"psk_secret", "secret-tree", "tree-math"}
"""Keys only members have, and the arithmetic of trees, which the server does on the way to their hashes."""


def read(name):
    return json.loads((FOLDER / f"{name}.json").read_text())


def each(*names):
    """Run a test for each vector of these files."""
    found = [pytest.param(one, id=f"{name} {at}") for name in names for at, one in enumerate(read(name))]
    return pytest.mark.parametrize("vector", found)


def of(digits):
    return bytes.fromhex(digits)
