"""Privacy policy as code: the words with which every table says what it holds, why, and until when.

A model carries `policy = Policy(...)` with one line per column; tables we did not write are declared with
`declare_foreign`. Django's system check compares declarations with columns in both directions, so neither
a server nor a test run starts while something is undeclared. Category and purpose words are keys of the
open taxonomy fideslang 3.1, extended below existing parents where it lacks a word.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

from django.utils.functional import Promise


class Category(StrEnum):
    """What kind of data a column holds (fideslang data categories; extensions marked +)."""

    CIPHERTEXT = "user.content.private.ciphertext"  # +
    NAME = "user.name"
    PHONE = "user.contact.phone_number"
    EMAIL = "user.contact.email"
    USERNAME = "user.account.username"
    PROFILE = "user.account"
    IMAGE = "user.contact.portrait"  # +
    CREDENTIAL = "user.authorization.credentials"
    PUBLIC_KEY = "user.authorization.public_key"  # +
    INDEX = "user.unique_id.pseudonymous"
    RELATION = "user.social.contact_graph"  # +
    SETTING = "user.settings"
    CONSENT = "user.privacy_preferences"
    BEHAVIOUR = "user.behavior"
    TIMING = "user.behavior.timing"  # +
    DEVICE = "user.device"
    MAC_ADDRESS = "user.device.mac_address"  # +
    BILLING = "user.financial.billing"  # +
    PURCHASE = "user.financial.purchase"  # +
    STAFF = "user.employment.staff"  # +
    ADDRESS = "user.contact.address"
    PAYMENT = "user.payment"
    SYSTEM = "system.operations"


class Purpose(StrEnum):
    """Why we hold it (fideslang data uses; extensions marked +)."""

    ACCOUNT = "essential.service"
    SIGN_IN = "essential.service.authentication"
    MESSAGING = "essential.service.messaging"  # +
    STATION = "essential.service.device"  # +
    SECURITY = "essential.service.security"
    SUPPORT = "essential.service.operations.support"
    RUN = "essential.service.operations"
    PROOF = "essential.legal_obligation"
    SALE = "essential.service.sale"  # +
    PAYMENT = "essential.service.payment_processing"
    BOOKS = "essential.legal_obligation.bookkeeping"  # +
    ANALYSES = "analytics.reporting"


class Basis(StrEnum):
    """The lawful basis (GDPR art. 6(1))."""

    CONTRACT = "contract"
    CONSENT = "consent"
    LEGAL = "legal_obligation"
    INTEREST = "legitimate_interest"


class Erase(StrEnum):
    """What erasing the subject does to the value."""

    DELETE = "delete"  # goes with its row
    BLANK = "blank"  # set to null, the row stays
    SHRED = "shred"  # sealed under the subject's key: unreadable once the key is destroyed
    KEEP = "keep"  # about nobody
    PSEUDONYM = "pseudonym"  # the random id stays for others, and nothing says any more whose it was


class Seen(StrEnum):
    """Who can read the value as it lies in the database."""

    BY_SERVER = "by-server"
    SEALED = "sealed"  # encrypted at rest under a key that is not in the database
    BY_MEMBERS = "by-members"  # end-to-end encrypted: to the server it is bytes


class Role(StrEnum):
    """Staff roles that may be shown a column in the admin site."""

    SUPPORT = "support"
    FINANCE = "finance"
    LOGISTIC = "logistic"
    SYSTEM = "system"
    PRIVACY = "privacy"


@dataclass(frozen=True, slots=True)
class Held:
    """What one column holds; `keep` blanks it before the row itself goes."""

    category: Category
    purpose: Purpose
    seen: Seen = Seen.BY_SERVER
    basis: Basis = Basis.CONTRACT
    on_erase: Erase = Erase.DELETE
    export: bool = True
    staff: tuple[Role, ...] = ()
    keep: timedelta | None = None


def running(*, staff: tuple[Role, ...] = ()) -> Held:
    """Return the line for a column that is about nobody and only keeps the system running."""
    return Held(Category.SYSTEM, Purpose.RUN, on_erase=Erase.KEEP, export=False, staff=staff)


@dataclass(frozen=True, slots=True)
class Kept:
    """What of a table stays when its subject is erased: a sentence for them, by which article, for how long.

    `keep` counts from the column `clock` of the policy; None means as long as others need it. `by_law`: the
    rows about the person stay as they are until then, because a law says so.
    """

    what: str | Promise
    article: str
    keep: timedelta | None = None
    by_law: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Whose rows these are, how they end, and what each column holds.

    `subject` is the ORM path to the account ("self" for the account's own row, "" when about nobody).
    `keep` counts from the column `clock`; None means as long as the subject's account. `kept` says what stays
    when that is erased. `ends` says the term in words, where `clock` is itself the moment that it is over.
    """

    subject: str
    keep: timedelta | None
    fields: Mapping[str, Held] = field(default_factory=dict)
    clock: str = "created_at"
    kept: Kept | None = None
    ends: str | Promise = ""

    def ended_before(self, now: datetime) -> datetime:
        """Return the moment before which a row is due for deletion at `now`.

        Raises TypeError for rows that live as long as their account.
        """
        if self.keep is None:
            raise TypeError("these rows end with the account")
        return now - self.keep


EVERY_ROW: Mapping[str, Held] = {
    "id": Held(Category.SYSTEM, Purpose.RUN, export=False, staff=tuple(Role)),
    "created_at": Held(Category.TIMING, Purpose.RUN, staff=tuple(Role)),
}
"""The columns of `prifora.kernel.models.Row`, declared once."""


class Kind(StrEnum):
    """What sort of place a store is."""

    FILES = "files"
    KEYS = "keys"  # entries of the cache, named by how their names begin
    QUEUE = "queue"
    LOG = "log"
    HOST = "host"
    COOKIE = "cookie"
    BROWSER = "browser"  # what the app keeps on a person's own device


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A place outside the database that holds or receives data: files, keys, logs, cookies, hosts.

    `names` are what is really there: file names of a root, beginnings of keys, fields of log lines, cookies.
    `sends` are what a host receives.
    """

    name: str
    kind: Kind
    holds: "str | StrPromise"
    category: Category
    purpose: Purpose
    keep: timedelta | None
    seen: Seen = Seen.BY_SERVER
    basis: Basis = Basis.CONTRACT
    names: tuple[str, ...] = ()
    sends: "tuple[str | StrPromise, ...]" = ()


foreign: dict[str, Policy] = {}
"""Tables we did not write, by table name. Filled by `declare_foreign`."""

stores: dict[str, Store] = {}
"""Everything that is not a table, by name. Filled by `declare_store`."""


def declare_foreign(table: str, policy: Policy) -> None:
    """Declare what a table of a library (or one made without a model) holds, column by column.

    Raises ValueError for a table that is declared otherwise already.
    """
    if foreign.setdefault(table, policy) != policy:
        raise ValueError(f"{table} is declared twice")


def declare_store(store: Store) -> None:
    """Declare a file root, keys of the cache, a log, a queue, an outgoing host, a cookie. Once for each.

    Raises ValueError for a name that something else has already.
    """
    if stores.setdefault(store.name, store) != store:
        raise ValueError(f"{store.name} is declared twice")


def stores_of(kind: Kind) -> list[Store]:
    """Return what is declared of one kind, by name."""
    return sorted((store for store in stores.values() if store.kind is kind), key=lambda store: store.name)
