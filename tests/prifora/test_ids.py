from itertools import pairwise

from prifora.kernel.ids import new_id


class TestNewId:
    def test_is_random_and_says_so(self):
        assert {new_id().version for _ in range(100)} == {4}

    def test_tells_neither_order_nor_time(self):
        made = [new_id() for _ in range(1000)]
        assert len(set(made)) == len(made)
        rising = sum(one < next_one for one, next_one in pairwise(made))
        assert 350 < rising < 650
