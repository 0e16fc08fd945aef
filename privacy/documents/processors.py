"""Who works for us: the register of this server as people read it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prifora.kernel.processors import processors
from privacy.documents.statement import Section

KINDS = {
    "hosting": gettext_lazy("computers and storage"),
    "network": gettext_lazy("network"),
    "mail": gettext_lazy("e-mail"),
    "text messages": gettext_lazy("text messages"),
    "payment": gettext_lazy("payments"),
    "parcels": gettext_lazy("parcels"),
    "security": gettext_lazy("safety"),
}


def processor_list() -> Section:
    """Return the companies of the register in the active language, with kind, country and agreement."""
    rows = tuple(
        (one.name, str(KINDS[one.kind]), one.country, one.agreed_on.isoformat()) for one in processors()
    )
    text = () if rows else (_("Nobody: this server does everything itself."),)
    head = (_("Company"), _("What for"), _("Country"), _("Agreement of"))
    return Section("processors", _("Who works for us"), text, head, rows)
