"""Start a stand-in: python -m tools.stand_in --port 8010 [--file kept.sqlite3]."""

import argparse
import contextlib
import os

from tools.stand_in.server import StandIn


def main() -> None:
    """Serve until stopped."""
    options = argparse.ArgumentParser(prog="tools.stand_in")
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--file", default=":memory:")
    options.add_argument(
        "--clearing", type=float, default=3, help="seconds until charges and refunds are done"
    )
    options.add_argument("--expires", type=float, default=900, help="seconds in which a buyer has to pay")
    options.add_argument("--with-parent", action="store_true", help="stop when the starting process stops")
    chosen = options.parse_args()
    one = StandIn(file=chosen.file, clearing=chosen.clearing, expires=chosen.expires)
    with contextlib.suppress(KeyboardInterrupt):
        one.serve(chosen.port, os.getppid() if chosen.with_parent else None)


if __name__ == "__main__":
    main()
