"""The stand-in's pages: where a buyer types a card or an account, and a desk where one plays the bank."""

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

from tools.stand_in.api import METHODS
from tools.stand_in.book import OPEN, PAID, UNPAID, Book, Impossible, Thing
from tools.stand_in.words import Words, words_for

BANKS = ("ABN AMRO", "ASN Bank", "ING", "Rabobank", "Triodos Bank")
LATER_SECONDS = 20
STYLE = Path(__file__).with_name("pages.css").read_text(encoding="utf-8")
FORMS = {
    "creditcard": (
        ("name", "name", "cc-name", "A. de Vries"),
        ("card", "card", "cc-number", "4111 1111 1111 1111"),
        ("until", "until", "cc-exp", "12/30"),
        ("code", "code", "cc-csc", "123"),
    ),
    "ideal": (("holder", "name", "name", "A. de Vries"), ("iban", "iban", "off", "NL91 ABNA 0417 1643 00")),
    "bancontact": (("holder", "name", "name", "A. Peeters"), ("iban", "iban", "off", "BE68 5390 0754 7034")),
}
"""What is asked for each way of paying: words, name, autocompletion, what stands there already."""


def methods_of(payment: Thing) -> list[str]:
    """Return in which ways a payment can be paid."""
    return [one for one in METHODS if one in (payment["_methods"] or METHODS)]


def choice(payment: Thing) -> str:
    """Return the page on which a buyer chooses how to pay."""
    _language, say = words_for(payment["locale"])
    ways = "".join(
        f'<a class="way" href="/checkout/{payment["_token"]}/{one}">{escape(say[one])}</a>'
        for one in methods_of(payment)
    )
    return _page(payment, f"<h2>{escape(say['choose'])}</h2>{ways}")


def form(payment: Thing, method: str, *, is_wrong: bool = False) -> str:
    """Return the page on which a buyer types a card or an account."""
    _language, say = words_for(payment["locale"])
    wrong = f'<p class="wrong" role="alert">{escape(say["wrong"])}</p>' if is_wrong else ""
    banks = "".join(f"<option>{one}</option>" for one in BANKS)
    bank = f'<label for="bank">{escape(say["bank"])}</label><select id="bank" name="bank">{banks}</select>'
    acts = "".join(_button(say, name) for name in ("pay", "later", "fail", "cancel"))
    other = f'<a class="way" href="/checkout/{payment["_token"]}">{escape(say["back"])}</a>'
    return _page(
        payment,
        f'<h2>{escape(say[method])}</h2>{wrong}<form method="post" autocomplete="off">'
        f"{bank if method == 'ideal' else ''}{''.join(_fields(say, method))}{acts}</form>"
        f"{other if len(methods_of(payment)) > 1 else ''}",
    )


def submit(book: Book, payment: Thing, method: str, given: Mapping[str, str]) -> bool:
    """Do what a buyer chose; return whether what was typed can be right."""
    act, name = given.get("act", "pay"), payment["id"]
    if act == "cancel":
        book.cancel(name)
        return True
    details = _details(method, given)
    if details is None:
        return False
    if act == "fail":
        book.fail(name, "refused_by_issuer")
    else:
        book.pay(name, method=method, details=details, later=LATER_SECONDS if act == "later" else None)
    return True


def desk(book: Book) -> str:
    """Return the page on which one plays the bank."""
    rows = "".join(_row(book, one) for one in book.all("payment")[:100])
    head = "".join(f"<th>{one}</th>" for one in ("payment", "for", "amount", "state", "goes back", "do"))
    return _html(
        "en",
        "The bank's desk",
        '<main class="desk"><h1>The bank’s desk</h1><p class="notice">A stand-in for the payment provider. '
        "No money is moved. Here you do what banks do.</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></main>",
    )


def act(book: Book, name: str, what: str) -> None:
    """Do what was chosen at the desk; raises Unknown, Impossible."""
    if what not in ACTS:
        raise Impossible(what)
    getattr(book, what)(name)


ACTS = {
    "settle": "money comes",
    "fail": "bank refuses",
    "bounce": "not enough money",
    "cancel": "cancel",
    "expire": "expire",
    "charge_back": "take back",
    "reverse": "give back",
    "refunded": "refund arrives",
    "refund_failed": "refund fails",
    "refuse": "next charges bounce / go through",
}


