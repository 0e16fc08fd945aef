"""All there is on the server: what must be the same before and after something that stores nothing."""

from django.core.cache import cache
from django.db import connection

from figures.models import Mark
from prifora.kernel import keystore
from tests import unlinkable


def everything() -> dict[str, list[str]]:
    """Return what every table, the cache and the store of keys hold."""
    found = {"cache": _cached(), "keys": sorted(keystore.store().people())}
    with connection.cursor() as cursor:
        for table in unlinkable.tables():
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def marks() -> list[str]:
    """Return what was told of people's use and is not counted yet."""
    return sorted(Mark.objects.values_list("metric", flat=True))


def _cached() -> list[str]:
    """Return the names in the cache, of this process or of Redis."""
    inner = cache._cache
    return sorted(map(str, inner if isinstance(inner, dict) else inner.get_client().keys()))
