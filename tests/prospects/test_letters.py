"""The mails to who wrote without an account, in every language."""

import pytest

from prifora.kernel import clock
from prospects import services
from prospects.tasks import send_mails
from tests.prospects.writing import link_in, prospect

pytestmark = pytest.mark.django_db
TITLES = {
    "nl": ("We hebben je bericht", "Ons antwoord op je bericht"),
    "fr": ("Nous avons votre message", "Notre réponse à votre message"),
    "en": ("We have your message", "Our answer to your message"),
}


@pytest.mark.parametrize("language", TITLES)
def test_come_in_the_language_of_the_form_and_lead_to_what_is_kept(mailoutbox, language):
    row = prospect(path=f"/contact/{language}")
    services.answer_prospect(prospect_id=row.pk, text="It is free.", now=clock.now())
    send_mails()
    assert tuple(one.subject for one in mailoutbox) == TITLES[language]
    assert len({link_in(one) for one in mailoutbox}) == 1
