"""What others read of payments by reference; and that a payment leads to nobody."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.utils import timezone

from payments import access, services
from payments.models import CHECKOUT_KEPT, PAYER_KEPT, Checkout, Disclosure, Payer, Payment
from payments.rules import KEPT, State
from prifora.kernel.errors import Absent
from prifora.kernel.money import Money
from privacy import services as privacy

DAY = timedelta(days=1)


@pytest.mark.django_db
class TestStanding:
    def test_adds_up_what_came_and_went(self, provider, buying):
        reference = buying.paid(amount=5000)
        standing = access.standing(reference)
        assert (standing.state, standing.amount, standing.method) == (State.PAID, Money(cents=5000), "ideal")
        zero = Money(cents=0)
        assert standing.refunded == standing.going_back == standing.charged_back == zero
        provider.desk(buying.of(reference).provider_id, "charge_back")
        buying.look(reference)
        assert access.standing(reference).charged_back == Money(cents=5000)
        provider.desk(buying.of(reference).provider_id, "reverse")
        buying.look(reference)
        assert access.standing(reference).charged_back == zero

    def test_is_absent_for_what_is_not_there(self):
        for read in (access.state, access.standing):
            with pytest.raises(Absent):
                read(uuid4())
        assert access.disclosures(uuid4()) == []


@pytest.mark.obligation("PRI-66", partial=True)
class TestPayments:
    def test_refer_to_no_other_table(self):
        """No foreign key leads from a payment to anybody, or from anywhere to a payment."""
        for model in apps.get_models():
            for field in model._meta.local_concrete_fields:
                if field.is_relation:
                    ends = {model._meta.app_label, field.related_model._meta.app_label}
                    assert "payments" not in ends or ends == {"payments"}, field


@pytest.mark.django_db
class TestRetention:
    def aged(self, model, age):
        model.objects.update(**{model.policy.clock: timezone.now() - age})
        privacy.delete_ended_rows(now=timezone.now())
        return model.objects.exists()

    @pytest.mark.parametrize(
        ("model", "term"), [(Checkout, CHECKOUT_KEPT), (Payer, PAYER_KEPT), (Payment, KEPT)]
    )
    def test_ends_each_part_in_its_time(self, buying, model, term):
        buying.paid()
        assert self.aged(model, term - DAY / 24)
        assert not self.aged(model, term + DAY / 24)

    def test_takes_everything_of_a_payment_along(self, buying):
        buying.paid()
        assert not self.aged(Payment, KEPT + DAY)
        assert not Checkout.objects.exists()
        assert not Disclosure.objects.exists()
        assert not Payer.objects.exists()

    def test_leaves_the_books_only_what_they_need(self, buying):
        reference = buying.paid(holder="Wilhelmina")
        self.aged(Checkout, CHECKOUT_KEPT + DAY)
        self.aged(Payer, PAYER_KEPT + DAY)
        assert services.state(reference) is State.PAID
        left = Payment.objects.values().get()
        assert set(left) - {"id", "created_at", "kept_from", "due_at", "tries", "years_kept"} == {
            *("reference", "cents", "currency", "state", "reason", "method", "provider_id"),
            *("mandate_id", "is_charge", "paid_at"),
        }
