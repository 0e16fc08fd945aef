"""What is turned down, and the words for it."""

from django.utils.translation import gettext_lazy as _

from prifora.kernel.errors import Refused


class PaymentsOff(Refused):
    """This server has no payment provider."""

    status, code = 503, "payments_off"
    sentence = _("Nothing can be paid here at the moment. Please try again later.")


class AnotherPayment(Refused):
    """There is a payment, a charge or a refund of this name already, and it is another one."""

    status, code = 409, "another_payment"
    sentence = _("This is being paid already, in another way. Please look at your order again.")


class NoMandate(Refused):
    """There is no permission to charge anything, or not any more."""

    status, code = 409, "no_mandate"
    sentence = _("We have no permission to collect this. Please choose again how you want to pay.")


class NothingToRefund(Refused):
    """What is to go back was never paid, or has gone back already."""

    status, code = 409, "nothing_to_refund"
    sentence = _("This much cannot be paid back: it was not paid, or went back already.")
