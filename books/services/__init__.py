"""Bills, what is booked, papers, exports, and letting go of it all when its time is over."""

from books.rules import Buyer, Kind, Line, NotSoldThere
from books.services.billing import (
    CreditTooMuch,
    SellerUnknown,
    UnfitLines,
    WrongRate,
    bill,
    credit,
    vat_rate,
)
from books.services.checking import check_books
from books.services.drawing import pdf
from books.services.encoding import xml
from books.services.exporting import export, vat_report
from books.services.letting_go import let_go
from books.services.posting import BookedOtherwise, fee, give_up, lost, paid_back, paid_out, received

__all__ = [
    "BookedOtherwise",
    "Buyer",
    "CreditTooMuch",
    "Kind",
    "Line",
    "NotSoldThere",
    "SellerUnknown",
    "UnfitLines",
    "WrongRate",
    "bill",
    "check_books",
    "credit",
    "export",
    "fee",
    "give_up",
    "let_go",
    "lost",
    "paid_back",
    "paid_out",
    "pdf",
    "received",
    "vat_rate",
    "vat_report",
    "xml",
]
