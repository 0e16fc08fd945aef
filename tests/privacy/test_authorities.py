"""Who supervises us for whom: by address, then by number, else in the Netherlands."""

import pytest

from privacy.authorities import AUTHORITIES, authority_for


class TestAuthorityFor:
    @pytest.mark.parametrize(
        ("profile", "country"),
        [
            ({}, "NL"),
            ({"phone": "+31612345678"}, "NL"),
            ({"phone": "+32470123456"}, "BE"),
            ({"phone": "+33612345678"}, "FR"),
            ({"phone": "+4915112345678"}, "NL"),
            ({"phone": "+31612345678", "address": {"country": "be"}}, "BE"),
            ({"phone": "+33612345678", "address": {"country": "DE"}}, "FR"),
            ({"phone": None, "address": None}, "NL"),
        ],
    )
    def test_goes_by_the_country(self, profile, country):
        assert authority_for(profile) is AUTHORITIES[country]

    def test_gives_every_authority_a_name_and_a_site(self):
        for one in AUTHORITIES.values():
            assert one.name
            assert one.site.startswith("https://")
