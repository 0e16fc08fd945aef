"""What is turned down has a status, a code, and words."""

import pytest
from django.utils.translation import override

from payments import refusals
from prifora.kernel.errors import Refused

ALL = (refusals.AnotherPayment, refusals.NoMandate, refusals.NothingToRefund, refusals.PaymentsOff)


class TestRefusals:
    @pytest.mark.parametrize("refusal", ALL)
    def test_are_told_in_whole_sentences_without_names_or_amounts(self, refusal):
        assert issubclass(refusal, Refused)
        assert refusal.status in (409, 503)
        for language in ("nl", "fr", "en"):
            with override(language):
                sentence = str(refusal.sentence)
            assert sentence.endswith(".")
            assert "%" not in sentence
