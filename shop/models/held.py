"""How the tables of the shop say what they hold: an order is about a customer, never about an account."""

from datetime import timedelta

from prifora.kernel.policy import Basis, Category, Erase, Held, Policy, Purpose, Role, Seen

FINANCE, LOGISTIC, BOTH = (Role.FINANCE,), (Role.LOGISTIC,), (Role.FINANCE, Role.LOGISTIC)


def sold(category: Category, *, staff: tuple[Role, ...] = ()) -> Held:
    """Return the line for a column that the sale needs; nobody's account has anything to do with it."""
    return Held(category, Purpose.SALE, export=False, staff=staff)


def proof(category: Category, *, staff: tuple[Role, ...] = ()) -> Held:
    """Return the line for a column that shows what we did, as the law asks."""
    return Held(category, Purpose.PROOF, basis=Basis.LEGAL, export=False, staff=staff)


def locked(category: Category) -> Held:
    """Return the line for a document sealed under the order's own key; destroying the key ends it."""
    return Held(category, Purpose.SALE, Seen.SEALED, on_erase=Erase.SHRED, export=False)


def until_the_books_end(fields: dict[str, Held], *, clock: str) -> Policy:
    """Return the policy of rows that go when the term of the order's books is over (rules.books_end)."""
    return Policy(subject="", keep=timedelta(0), clock=clock, fields=fields)
