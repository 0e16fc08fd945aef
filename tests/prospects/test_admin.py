"""What Customer Support can do with who wrote without an account, and when."""

import pytest

from prifora.kernel import clock
from prifora.kernel.desk import acts_for, told_beside
from prifora.kernel.policy import Role
from prospects import services
from prospects.models import Prospect
from tests.prospects.writing import prospect

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", Role)
def test_is_for_support_only(role):
    row = prospect()
    names = [act.name for act in acts_for(row, role)]
    texts = [one.text for one in told_beside(row, role)]
    wanted = (["answer", "settle"], ["Riet Bakker, riet@mail.example", "What does it cost?"])
    assert (names, texts) == (wanted if role is Role.SUPPORT else ([], []))


def test_ends_with_an_opt_out():
    services.stop_mail(prospect_id=prospect().pk, now=clock.now())
    assert not acts_for(Prospect.objects.get(), Role.SUPPORT)
