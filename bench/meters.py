"""How much processor time and memory the server, its database and Redis took."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psutil

SERVER, DATABASE, REDIS = "server", "database", "redis"


@dataclass(frozen=True)
class Watched:
    """What is looked at: process ids of the server, and where its database and Redis are, if anywhere."""

    server: list[int]
    database_url: str = ""
    redis_url: str = ""


class Meter:
    """Reads processor seconds; what it costs itself is not counted, but for the database's look at itself."""

    def __init__(self, watched: Watched) -> None:
        self.watched = watched
        self.admin = _postgres(watched.database_url) if watched.database_url else None
        self.redis = _redis(watched.redis_url) if watched.redis_url else None

    def read(self) -> dict[str, float]:
        """Return the processor seconds so far, by part, and of the whole machine as `all`."""
        return {
            SERVER: _seconds(self._server()),
            DATABASE: _seconds(self._backends()),
            REDIS: self._redis_seconds(),
            "all": _machine(),
        }

    def memory(self) -> int:
        """Return the resident bytes of the server's processes."""
        return sum(psutil.Process(one).memory_info().rss for one in self._server())

    def _server(self) -> list[int]:
        found = []
        for one in self.watched.server:
            with contextlib.suppress(psutil.NoSuchProcess):
                found += [one, *(child.pid for child in psutil.Process(one).children(recursive=True))]
        return found

    def _backends(self) -> list[int]:
        """Return the processes of PostgreSQL that serve this database, but for the one that answers this."""
        if self.admin is None:
            return []
        rows = self.admin.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
        return [pid for (pid,) in rows]

    def _redis_seconds(self) -> float:
        if self.redis is None:
            return 0.0
        used = self.redis.info("cpu")
        return float(used["used_cpu_sys"] + used["used_cpu_user"])


def spent(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    """Return what lies between two readings, in seconds."""
    return {name: max(0.0, after[name] - before[name]) for name in before}


def _seconds(process_ids: Iterable[int]) -> float:
    total = 0.0
    for one in process_ids:
        with contextlib.suppress(psutil.NoSuchProcess):
            used = psutil.Process(one).cpu_times()
            total += used.user + used.system
    return total


def _machine() -> float:
    used = psutil.cpu_times()
    return float(sum(used) - used.idle - getattr(used, "iowait", 0.0) - getattr(used, "guest", 0.0))


def _postgres(url: str) -> Any:
    import psycopg

    return psycopg.connect(url, autocommit=True)


def _redis(url: str) -> Any:
    import redis

    return redis.from_url(url)
