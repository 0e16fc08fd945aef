"""Apply a unified diff to an installed npm package, checked by hash before and after.

Usage: apply_patch.py PACKAGE_DIR PATCH_FILE HASHES_FILE
The hashes file has one line per file: path, SHA-256 before, SHA-256 after. A file that is neither is an
error: the lock file let something else in. Running twice changes nothing.
"""

import hashlib
import re
import sys
from pathlib import Path

HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
NO_NEWLINE = "\\ No newline at end of file"


def split_by_file(patch: str) -> dict[str, list[str]]:
    """Return {path: lines of its hunks} of a unified diff."""
    files: dict[str, list[str]] = {}
    path = ""
    for line in patch.splitlines():
        if line.startswith("--- "):
            continue
        if line.startswith("+++ "):
            path = line[4:].strip()
            files[path] = []
        elif path:
            files[path].append(line)
    return files


def patched(text: str, hunks: list[str]) -> str:
    """Return `text` with `hunks` applied; raises ValueError where the text is not as the diff expects."""
    old = text.split("\n")
    new: list[str] = []
    at, ends_bare = 0, True
    if NO_NEWLINE in hunks:
        ends_bare = False
    for position, line in enumerate(hunks):
        start = HUNK.match(line)
        if start:
            first = int(start.group(1)) - 1
            new += old[at:first]
            at = first
        elif line == NO_NEWLINE:
            ends_bare = position == len(hunks) - 1
        elif line[:1] == "+":
            new.append(line[1:])
        elif old[at] != line[1:]:
            raise ValueError(f"line {at + 1} is not as expected")
        else:
            if line[:1] == " " or line == "":
                new.append(old[at])
            at += 1
    return "\n".join(new + old[at:]) + ("" if ends_bare else "\n")


def sha256(text: str) -> str:
    """Return the hex SHA-256 of a text file's bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def main(package: Path, patch: Path, hashes: Path) -> None:
    """Bring every file named in `hashes` from its first to its second state."""
    hunks = split_by_file(patch.read_text(encoding="utf-8"))
    for line in hashes.read_text(encoding="utf-8").split("\n"):
        if not line.strip():
            continue
        name, before, after = line.split()
        file = package / name
        text = file.read_bytes().decode()
        if sha256(text) == after:
            continue
        if sha256(text) != before:
            sys.exit(f"{file} is neither the published nor the patched one; not touched")
        result = patched(text, hunks[name])
        if sha256(result) != after:
            sys.exit(f"{file}: the patch gave something else than expected; not written")
        file.write_bytes(result.encode())


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
