"""For the accountant: what was billed and booked in a month, and the VAT of a quarter by country."""

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import QuerySet

from books.models import Account, Bill, Posting
from prifora.kernel.money import Money
from prifora.kernel.terms import months_after

ALWAYS = (1980, 1, 1, 0, 0, 0)
"""The time that files in the archive bear: the same books make the same bytes."""

BILLS = (
    *("number", "kind", "takes_back", "date", "country", "one_stop_shop", "reverse_charge", "vat_id"),
    *("currency", "net", "vat", "rounding", "total"),
)
JOURNAL = (
    *("date", "what", "event", "line", "bill", "account", "name", "debit", "credit", "currency"),
    *("country", "vat_percentage"),
)
VAT = ("country", "vat_percentage", "currency", "net", "vat")


def export(year: int, month: int) -> bytes:
    """Return a ZIP with `bills.csv`, `journal.csv` and `vat.csv` of one month.

    Nobody is named in it, but for the VAT number of a business, which the return of sales within the European
    Union asks. Amounts have a point and two decimals; what a credit note takes back is below zero.
    """
    first = date(year, month, 1)
    after = months_after(first, 1)
    bills = Bill.objects.filter(on__gte=first, on__lt=after).order_by("on", "number")
    postings = Posting.objects.filter(on__gte=first, on__lt=after)
    return _zipped(
        {
            "bills.csv": _table(BILLS, (_bill(bill) for bill in bills.iterator())),
            "journal.csv": _table(JOURNAL, _journal(postings)),
            "vat.csv": _table(VAT, _vat(postings)),
        }
    )


def vat_report(year: int, quarter: int) -> bytes:
    """Return what was sold and the VAT on it in a quarter (1 to 4), by country and percentage, as CSV.

    The rows of other countries are what the One Stop Shop asks.
    """
    first = date(year, 3 * quarter - 2, 1)
    postings = Posting.objects.filter(on__gte=first, on__lt=months_after(first, 3))
    return _table(VAT, _vat(postings))


def _bill(bill: Bill) -> tuple[object, ...]:
    sign = -1 if bill.is_credit else 1
    net, vat, rounding = (Money(sign * cents, bill.currency) for cents in (bill.net, bill.vat, bill.rounding))
    return (
        *(bill.number, bill.kind, bill.of, bill.on, bill.country, _yes(bill.one_stop), _yes(bill.reverse)),
        *(
            "".join(filter(str.isalnum, bill.buyer.vat_id)),
            bill.currency,
            net.amount,
            vat.amount,
            rounding.amount,
        ),
        (net + vat + rounding).amount,
    )


def _journal(postings: QuerySet[Posting]) -> Iterable[tuple[object, ...]]:
    for line in postings.order_by("on", "what", "number", "event", "n").iterator():
        rate = "" if line.rate is None else line.rate
        for account, debit, credit in (
            (line.debit, line.amount.amount, ""),
            (line.credit, "", line.amount.amount),
        ):
            yield (
                *(
                    line.on,
                    line.what,
                    line.event,
                    line.n,
                    line.number,
                    account,
                    Account(account).name.lower(),
                ),
                *(debit, credit, line.currency, line.country, rate),
            )


def _vat(postings: QuerySet[Posting]) -> Iterable[tuple[object, ...]]:
    sums: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for line in postings.exclude(rate=None).iterator():
        at = int(Account.VAT in (line.debit, line.credit))
        sign = 1 if line.debit == Account.CUSTOMERS else -1
        sums[line.country, str(line.rate), line.currency][at] += sign * line.cents
    for (country, rate, currency), (net, vat) in sorted(sums.items()):
        yield country, rate, currency, Money(net, currency).amount, Money(vat, currency).amount


def _table(names: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows(rows)
    return text.getvalue().encode()


def _zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, ALWAYS), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _yes(flag: bool) -> str:  # noqa: FBT001
    return "yes" if flag else "no"
