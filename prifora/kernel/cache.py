"""The cache between processes, which may go away at any time: limits are then counted in this process."""

import time
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any

import structlog
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

TIMEOUT_SECONDS = 0.5
"""How long one request waits for Redis to answer before it goes on without."""

AWAY_SECONDS = 2
"""How long nobody asks Redis again after it did not answer."""

log = structlog.get_logger(__name__)


class _Client(RedisCacheClient):
    """Counts in one step, so that a count that runs out meanwhile does not come back without an end."""

    def incr(self, key: Any, delta: Any) -> int:
        client: Any = self.get_client(key, write=True)
        with client.pipeline() as steps:
            known, count = steps.exists(key).incr(key, delta).execute()
        if not known:
            client.delete(key)
            raise ValueError(key)
        return int(count)


@lru_cache(maxsize=8)
def _client_of(servers: tuple[str, ...]) -> _Client:
    """Return the one client of this process: Django makes a cache object for every request."""
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return _Client(
        list(servers),
        socket_connect_timeout=TIMEOUT_SECONDS,
        socket_timeout=TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 1),
    )


class _Absence:
    """Until when Redis is taken to be away; one for the whole process."""

    until = 0.0

    def lasts(self) -> bool:
        return time.monotonic() < self.until

    def begin(self, problem: Exception) -> None:
        if not self.until:
            log.warning("cache_away", problem=type(problem).__name__)
        self.until = time.monotonic() + AWAY_SECONDS

    def end(self) -> None:
        if self.until:
            self.until = 0.0
            log.warning("cache_back")


absence = _Absence()


def _either(name: str) -> Callable[..., Any]:
    """Return the cache operation `name`: on Redis, or in this process while Redis does not answer."""
    on_redis = getattr(RedisCache, name)

    def operation(self: "ReturningRedisCache", *args: Any, **kwargs: Any) -> Any:
        if not absence.lasts():
            from redis.exceptions import RedisError  # a server without Redis need not load it

            try:
                answer = on_redis(self, *args, **kwargs)
            except (RedisError, OSError) as problem:
                absence.begin(problem)
            else:
                absence.end()
                return answer
        return getattr(self.here, name)(*args, **kwargs)

    return operation


class ReturningRedisCache(RedisCache):
    """Redis while it answers; a cache of this process while it does not; Redis again by itself.

    Only what may be lost belongs here (rate limits, short locks). During an absence each process
    counts for itself, from zero.
    """

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.servers = tuple(server.split(",")) if isinstance(server, str) else tuple(server)
        self.here = LocMemCache("while redis is away", params)

    @cached_property
    def _cache(self) -> _Client:
        return _client_of(self.servers)

    add = _either("add")
    get = _either("get")
    set = _either("set")
    touch = _either("touch")
    delete = _either("delete")
    get_many = _either("get_many")
    has_key = _either("has_key")
    incr = _either("incr")
    set_many = _either("set_many")
    delete_many = _either("delete_many")
    _clear_redis = _either("clear")

    def clear(self) -> None:
        """Forget everything, on both sides."""
        self._clear_redis()
        self.here.clear()

    def answers(self) -> bool:
        """Ask Redis now, and return whether it answered within TIMEOUT_SECONDS (twice, at worst)."""
        from redis.exceptions import RedisError

        try:
            self._cache.get_client(write=True).ping()
        except (RedisError, OSError) as problem:
            absence.begin(problem)
            return False
        absence.end()
        return True


def is_shared_and_away() -> bool:
    """Return whether a cache between processes is configured and does not answer."""
    cache = caches["default"]
    return isinstance(cache, ReturningRedisCache) and not cache.answers()
