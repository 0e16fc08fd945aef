from django.db import migrations

MESSAGE = "the books are only added to"

SAME = (
    *("id", "created_at", "what", "event", "n", "reference", "number", '"on"', "debit", "credit", "cents"),
    *("currency", "country", "rate"),
)
"""The columns of a posting that nothing changes; `ends_at` may be moved to later."""

OVER = "EXISTS (SELECT 1 FROM books_term WHERE over_at >= OLD.ends_at)"
"""The sweep has come to the end of the row (services/letting_go.py)."""

LATER = "NEW.ends_at >= OLD.ends_at"
COUNTS = "NEW.id = OLD.id AND NEW.name = OLD.name AND NEW.last = OLD.last + 1"


def guards(is_postgres):
    """Return (name, table, when, condition): the database refuses what does not meet the condition."""
    same = "IS NOT DISTINCT FROM" if is_postgres else "IS"
    kept = " AND ".join(f"NEW.{column} {same} OLD.{column}" for column in SAME)
    return (
        ("bills_are_not_changed", "books_bill", "UPDATE", "FALSE"),
        ("bills_are_not_deleted", "books_bill", "DELETE", OVER),
        ("postings_are_not_changed", "books_posting", "UPDATE", f"{kept} AND {LATER}"),
        ("postings_are_not_deleted", "books_posting", "DELETE", OVER),
        ("series_only_count_up", "books_series", "UPDATE", COUNTS),
        ("series_are_not_deleted", "books_series", "DELETE", "FALSE"),
    )


def guard(_apps, editor):
    if editor.connection.vendor == "sqlite":
        for name, table, when, condition in guards(False):
            editor.execute(
                f"CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN NOT ({condition})"
                f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )
        return
    # a condition that looks into another table cannot stand in WHEN, so each guard has its own function
    for name, table, when, condition in guards(True):
        row = "OLD" if when == "DELETE" else "NEW"
        editor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN IF NOT ({condition}) THEN RAISE EXCEPTION '{MESSAGE}'; END IF; RETURN {row}; END $$"
        )
        editor.execute(
            f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def unguard(_apps, editor):
    for name, table, _when, _condition in guards(False):
        if editor.connection.vendor == "sqlite":
            editor.execute(f"DROP TRIGGER {name}")
        else:
            editor.execute(f"DROP TRIGGER {name} ON {table}")
            editor.execute(f"DROP FUNCTION {name}()")


class Migration(migrations.Migration):
    """Let the database itself refuse to change the books, or to lose a row before its time."""

    dependencies = [("books", "0001_initial")]

    operations = [migrations.RunPython(guard, unguard)]
