"""What people do with families, where HTTP alone does not show it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils.functional import Promise

from accounts.services import close_account
from contacts import access, services
from contacts.events import BondBegan, BondEnded
from contacts.models import INVITATION_LASTS, TRACE_KEPT, Bond, Family, Invitation
from prifora.kernel import clock, errors, events
from prifora.kernel.errors import Absent, Refused
from privacy.services import delete_ended_rows
from tests.cast import family_of, person
from tests.contacts.asking import FAMILIES, accept, grandmother, invite, look, make, page, said
from tests.race import at_once

NOW = clock.now()


@pytest.fixture
def heard():
    """Collect what other apps hear inside the transaction."""
    happened = []
    for kind in (BondBegan, BondEnded):
        events.subscribe(kind, happened.append)
    yield happened
    for kind in (BondBegan, BondEnded):
        events._handlers[kind].remove(happened.append)


class TestMakeFamily:
    def test_tells_other_apps_of_everyone_in_it(self, bob, heard):
        family = services.make_family(family_id=uuid4(), maker_id=bob.pk, user=grandmother(), now=clock.now())
        people = {bob.pk, access.user_of(family.pk)}
        assert {(one.family_id, one.account_id) for one in heard} == {(family.pk, one) for one in people}

    @pytest.mark.django_db(transaction=True)
    def test_twice_at_the_same_time_leaves_one(self, as_, bob):
        family_id, clients = uuid4(), [as_(bob), as_(bob)]
        answers = at_once(
            *(
                lambda one=one: make(one, bob, user=grandmother(), family_id=family_id).status_code
                for one in clients
            )
        )
        assert answers == [201, 201]
        assert Family.objects.count() == 1
        assert Bond.objects.count() == 2


class TestEndings:
    @pytest.mark.parametrize("end", [services.leave, services.remove, services.refuse])
    def test_tell_other_apps_and_the_one_who_goes(self, alice, bob, family, heard, told, end):
        news = told(lambda: end(family_id=family.pk, account_id=bob.pk, now=clock.now()))
        assert heard == [BondEnded(family_id=family.pk, account_id=bob.pk)]
        assert ("family.left", {"family_id": str(family.pk), "account_id": str(bob.pk)}, {bob.pk}) in news
        assert ("family.changed", {"family_id": str(family.pk)}, {alice.pk}) in news

    def test_count_only_people_whose_account_is_open(self, as_, bob, charlie):
        made = make(as_(bob), bob, user=grandmother()).json()
        services.join_directly(
            family_id=made["id"], account_id=charlie.pk, invited_by=bob.pk, now=clock.now()
        )
        services.set_admin(family_id=made["id"], account_id=charlie.pk, is_admin=True)
        close_account(account=charlie.account)
        assert said(as_(bob).delete(page(made["id"], "people", bob))) == (409, "last_admin")

    def test_of_the_only_one_left_are_allowed(self, as_, bob):
        made = make(as_(bob), bob, user=grandmother()).json()
        close_account(account=Bond.objects.get(role="user").account)
        assert as_(bob).delete(page(made["id"], "people", bob)).status_code == 204
        assert as_(bob).get(FAMILIES).json() == {"items": []}

    def test_happen_once(self, bob, family):
        services.leave(family_id=family.pk, account_id=bob.pk, now=clock.now())
        with pytest.raises(Absent):
            services.leave(family_id=family.pk, account_id=bob.pk, now=clock.now())

    @pytest.mark.django_db(transaction=True)
    def test_at_the_same_time_leave_one_admin(self, as_, bob, charlie):
        made = make(as_(bob), bob, user=grandmother()).json()
        services.join_directly(
            family_id=made["id"], account_id=charlie.pk, invited_by=bob.pk, now=clock.now()
        )
        services.set_admin(family_id=made["id"], account_id=charlie.pk, is_admin=True)
        clients = [(as_(one), page(made["id"], "people", one)) for one in (bob, charlie)]
        answers = at_once(*(lambda pair=pair: pair[0].delete(pair[1]).status_code for pair in clients))
        assert sorted(answers) == [204, 409]
        assert Bond.objects.filter(is_admin=True, ended_at=None).count() == 1


class TestAcceptInvitation:
    def test_tells_the_family_and_other_apps(self, as_, alice, bob, charlie, family, heard, told):
        invitation = invite(as_(alice), alice, family)
        news = told(lambda: accept(as_(charlie), invitation, charlie, family))
        assert heard == [BondBegan(family_id=family.pk, account_id=charlie.pk)]
        everyone = {alice.pk, bob.pk, charlie.pk}
        assert ("family.changed", {"family_id": str(family.pk)}, everyone) in news

    def test_uses_nothing_up_when_joining_fails(self, as_, alice, charlie, family):
        invitation = invite(as_(alice), alice, family)

        def fall_over(_event):
            raise errors.Conflict

        events.subscribe(BondBegan, fall_over)
        try:
            assert said(accept(as_(charlie), invitation, charlie, family)) == (409, "conflict")
        finally:
            events._handlers[BondBegan].remove(fall_over)
        assert Invitation.objects.get().used_at is None
        assert accept(as_(charlie), invitation, charlie, family).status_code == 201


class TestTheTraceOfAnInvitation:
    @pytest.mark.obligation("PRE-17", partial=True)
    def test_goes_after_thirty_days(self, as_, alice, family):
        invite(as_(alice), alice, family)
        made = Invitation.objects.get().created_at
        assert TRACE_KEPT == timedelta(days=30) > INVITATION_LASTS
        delete_ended_rows(now=made + TRACE_KEPT)
        assert Invitation.objects.exists()
        delete_ended_rows(now=made + TRACE_KEPT + timedelta(seconds=1))
        assert not Invitation.objects.exists()


class TestOneUser:
    def test_is_all_a_family_has(self, alice, charlie, family):
        with pytest.raises(Exception, match=r"one_user_per_family|UNIQUE"):
            Bond.objects.create(family=family, account=charlie.account, role="user")


def refusals(kind: type = Refused):
    for one in kind.__subclasses__():
        yield one
        yield from refusals(one)


class TestRefusals:
    def test_all_have_a_sentence_that_is_translated_and_a_code_of_their_own(self):
        mine = [one for one in refusals() if one.__module__.startswith(("contacts", "stations", "prifora"))]
        assert len(mine) > 12
        for one in mine:
            assert isinstance(one.sentence, Promise), one
            assert str(one.sentence).endswith("."), one
        assert len({one.code for one in mine}) == len(mine)

    def test_come_in_the_language_the_reader_asks_for(self, db, anyone, settings, tmp_path):
        from babel.messages.catalog import Catalog
        from babel.messages.mofile import write_mo

        sentence = str(services.InvitationUnknown.sentence._args[0])
        catalog = Catalog(locale="fr")
        catalog.add(sentence, "Phrase d’essai.")
        folder = tmp_path / "fr" / "LC_MESSAGES"
        folder.mkdir(parents=True)
        with (folder / "django.mo").open("wb") as file:
            write_mo(file, catalog)
        settings.LOCALE_PATHS = [tmp_path]
        reply = anyone.post(
            "/api/v1/invitations/look",
            {"lookup": "A" * 21 + "A"},
            HTTP_ACCEPT_LANGUAGE="fr",
        )
        assert reply.json()["errors"][0]["detail"] == "Phrase d’essai."


class TestJoinDirectly:
    def test_lets_in_who_is_then_like_everyone(self, as_, alice, family):
        other = person("other")
        services.join_directly(family_id=family.pk, account_id=other.pk, invited_by=alice.pk, now=NOW)
        assert as_(other).get(page(family)).json()["me"] == {"role": "contact", "is_admin": False}
        assert family_of(other).pk != family.pk
        assert look(as_(other), {"lookup": "A" * 22}).status_code == 404
