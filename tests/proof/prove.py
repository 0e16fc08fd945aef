"""One proof: plant, look that it is found, erase over the API, look that it is gone, put the backup back, look again."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.journeys.matrix_table import QUERIES, TABLE
from tests.proof import backup, search
from tests.proof.caller import Caller
from tests.proof.canaries import FOREIGN, MINE, Canary, Wish, from_json
from tests.server import running

READS = sorted(one.split(" ")[1] + QUERIES.get(one, "") for one in TABLE if one.startswith("GET "))

GO_ALONG = {"media_albumbox.box", "recovery_share.box"}
"""Of others, and gone with the one who is erased: keys to that one's album, shares that one kept for them."""


@dataclass
class Proof:
    """What was found; but for what was planted where, `statutory`, `unplanted` and `stays`, nothing may be.

    `backup_hits`: in yesterday's backup, opened with today's keys, and after it was put back.
    """

    planted: int = 0
    places: list[str] = field(default_factory=list)
    hits: list[str] = field(default_factory=list)
    statutory: list[str] = field(default_factory=list)
    backup_hits: list[str] = field(default_factory=list)
    export_recall: float = 0.0
    foreign: list[str] = field(default_factory=list)
    not_found_before: list[str] = field(default_factory=list)
    others_lost: list[str] = field(default_factory=list)
    unplanted: list[str] = field(default_factory=list)
    too_many: list[str] = field(default_factory=list)
    stays: list[dict] = field(default_factory=list)

    def is_good(self) -> bool:
        bad = [self.hits, self.backup_hits, self.foreign, self.not_found_before, self.others_lost]
        return self.export_recall == 1.0 and not any([*bad, self.too_many])


def prove(folder: Path, wish: Wish, *, withdraw: bool) -> Proof:
    """Prove it on a server of its own, on the database that DATABASE_URL names."""
    with running(folder / "data") as server:
        server.stop()
        scene = server.call("tests.proof.planting:plant", texts=[asdict(one) for one in wish.texts])
        server.start()
        return _prove(server, scene, folder, wish, withdraw)


def _prove(server, scene: dict, folder: Path, wish: Wish, withdraw: bool) -> Proof:
    canaries = from_json(scene["canaries"])
    mine = [one for one in canaries if one.whose == MINE]
    foreign = [one for one in canaries if one.whose == FOREIGN]
    proof = Proof(
        planted=len(mine),
        places=sorted({one.where for one in mine}),
        unplanted=scene["unplanted"],
        too_many=scene["too_many"],
    )
    before = search.find(search.everywhere(server, scene, READS), canaries, wish)
    proof.not_found_before = _named(set_of(canaries) - set_of(one for one, _place in before))

    me = Caller(server.origin)
    assert me.sign_in(scene["username"], scene["password"]) == 200
    status, export = me("POST", "/api/v1/me/export", {"password": scene["password"]})
    assert status == 200, export
    _judge_export(proof, export, mine, foreign, wish)

    backup.make(server, folder / "yesterday")
    _erase(server, me, scene, proof, withdraw)
    kept = [one for one in mine if one.is_kept(withdraw=withdraw)]
    gone = [one for one in mine if one not in kept]
    after = search.find(search.everywhere(server, scene, READS), [*gone, *kept, *foreign], wish)
    _judge(proof, after, gone, kept, foreign, before)

    server.stop()
    backup.put_back(server, folder / "yesterday")
    proof.backup_hits = _said(search.find(search.at_rest(server, secrets=False), gone, wish))
    server.start()
    proof.backup_hits += _said(search.find(search.everywhere(server, scene, READS), gone, wish))
    return proof


def _erase(server, me: Caller, scene: dict, proof: Proof, withdraw: bool) -> None:
    """Close the account as its owner does; two members of staff skip the 30 days."""
    status, told = me("GET", "/api/v1/me/closing")
    assert status == 200, told
    proof.stays = json.loads(told)["certificate"]["stays"]
    body = {"password": scene["password"], "shared": "withdraw" if withdraw else "leave"}
    status, told = me("POST", "/api/v1/me/closing", body)
    assert status == 201, told
    server.erase(scene["username"], withdraw=withdraw)
    assert me("GET", "/api/v1/me")[0] == 401


def _judge_export(proof: Proof, export: bytes, mine: list[Canary], foreign: list[Canary], wish: Wish) -> None:
    exportable = [one for one in mine if one.exported]
    found = search.find([("export", export)], [*exportable, *foreign], wish)
    recalled = set_of(one for one, _place in found if one.whose == MINE)
    proof.export_recall = len(recalled) / len(set_of(exportable))
    proof.foreign = _named(set_of(one for one, _place in found if one.whose == FOREIGN))
    proof.not_found_before += [f"{one} not in the export" for one in _named(set_of(exportable) - recalled)]


def _judge(
    proof: Proof, after, gone: list[Canary], kept: list[Canary], foreign: list[Canary], before
) -> None:
    there = set_of(gone)
    proof.hits = _said((one, place) for one, place in after if (one.text, one.where) in there)
    proof.statutory = _named(set_of(one for one, _place in after) & set_of(kept))
    had = set_of(one for one, _place in before) & set_of(foreign)
    lost = had - set_of(one for one, _place in after)
    proof.others_lost = _named((text, where) for text, where in lost if where not in GO_ALONG)


def set_of(canaries) -> set[tuple[str, str]]:
    return {(one.text, one.where) for one in canaries}


def _named(pairs) -> list[str]:
    return sorted(f"{text} ({where})" for text, where in pairs)


def _said(found) -> list[str]:
    return sorted(f"{one.text} ({one.where}) in {place}" for one, place in found)
