"""The places outside the database that everything shares, and the guard of the cache's names."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from prifora.kernel.policy import Basis, Category, Kind, Purpose, Seen, Store, declare_store, stores_of

LOG_KEPT = timedelta(days=14)
COOKIE_KEPT = timedelta(days=90)
CART_KEPT = timedelta(days=7)
PAYING_KEPT = timedelta(days=1)

declare_store(
    Store(
        name="person keys",
        kind=Kind.FILES,
        holds=_("the key under which each person's details are sealed"),
        category=Category.CREDENTIAL,
        purpose=Purpose.SECURITY,
        keep=None,
        seen=Seen.SEALED,
        names=("keys.sqlite3",),
    )
)
declare_store(
    Store(
        name="database",
        kind=Kind.FILES,
        holds=_("the database, table by table as listed"),
        category=Category.SYSTEM,
        purpose=Purpose.RUN,
        keep=None,
        names=("prifora.sqlite3", "prifora.sqlite3-wal", "prifora.sqlite3-shm", "test.sqlite3"),
    )
)
declare_store(
    Store(
        name="limits",
        kind=Kind.KEYS,
        holds=_("how often something was tried, by a name nobody can read"),
        category=Category.INDEX,
        purpose=Purpose.SECURITY,
        keep=timedelta(days=1),
        basis=Basis.INTEREST,
        names=("limit:", "allauth:rl:"),
    )
)
declare_store(
    Store(
        name="used codes",
        kind=Kind.KEYS,
        holds=_("that a sign-in code was used already, by a name nobody can read"),
        category=Category.INDEX,
        purpose=Purpose.SECURITY,
        keep=timedelta(minutes=2),
        names=("allauth.mfa.totp.used?",),
    )
)
declare_store(
    Store(
        name="background work",
        kind=Kind.QUEUE,
        holds=_("which work is due, by its name"),
        category=Category.SYSTEM,
        purpose=Purpose.RUN,
        keep=timedelta(days=1),
        names=("celery", "_kombu.binding.", "unacked"),
    )
)
declare_store(
    Store(
        name="log",
        kind=Kind.LOG,
        holds=_("what went wrong in the system: times, codes and places in the program"),
        category=Category.SYSTEM,
        purpose=Purpose.RUN,
        keep=LOG_KEPT,
        names=(
            *("level", "timestamp", "logger", "where", "event", "problem", "trace"),
            *("count", "days", "kind", "reason", "what"),
        ),
    )
)
declare_store(
    Store(
        name="session",
        kind=Kind.COOKIE,
        holds=_("that this browser is signed in: a random value"),
        category=Category.CREDENTIAL,
        purpose=Purpose.SIGN_IN,
        keep=COOKIE_KEPT,
        names=("session", "__Host-session"),
    )
)
declare_store(
    Store(
        name="csrftoken",
        kind=Kind.COOKIE,
        holds=_("a random value that keeps other sites from acting in your name"),
        category=Category.CREDENTIAL,
        purpose=Purpose.SECURITY,
        keep=COOKIE_KEPT,
        names=("csrftoken",),
    )
)
declare_store(
    Store(
        name="cart",
        kind=Kind.COOKIE,
        holds=_("what is in your cart in the shop; only once there is something in it"),
        category=Category.PURCHASE,
        purpose=Purpose.SALE,
        keep=CART_KEPT,
        names=("cart", "__Host-cart"),
    )
)
declare_store(
    Store(
        name="paying",
        kind=Kind.COOKIE,
        holds=_("that you went from here to the page where you pay: so only you come back to your order"),
        category=Category.PURCHASE,
        purpose=Purpose.SALE,
        keep=PAYING_KEPT,
        names=("paying", "__Host-paying"),
    )
)
declare_store(
    Store(
        name="messages",
        kind=Kind.COOKIE,
        holds=_("for staff only: what the page they see next has to say"),
        category=Category.STAFF,
        purpose=Purpose.RUN,
        keep=timedelta(0),
        names=("messages",),
    )
)
declare_store(
    Store(
        name="this device",
        kind=Kind.BROWSER,
        holds=_("your keys and your messages, sealed under a key that no program can read out"),
        category=Category.CIPHERTEXT,
        purpose=Purpose.MESSAGING,
        keep=None,
        seen=Seen.BY_MEMBERS,
        names=("prifora", "prifora-media", "sealed-parts"),
    )
)
declare_store(
    Store(
        name="choices on this device",
        kind=Kind.BROWSER,
        holds=_("your language, small choices on the screen, and an invitation or a code you are using"),
        category=Category.SETTING,
        purpose=Purpose.ACCOUNT,
        keep=None,
        seen=Seen.BY_MEMBERS,
        names=(
            *("language", "was-in", "show-captions", "relatives-asked", "invitation", "activation"),
            *("use-counts", "choices"),
        ),
    )
)


def names_of(kind: Kind) -> tuple[str, ...]:
    """Return everything that is declared to be in the stores of one kind."""
    return tuple(name for store in stores_of(kind) for name in store.names)


class UndeclaredKey(LookupError):
    """Our bug: something wants to keep a cache entry that no store declares."""


def check_key(key: str) -> None:
    """Raise UndeclaredKey for a cache entry whose name begins like none that is declared."""
    if not key.startswith(names_of(Kind.KEYS)):
        raise UndeclaredKey(key.partition(":")[0])
