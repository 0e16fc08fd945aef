"""The server on a machine whose clock is wrong by FAULTS_SHIFT seconds; only a fault starts it."""

import os
import time

import time_machine

time_machine.travel(time.time() + float(os.environ["FAULTS_SHIFT"]), tick=True).start()

from prifora.asgi import application  # noqa: E402  it starts in that time

__all__ = ["application"]
