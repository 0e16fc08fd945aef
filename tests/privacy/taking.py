"""Having everything that is held of oneself, by the way that the app goes."""

import json

from tests.cast import PASSWORD
from tests.chat.sealed_files import fetched

EXPORT = "/api/v1/me/export"


def asked(client, password=PASSWORD):
    return client.post(EXPORT, {"password": password})


def exported(client):
    reply = asked(client)
    assert reply.status_code == 200
    return json.loads(fetched(reply))


def tables_of(client):
    """Return the rows of every table in the export, by the table's name."""
    return {one["table"]: one["rows"] for one in exported(client)["tables"]}
