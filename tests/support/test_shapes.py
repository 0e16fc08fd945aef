"""What staff fill in: limits are told before anything is asked; the rest is in test_pages.py and test_admin.py."""

import pytest

from support.shapes import AskForm, BreachForm

ASKED = {"reason": "She asked us to look.", "minutes": 30, "tables": ["accounts.Account"]}


class TestAskForm:
    def form(self, **changes):
        return AskForm(
            {**ASKED, **changes}, tables=["accounts.Account", "accounts.Device"], here="accounts.Account"
        )

    def test_takes_what_is_whole(self):
        assert self.form().is_valid()

    @pytest.mark.parametrize(
        "changes", [{"reason": "short"}, {"minutes": 61}, {"minutes": 0}, {"tables": []}, {"tables": ["x"]}]
    )
    def test_refuses_too_little_and_too_much(self, changes):
        assert not self.form(**changes).is_valid()


class TestBreachForm:
    def test_knows_every_table_and_no_other(self):
        assert BreachForm({"table": "accounts_account"}).is_valid()
        assert not BreachForm({"table": "sqlite_master"}).is_valid()