def _row(book: Book, payment: Thing) -> str:
    name, amount = payment["id"], payment["amount"]
    refunds, taken = book.all("refund", paymentId=name), book.all("chargeback", paymentId=name)
    back = [f"{one['amount']['value']} {one['status']}" for one in refunds]
    back += [
        f"{one['amount']['value']} taken{' and given' if one['reversedAt'] else ''} back" for one in taken
    ]
    acts = [(name, one) for one in _acts(payment, taken)]
    acts += [(one["id"], what) for one in refunds for what in ("refunded", "refund_failed")]
    buttons = "".join(
        f'<form method="post" action="/desk/{target}/{what}"><button>{ACTS[what]}</button></form>'
        for target, what in acts
    )
    cells = (name, payment["description"], f"{amount['value']} {amount['currency']}", payment["status"])
    told = "".join(f"<td>{escape(str(one))}</td>" for one in (*cells, "; ".join(back)))
    return f"<tr>{told}<td>{buttons}</td></tr>"


def _acts(payment: Thing, taken: list[Thing]) -> Iterator[str]:
    if payment["status"] in UNPAID:
        yield from (
            ("settle", "fail", "bounce", "expire") if payment["status"] != OPEN else ("expire", "cancel")
        )
    if payment["status"] == PAID:
        yield "charge_back"
        if payment["customerId"]:
            yield "refuse"
    if any(not one["reversedAt"] for one in taken):
        yield "reverse"


def _details(method: str, given: Mapping[str, str]) -> Thing | None:
    """Return what the provider keeps of what was typed: of a card the last four; None for what cannot be."""
    name = given.get("name", "")
    if method == "creditcard":
        number = "".join(given.get("card", "").split())
        if not (number.isdigit() and is_card(number)):
            return None
        return {"cardHolder": name, "cardNumber": number[-4:], "cardLabel": "Visa", "cardCountryCode": "NL"}
    account = "".join(given.get("iban", "").split()).upper()
    if not is_account(account):
        return None
    return {"consumerName": name, "consumerAccount": account, "consumerBic": "ABNANL2A"}


def is_card(number: str) -> bool:
    """Return whether the last digit of a card's number is right (ISO/IEC 7812)."""
    digits = [int(one) for one in number[::-1]]
    twice = [sum(divmod(one * 2, 10)) for one in digits[1::2]]
    return 12 <= len(digits) <= 19 and (sum(digits[::2]) + sum(twice)) % 10 == 0


def is_account(number: str) -> bool:
    """Return whether the check digits of an account's number are right (ISO 13616)."""
    if not (15 <= len(number) <= 34 and number.isascii() and number.isalnum()):
        return False
    return int("".join(str(int(one, 36)) for one in number[4:] + number[:4])) % 97 == 1


def _fields(say: Words, method: str) -> Iterator[str]:
    for word, name, complete, value in FORMS[method]:
        yield (
            f'<label for="{word}">{escape(say[word])}</label>'
            f'<input id="{word}" name="{name}" autocomplete="{complete}" value="{value}" required>'
        )


def _button(say: Words, name: str) -> str:
    is_main = ' class="main"' if name == "pay" else ""
    unchecked = " formnovalidate" if name == "cancel" else ""
    return f'<button name="act" value="{name}"{is_main}{unchecked}>{escape(say[name])}</button>'


def _page(payment: Thing, content: str) -> str:
    language, say = words_for(payment["locale"])
    amount = f"{payment['amount']['value']} {payment['amount']['currency']}"
    mandate = f"<p>{escape(say['mandate'])}</p>" if payment["sequenceType"] == "first" else ""
    return _html(
        language,
        say["title"],
        f'<main><p class="notice">{escape(say["notice"])}</p><h1>{escape(say["title"])}</h1>'
        f'<p class="amount">{amount}</p><p class="soft">{escape(payment["description"])}</p>'
        f"{mandate}{content}</main>",
    )


def _html(language: str, title: str, content: str) -> str:
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>'
        f"<body>{content}</body></html>"
    )
