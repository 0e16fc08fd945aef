"""Writing to us without an account, as a browser without cookies does."""

import re

from django.test import Client

from prospects.models import Prospect
from prospects.tasks import send_mails

PATH = "/contact/en"
WROTE = {"name": "Riet Bakker", "email": "riet@mail.example", "text": "What does it cost?", "website": ""}


def visitor():
    """Somebody's browser without cookies, that other sites know nothing of."""
    return Client(enforce_csrf_checks=True, headers={"accept-language": "en"})


def wrote(path=PATH, browser=None, **changes):
    """Fill in the form and send it; return the answer."""
    return (browser or visitor()).post(path, {**WROTE, **changes})


def prospect(**changes):
    """Return a new prospect who wrote by the form."""
    assert wrote(**changes).status_code == 200
    return Prospect.objects.latest("created_at")


def link_in(mail):
    """Return the path that a mail leads to."""
    return re.search(r"https?://[^/]+(/contact/kept/\S+)", mail.body)[1]


def link(mailoutbox, **changes):
    """Write, get the mail, and return the path that it leads to."""
    wrote(**changes)
    send_mails()
    return link_in(mailoutbox[-1])
