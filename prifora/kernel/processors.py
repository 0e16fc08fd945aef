"""Who receives data on our behalf: each host outside this network is a declared processor, or nothing starts.

The register is TOML, one `[[processor]]` for each (docs/operations.md): `name`, `kind`, `does`, `country`,
`agreement` and `agreed_on`, and `host` when this program sends there. Only the European Economic Area;
Switzerland and the United Kingdom with `adequacy = true`, since they are outside it.
"""

import ipaddress
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from prifora.kernel.policy import Basis, Category, Kind, Purpose, Seen, Store, declare_store, stores_of

EEA = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DK",
        "EE",
        "FI",
        "FR",
        "DE",
        "GR",
        "HU",
        "IE",
        "IT",
        "LV",
        "LT",
        "LU",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "ES",
        "SE",
        "IS",
        "LI",
        "NO",
    ]
)
ADEQUATE = frozenset(("CH", "GB"))
KINDS = frozenset(("hosting", "network", "mail", "text messages", "payment", "parcels", "security"))
PUSH = "push services"
"""Of the makers of people's browsers, for who asks for it (settings.PUSH_HOSTS): in no register of ours."""
TEXTS = ("name", "kind", "does", "country", "agreement")

declare_store(
    Store(
        name="database server",
        kind=Kind.HOST,
        holds=_("the database, table by table as listed"),
        category=Category.SYSTEM,
        purpose=Purpose.RUN,
        keep=None,
        sends=(_("everything that is listed here"),),
    )
)
declare_store(
    Store(
        name="key server",
        kind=Kind.HOST,
        holds=_("the key under which each person's details are sealed"),
        category=Category.CREDENTIAL,
        purpose=Purpose.SECURITY,
        keep=None,
        seen=Seen.SEALED,
        sends=(_("keys, sealed under a key of the server"),),
    )
)
declare_store(
    Store(
        name="between processes",
        kind=Kind.HOST,
        holds=_("that there is something new, and how often something was tried"),
        category=Category.INDEX,
        purpose=Purpose.RUN,
        keep=None,
        sends=(_("random numbers of accounts and conversations"),),
    )
)
declare_store(
    Store(
        name=PUSH,
        kind=Kind.HOST,
        holds=_("showing on a device where you asked for it that there is something new"),
        category=Category.DEVICE,
        purpose=Purpose.MESSAGING,
        keep=None,
        basis=Basis.CONSENT,
        sends=(
            _("the address that the maker of your browser gave that browser, also outside Europe"),
            _("that there is something new, and when; not what"),
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Processor:
    """One company that works for us, under a written agreement."""

    name: str
    kind: str
    does: str
    country: str
    agreement: str
    agreed_on: date
    host: str = ""
    adequacy: bool = False


class Unfit(ValueError):
    """A line of the register lacks something, or names a place where no data may be."""


def processors() -> list[Processor]:
    """Return the register of this server, in its order. Raises Unfit, or tomllib.TOMLDecodeError."""
    return [_processor(row) for row in tomllib.loads(settings.PROCESSORS).get("processor", [])]


def disagreements() -> Iterator[str]:
    """Yield one line for each outgoing host without declaration or processor, and for each that is stale."""
    declared = {store.name for store in stores_of(Kind.HOST)} - {PUSH}
    for name in sorted(declared ^ settings.OUTGOING.keys()):
        yield f"{name}: what is sent there and where that is must both be declared"
    try:
        known = {processor.host: processor for processor in processors()}
    except (Unfit, tomllib.TOMLDecodeError) as wrong:
        yield f"the register of processors: {wrong}"
        return
    outside = {host: name for name, host in settings.OUTGOING.items() if not is_ours(host)}
    yield from (f"{outside[host]}: {host} is no declared processor" for host in outside.keys() - known.keys())
    for host in sorted(known.keys() - {""} - outside.keys()):
        yield f"{known[host].name}: nothing is sent to {host}"


def is_ours(host: str) -> bool:
    """Return whether a host is this machine or its own network: no name, a bare one, or a private address."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host


def _processor(row: dict[str, Any]) -> Processor:
    for name in TEXTS:
        if not isinstance(row.get(name), str) or not row[name]:
            raise Unfit(f"{row.get('name', '?')} has no {name}")
    if type(row.get("agreed_on")) is not date:
        raise Unfit(f"{row['name']} has no agreed_on, a date without quotes")
    if unknown := row.keys() - Processor.__slots__:
        raise Unfit(f"{row['name']} has {', '.join(sorted(unknown))}, which means nothing")
    processor = Processor(**row)
    if processor.kind not in KINDS:
        raise Unfit(f"{processor.name} is of no known kind")
    if processor.country not in EEA and not (processor.adequacy and processor.country in ADEQUATE):
        raise Unfit(f"{processor.name} is in {processor.country}, where no data may be")
    return processor
