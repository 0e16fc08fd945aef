"""What `./run` can do."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable

from tools import bench, checks, faults, obligations, prove, setup
from tools.steps import BIN, ROOT, TOOLS, say

PAYMENTS_PORT_AFTER = 10
"""How far after the server's port the stand-in of the payment provider listens."""


def serve() -> None:
    """Set up and serve the platform on one port, in one process."""
    port = os.environ.get("PORT", "8000")
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", int(port))) == 0:
            sys.exit(f"Port {port} is in use. Choose another one: PORT=8001 ./run")
    os.environ.setdefault("PRIFORA_ORIGIN", f"http://127.0.0.1:{port}")
    os.environ.setdefault("PRIFORA_MORE_ORIGINS", f"http://localhost:{port}")
    setup.set_up(with_database=True)
    payments = _payments_beside(int(port))
    say(
        f"\nPRIFORA is starting. Open in a browser:\n"
        f"  web app        http://127.0.0.1:{port}/\n"
        f"  Home Station   http://127.0.0.1:{port}/station\n"
        f"  shop           http://127.0.0.1:{port}/shop\n"
        f"  payments       {payments}\n"
        f"Demo family: sign in as  jan  or  sofie  with the password  demo-demo-demo-demo\n"
        f"Codes sent by text message or mail are files in var/sms and var/mail. Stop with Ctrl+C.\n"
    )
    server = [str(BIN / "uvicorn"), "prifora.asgi:application", "--host", "127.0.0.1", "--port", port]
    quiet = ["--no-access-log", "--log-level", "warning"]
    os.execv(server[0], [*server, *quiet, *setup.LIMITS])


def _payments_beside(port: int) -> str:
    """Start the stand-in of the payment provider, which ends with the server; say where payments go.

    Not with a key of one's own: then payments go to the real provider, or to what MOLLIE_URL says.
    """
    if os.environ.get("MOLLIE_KEY"):
        return os.environ.get("MOLLIE_URL", "the provider of MOLLIE_KEY")
    beside = str(_free_port(port + PAYMENTS_PORT_AFTER))
    file = str(TOOLS / "stand-in.sqlite3")
    command = [sys.executable, "-m", "tools.stand_in", "--port", beside, "--file", file, "--with-parent"]
    subprocess.Popen(command, cwd=ROOT)
    os.environ["MOLLIE_KEY"], os.environ["MOLLIE_URL"] = "test_stand_in", f"http://127.0.0.1:{beside}"
    return f"http://127.0.0.1:{beside}/  (a stand-in: no money is moved)"


def _free_port(wanted: int) -> int:
    """Return a port nobody listens on: the wanted one if it is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def usage() -> None:
    """Say what there is."""
    say("./run            set up and serve the platform (PORT=8000)")
    say("./run test       set up and run the tests, in a few minutes")
    say("./run check      all that CI runs besides: types, contracts, attacks, the other engine")
    say("./run long       what takes too long for every change: every other journey, the server's long tests")
    say("./run schema     write schema/openapi.yaml and the web app's types from it")
    say("./run documents  write what is generated from the policies: record, data sheet, privacy policy")
    say("./run bench      figures beside the limit of this machine: crypto, media, messages, … [--json]")
    say("./run obligations  which duties are held, counted from a real test run (--json, --reuse)")
    say("./run prove-erasure   erase somebody on a real server, look for what is left (--json, --from FILE)")
    say("./run faults     kill and stop what it runs on: what is lost? (NAME …, --short, --seed N, --json)")


VERBS: dict[str, Callable[[], None]] = {
    "": serve,
    "test": checks.test,
    "check": checks.check,
    "long": checks.long,
    "schema": checks.schema,
    "documents": checks.documents,
    "bench": bench.bench,
    "faults": faults.faults,
    "obligations": obligations.obligations,
    "prove-erasure": prove.prove_erasure,
    "help": usage,
    "--help": usage,
}


def main(arguments: list[str]) -> None:
    """Do what the first argument asks."""
    verb = arguments[0] if arguments else ""
    if verb not in VERBS:
        usage()
        sys.exit(f"\nThere is no '{verb}' yet.")
    VERBS[verb]()
