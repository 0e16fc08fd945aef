"""What lies in the database, as somebody who stole a copy sees it."""

import json

from django.db import connection

from tests.residue import forms, unpacked


def table(name):
    """Return every row of a table as the database driver gives it."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{name}"')
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def as_bytes(value):
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    return (json.dumps(value) if isinstance(value, dict | list) else str(value)).encode()


def found(texts):
    """Return (text, table, column) wherever one of `texts` can be read, in any usual form."""
    return [
        (text, name, column)
        for name in connection.introspection.table_names()
        for row in table(name)
        for column, value in row.items()
        for part in unpacked(as_bytes(value))
        for text in texts
        if any(form.lower() in part.lower() for form in {text.encode(), *forms(text)})
    ]
