"""The legal notice: who runs this server, who answers for what is published, where it stands, whose it is.

As French law asks it of everybody who publishes (LCEN); from settings and the register of processors.
"""

from django.conf import settings
from django.utils.translation import gettext as _

from prifora.kernel.processors import processors
from privacy.documents.statement import Section, Statement


def legal_notice() -> Statement:
    """Return the legal notice of this server in the active language."""
    return Statement(
        _("Legal notice"),
        _("Who runs this server, and how to reach them."),
        (_operator(), _director(), _host(), _rights()),
    )


def _operator() -> Section:
    lines = tuple(settings.OPERATOR.splitlines()) or (_("Who runs this server has not filled this in."),)
    return Section("operator", _("Who we are"), lines)


def _director() -> Section:
    first = settings.OPERATOR_DIRECTOR or next(iter(settings.OPERATOR.splitlines()), "PRIFORA")
    return Section("director", _("Who answers for what is published here"), (first,))


def _host() -> Section:
    hosts = tuple(f"{one.name}, {one.country}" for one in processors() if one.kind == "hosting")
    return Section("host", _("Where this server stands"), hosts or (_("With who runs it."),))


def _rights() -> Section:
    text = (
        _(
            "The program, with its texts and pictures, is free software under the licence AGPL-3.0-or-later: "
            "you may use, read, change and share it under that licence."
        ),
        _("What you and your family say and share stays yours."),
    )
    return Section("copyright", _("Copyright"), text)
