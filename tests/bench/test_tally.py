"""What the bench counts as lost, doubled and out of order."""

import pytest

from bench.tally import Sent, Talk

ONE, TWO, THREE = b"one", b"two", b"three"


def said(*idents, ears=2):
    """A talk in which these were sent, acknowledged as 1, 2, 3, and heard by everybody."""
    talk = Talk(first=0)
    listening = [talk.ear() for _ in range(ears)]
    for seq, ident in enumerate(idents, 1):
        talk.sent[ident] = Sent(0.0, 1 + ears, b"frame")
        talk.acknowledged(ident, seq)
        for ear in listening:
            talk.heard(ear, seq, ident)
    return talk


def counted(talk, log):
    talk.whole(log)
    return talk.lost, talk.doubled, talk.out_of_order


class TestTalk:
    def test_finds_nothing_wrong_when_all_is_well(self):
        assert counted(said(ONE, TWO), {1: ONE, 2: TWO}) == (0, 0, 0)

    @pytest.mark.parametrize("log", [{1: ONE}, {2: TWO}, {}], ids=["the end", "the beginning", "everything"])
    def test_finds_what_was_acknowledged_and_is_not_in_the_log(self, log):
        assert counted(said(ONE, TWO), log)[0] > 0

    def test_finds_what_one_device_never_heard(self):
        talk = said(ONE, TWO)
        talk.ears[1].last = 1

        assert counted(talk, {1: ONE, 2: TWO}) == (1, 0, 0)

    def test_finds_a_hole_in_what_a_device_heard(self):
        talk = said(ONE)
        talk.heard(talk.ears[0], 3, THREE)

        assert counted(talk, {1: ONE, 2: TWO, 3: THREE}) == (3, 0, 1)

    def test_finds_what_came_after_what_follows_it(self):
        talk = said()
        for seq, ident in ((2, TWO), (1, ONE)):
            talk.heard(talk.ears[0], seq, ident)
        for seq, ident in ((1, ONE), (2, TWO)):
            talk.heard(talk.ears[1], seq, ident)

        assert counted(talk, {1: ONE, 2: TWO}) == (0, 0, 1)

    def test_finds_what_was_heard_twice(self):
        talk = said(ONE)
        talk.heard(talk.ears[0], 1, ONE)

        assert counted(talk, {1: ONE}) == (0, 1, 0)

    def test_finds_what_was_acknowledged_twice(self):
        talk = said(ONE)
        talk.acknowledged(ONE, 1)

        assert counted(talk, {1: ONE}) == (0, 1, 0)

    def test_finds_one_message_at_two_numbers(self):
        assert counted(said(ONE), {1: ONE, 2: ONE})[1] == 1

    def test_finds_two_messages_at_one_number(self):
        talk = said(ONE)
        talk.heard(talk.ears[0], 1, TWO)

        assert counted(talk, {1: ONE})[2] == 1
