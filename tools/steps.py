"""Steps that run again only when what they depend on has changed."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
TOOLS = ROOT / ".tools"
WEB = ROOT / "web"


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


def sh(*command: object, cwd: Path = ROOT, env: Mapping[str, str] | None = None, quiet: bool = False) -> None:
    """Run a command; when it fails, show what it said and stop."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        check=False,
    )
    if done.returncode:
        if quiet:
            sys.stdout.buffer.write(done.stdout)
        sys.exit(f"\nThis failed ({done.returncode}): {' '.join(map(str, command))}")


def fingerprint(patterns: Iterable[str]) -> str:
    """Return one hash over the names and contents of every file that matches."""
    total = hashlib.sha256(sys.version.encode())
    files = {file for pattern in patterns for file in ROOT.glob(pattern) if file.is_file()}
    for file in sorted(files):
        total.update(
            str(file.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest()
        )
    return total.hexdigest()


def step(name: str, inputs: Iterable[str], action: Callable[[], None], *outputs: Path) -> None:
    """Do `action` unless its inputs are as they were when it last succeeded and its outputs are there."""
    now = fingerprint([*inputs, "tools/*.py"])
    stamp = TOOLS / "stamps" / name.replace(" ", "-")
    if stamp.exists() and stamp.read_text() == now and all(output.exists() for output in outputs):
        return
    start = time.monotonic()
    say(f"  … {name}")
    action()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(now)
    say(f"  ✓ {name} ({time.monotonic() - start:.1f} s)")
