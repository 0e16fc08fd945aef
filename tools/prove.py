"""Erase a person on a real server and look for what is left: live, on the disk, in a backup put back."""

import contextlib
import subprocess
import sys

from tools import setup
from tools.steps import BIN, ROOT


def prove_erasure() -> None:
    """Run one proof (tests/proof) on a server of its own; end with an error when anything was found."""
    with contextlib.redirect_stdout(sys.stderr):
        setup.set_up(with_database=False)
    done = subprocess.run([BIN / "python", "-m", "tests.proof", *sys.argv[2:]], cwd=ROOT, check=False)
    sys.exit(done.returncode)
