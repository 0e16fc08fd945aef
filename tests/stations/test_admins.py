"""What an admin of a family may set for others: things of the Home Station, and never how somebody shows themselves."""

import pytest

from contacts.services import set_admin
from media.models import Portrait
from tests.contacts.asking import FAMILIES, page

pytestmark = pytest.mark.django_db


@pytest.mark.obligation("PIM-30", partial=True)
def test_is_the_station_and_nothing_of_a_person(as_, alice, bob, carol, family, station):
    set_admin(family_id=family.pk, account_id=bob.pk, is_admin=True)
    admin = as_(bob)
    as_(carol).patch("/api/v1/me", {"notes": "Mine", "quiet_from": "21:00"})
    as_(carol).put(page(family, "favourites", alice))
    as_(carol).put(f"/api/v1/blocks/{alice.pk}")
    seen = [as_(carol).get(path).json() for path in ("/api/v1/me", FAMILIES, f"/api/v1/accounts/{carol.pk}")]
    named = admin.patch(page(family, "stations", station.station_id), {"name": "Keuken"})
    assert (named.status_code, named.json()["name"]) == (200, "Keuken")
    card = f"/api/v1/accounts/{carol.pk}"
    for method, path, body in (
        ("patch", card, {"first_name": "X"}),
        ("put", card, {"notes": "X"}),
        ("put", f"{card}/portrait", {}),
        ("delete", f"{card}/portrait", {}),
        ("patch", page(family, "people", carol), {"hidden": True}),
        ("delete", f"/api/v1/blocks/{alice.pk}", {}),
        ("put", f"/api/v1/blocks/{carol.pk}", {}),
        ("delete", page(family, "favourites", alice), {}),
    ):
        assert getattr(admin, method)(path, body).status_code in (204, 400, 404, 405), path
    assert not Portrait.objects.exists()
    after = [as_(carol).get(path).json() for path in ("/api/v1/me", FAMILIES, f"/api/v1/accounts/{carol.pk}")]
    assert after[0] == seen[0]
    assert after[2] == seen[2]
    assert mine(after[1]) == mine(seen[1])


def mine(families):
    """How everybody stands to who asked: favourites and blocks."""
    people = families["items"][0]["people"]
    return sorted((one["account_id"], one["favourite"], one["blocked"]) for one in people)
