"""The bench of messages: it counts what is sent and heard, through a crash; how fast is no matter here."""

import pytest

from bench import board, plots
from bench.forms import ECHO, Form, families
from bench.rounds import Plan, of_form, together

SMALL = Plan(families=2, seconds=0.5, warm=0.2, window=4, full=8, rates=(20,), got_rate=20, missed=40)
NOTHING_WRONG = {"lost": 0, "doubled": 0, "out_of_order": 0}


@pytest.fixture(scope="module")
def kept():
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PRIFORA_TESTING")
        with families(SMALL.families, is_scaled=False) as made:
            yield made


@pytest.mark.long
@pytest.mark.server
@pytest.mark.parametrize(
    "form",
    [Form("product", "", record_bytes=300), Form("product", ""), Form("echo", "", application=ECHO)],
    ids=["product", "product without copies", "echo"],
)
class TestOfForm:
    def test_counts_every_message_at_every_device(self, kept, form):
        found = together([of_form(SMALL, form, kept)])

        assert found["said"] > SMALL.missed
        assert {name: found[name] for name in NOTHING_WRONG} == NOTHING_WRONG
        assert found["heard"] == 16 * found["said"]
        assert set(board.ASKED) <= set(board.whole(found))
        assert form.name in plots.draw(plots.PLOTS[0], {form.name: found})
