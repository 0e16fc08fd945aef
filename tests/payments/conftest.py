"""A provider that runs beside the tests, and everything that is told of payments."""

from uuid import UUID, uuid4

import pytest

from payments import events as told
from payments import services
from payments.models import Payment
from payments.rules import Method
from prifora.kernel import clock, events
from prifora.kernel.money import Money
from tests.payments.provider import Provider, id_in

EVENTS = (
    told.Paid,
    told.Failed,
    told.Expired,
    told.Refunded,
    told.RefundFailed,
    told.ChargedBack,
    told.ChargebackReversed,
)


@pytest.fixture(scope="session")
def running_provider():
    provider = Provider()
    yield provider
    provider.stop()


@pytest.fixture
def provider(running_provider, settings):
    """The provider this server pays through; behaves as usual at the beginning of every test."""
    settings.MOLLIE_URL, settings.MOLLIE_KEY = running_provider.url, "test_key"
    running_provider.mood()
    return running_provider


@pytest.fixture
def heard():
    """Every event that payments publishes, in order."""
    found = []
    for event in EVENTS:
        events.subscribe(event, found.append)
    yield found
    for event in EVENTS:
        events._handlers[event].remove(found.append)


class Buying:
    """Short ways to buy, and to look at what came of it."""

    def __init__(self, provider):
        self.provider = provider

    def begin(self, *, amount=1234, reference=None, method=None, mandate=False, holder="Jan Jansen", **more):
        """Begin a payment; return its reference."""
        reference = reference or uuid4()
        self.page = services.begin(
            reference=reference,
            amount=Money(cents=amount),
            description="PRIFORA 2026-17",
            method=method,
            language="nl",
            return_url="/shop/order",
            keeps_mandate=mandate,
            holder=holder,
            **more,
        )
        return reference

    def open(self, reference, now=None):
        """Go to the provider's page; return its address."""
        return services.open_page(payment_id=self.of(reference).pk, now=now or clock.now())

    def back(self, reference, now=None):
        """Come back from the provider; return where one ends."""
        return services.come_back(payment_id=self.of(reference).pk, now=now or clock.now())

    def paid(self, *, method=Method.IDEAL, **more):
        """Have something paid; return its reference."""
        reference = self.begin(**more)
        self.provider.pay(self.open(reference), method=method)
        self.back(reference)
        assert services.state(reference) == services.State.PAID
        return reference

    def mandate(self, **more):
        """Have something paid with a mandate; return that."""
        return self.of(self.paid(mandate=True, **more)).mandate_id

    def look(self, reference, now=None):
        """Ask the provider now."""
        now = now or clock.now()
        Payment.objects.filter(reference=reference).update(due_at=now)
        return services.look(payment_id=self.of(reference).pk, now=now)

    @staticmethod
    def of(reference) -> Payment:
        return Payment.objects.get(reference=reference)

    @property
    def back_url(self) -> str:
        """Return where the provider sends who began to pay last."""
        return self.page.partition("/pay/")[0] + "/back"

    @property
    def payment_id(self) -> UUID:
        """Return which payment was begun last."""
        return UUID(id_in(self.page))


@pytest.fixture
def buying(provider):
    return Buying(provider)
