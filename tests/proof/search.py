"""Looks for canaries wherever a server can be looked into, decoding what it finds."""

from collections.abc import Iterable, Iterator

from tests.proof.caller import Caller
from tests.proof.canaries import NUMBER, TEXT, Canary, Wish
from tests.residue import database_of, files_of, redis_of, unpacked

OUTSIDE = ("sms/", "mail/")
"""What left the server for good: messages to people's own telephones and mailboxes."""

NAMED = "number in "
"""How a place begins that is one column, looked at for the number of an account."""

RAW = ("pages of ", "WAL ")
"""Where PostgreSQL keeps what is deleted, until it needs the room."""


def find(
    sources: Iterable[tuple[str, bytes]], canaries: list[Canary], wish: Wish
) -> list[tuple[Canary, str]]:
    """Return which canaries are where."""
    wanted = [(one, wish.written(one.text)) for one in canaries]
    found = {}
    for place, data in sources:
        for part in unpacked(data):
            for one, ways in wanted:
                if may_not_be(one, place) and any(way in part for way in ways):
                    found[one.text, place] = (one, place)
    return list(found.values())


def may_not_be(canary: Canary, place: str) -> bool:
    """Whether finding this canary at a place counts: a number only in its own column, a text not raw."""
    if canary.kind == NUMBER or place.startswith(NAMED):
        return place == NAMED + canary.where
    return canary.kind == TEXT or not place.startswith(RAW)


def on_disk(server) -> Iterator[tuple[str, bytes]]:
    """Files, database and Redis, as they lie there."""
    for source in (files_of(server), database_of(server), redis_of(server)):
        for place, data in source:
            if not place.startswith(OUTSIDE):
                yield place, data


def at_rest(server, *, secrets: bool = True) -> Iterator[tuple[str, bytes]]:
    """What is sealed at rest and opens with the keys there are now."""
    for line in server.call("tests.proof.planting:opened", secrets=secrets):
        yield f"opened {line.split(':')[0]}", line.encode()


def numbers(server, scene: dict) -> Iterator[tuple[str, bytes]]:
    """The columns that still name the one who is erased."""
    for where in server.call("tests.proof.planting:numbered", account_id=scene["account_id"]):
        yield NAMED + where, scene["account_id"].encode()


def answers(server, scene: dict, operations: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """What everybody else is still told, on every route there is."""
    for name, session in scene["others"].items():
        caller = Caller(server.origin, session)
        for operation in operations:
            status, body = caller("GET", "/api/v1" + operation.format(**scene["ids"]))
            assert status < 500, (operation, status)
            yield f"{name} asks {operation}", body


def everywhere(server, scene: dict, operations: list[str]) -> Iterator[tuple[str, bytes]]:
    yield from on_disk(server)
    yield from at_rest(server)
    yield from numbers(server, scene)
    yield from answers(server, scene, operations)
