"""Families of eight with two devices each, made in the database of whoever runs it; printed as JSON."""

import json
import os
import sys
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402  Django first

from bench.company import BODY_BYTES  # noqa: E402
from tests import cast, mls  # noqa: E402
from tests.realtime.stage import QUICK, signed_in  # noqa: E402

PEOPLE, DEVICES_EACH = 8, 2
ROOM_BYTES = 1400
"""A content of this size has the same header as one of BODY_BYTES."""


def main(families: int) -> None:
    """Make so many families, print what their devices need to sign in and talk."""
    call_command("migrate", verbosity=0)
    with QUICK:
        made = [household(number) for number in range(families)]
    sys.stdout.write(json.dumps(made, default=str))


def household(number: int) -> dict[str, Any]:
    """Make one family and the group all its devices are in; return its conversation and their sessions."""
    people = [
        cast.person(f"bench.{number}.{place}.{os.urandom(4).hex()}", kind="contact" if place else "user")
        for place in range(PEOPLE)
    ]
    family = cast.family_of(*people)
    devices = [[one, *(mls.further_device(one) for _ in range(DEVICES_EACH - 1))] for one in people]
    talk = mls.start(people[0], family, *people[1:])
    talk.add(people[0], *(device for mine in devices for device in mine if device is not people[0]))
    return {
        "id": talk.id,
        "epoch": talk.group.epoch,
        "seq": talk.row.last_seq,
        "head": head_of(talk.group).hex(),
        "devices": [signed_in(device) for mine in devices for device in mine],
    }


def head_of(group: mls.Group) -> bytes:
    """Return how every sealed message of BODY_BYTES in this group begins; what follows is random."""
    size = BODY_BYTES - (len(group.body(bytes(ROOM_BYTES))) - ROOM_BYTES)
    return group.body(bytes(size))[:-size]


if __name__ == "__main__":
    main(int(sys.argv[1]))
