"""What can be said of a station without asking the database."""

from datetime import UTC, datetime, timedelta

import pytest

from stations.rules import ONLINE_WITHIN, hidden_mac, is_online

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class TestIsOnline:
    @pytest.mark.parametrize(
        ("ago", "online"),
        [
            (timedelta(0), True),
            (ONLINE_WITHIN - timedelta(seconds=1), True),
            (ONLINE_WITHIN, False),
            (timedelta(days=3), False),
        ],
    )
    def test_forgives_two_missed_reports(self, ago, online):
        assert timedelta(seconds=120) < ONLINE_WITHIN < timedelta(seconds=180)
        assert is_online(NOW - ago, NOW) is online

    def test_is_no_for_one_never_seen(self):
        assert not is_online(None, NOW)


class TestHiddenMac:
    def test_shows_the_last_two_bytes_only(self):
        assert hidden_mac("aa:bb:cc:dd:ee:01") == "··:··:··:··:ee:01"

    def test_is_nothing_when_it_was_never_told(self):
        assert hidden_mac(None) is None
