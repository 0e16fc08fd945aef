"""What each staff role may be shown, from the declarations that the admin site obeys; in English."""

from prifora.kernel.policy import Role
from privacy.documents.holdings import Holding, holdings
from privacy.documents.statement import Section, Statement


def visibility() -> Statement:
    """Return, for each role, the columns it may open after a reason."""
    return Statement(
        "What staff may see",
        "Generated from the declarations by `./run documents`. A look needs a reason.",
        tuple(_role(role) for role in Role),
    )


def _role(role: Role) -> Section:
    seen = [one for one in holdings() if role in one.held.staff]
    tables: dict[str, list[Holding]] = {}
    for one in seen:
        tables.setdefault(one.table, []).append(one)
    rows = tuple(
        (table, ", ".join(one.column for one in kept))
        for table, kept in tables.items()
        if any(one.is_about_people and one.column != "created_at" for one in kept)
    )
    text = () if rows else ("Nothing about people.",)
    return Section(role.value, role.value.capitalize(), text, ("Table", "Columns") if rows else (), rows)
