"""What families hear when somebody in them changes their keys."""

from uuid import UUID

from accounts.services import change_vault
from contacts import services
from prifora.kernel import clock
from tests.cast import family_of, unb64, vault_change


def renew(someone):
    body = vault_change(someone)
    slots = [
        {**one, "public_key": unb64(one["public_key"]), "sealed": unb64(one["sealed"])}
        for one in body["slots"]
    ]
    change_vault(
        account_id=someone.pk,
        now=clock.now(),
        revision=body["revision"],
        sealed_keys=unb64(body["sealed_keys"]),
        slots=slots,
    )


def families(heard) -> dict[UUID, set[UUID]]:
    return {UUID(ids["family_id"]): people for name, ids, people in heard if name == "family.changed"}


class TestShowNewKeys:
    def test_tells_every_family_of_theirs_and_no_other(self, alice, bob, charlie, dora, family, told):
        others, _strangers = family_of(charlie, bob), family_of(dora)
        assert families(told(lambda: renew(bob))) == {
            family.pk: {alice.pk, bob.pk},
            others.pk: {bob.pk, charlie.pk},
        }

    def test_tells_nobody_of_a_family_they_left(self, alice, bob, family, told):
        services.leave(family_id=family.pk, account_id=bob.pk, now=clock.now())
        assert families(told(lambda: renew(bob))) == {}
