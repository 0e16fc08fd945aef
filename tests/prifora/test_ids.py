from itertools import pairwise
from uuid import RFC_4122

import pytest

from prifora.kernel.ids import id_of_number, new_id


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
