from itertools import pairwise
from uuid import RFC_4122

import pytest

from prifora.kernel import ids
from prifora.kernel.ids import id_of_number, id_of_text, new_id


class TestNewId:
    def test_is_random_and_says_so(self):
        assert {new_id().version for _ in range(100)} == {4}

    def test_tells_neither_order_nor_time(self):
        made = [new_id() for _ in range(1000)]
        assert len(set(made)) == len(made)
        rising = sum(one < next_one for one, next_one in pairwise(made))
        assert 350 < rising < 650


class TestIdOfNumber:
    def test_is_another_for_every_whole_and_every_number(self):
        wholes = [new_id() for _ in range(100)]
        made = {id_of_number(whole, number) for whole in wholes for number in range(100)}
        assert len(made) == 100 * 100
        assert {(one.version, one.variant) for one in made} == {(8, RFC_4122)}

    def test_lies_beside_its_neighbours_in_the_order_of_their_numbers(self):
        first, second = sorted([new_id(), new_id()])
        made = [id_of_number(whole, number) for whole in (first, second) for number in range(300)]
        assert made == sorted(made)

    @pytest.mark.parametrize("number", [0, 1, 2**40 - 1, 2**40, 2**53])
    def test_takes_every_number_a_log_can_reach(self, number):
        assert id_of_number(new_id(), number).version == 8


class TestIdOfText:
    def test_reads_both_ways_to_write_one_and_gives_the_same_again(self):
        one = new_id()
        assert id_of_text(str(one)) == id_of_text(one.hex) == one
        assert id_of_text(str(one)) is id_of_text(str(one))

    @pytest.mark.parametrize("text", ["", "x" * 32, "0" * 31, "0" * 33])
    def test_refuses_what_is_none(self, text):
        with pytest.raises(ValueError):  # noqa: PT011
            id_of_text(text)

    def test_keeps_nothing_that_was_made_longer(self):
        before = ids._read.cache_info().currsize
        with pytest.raises(ValueError, match="long"):
            id_of_text("-" * 100_000 + new_id().hex)
        assert ids._read.cache_info().currsize == before
