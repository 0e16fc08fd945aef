"""What is kept about one person, in plain words: "My data". Made from the declarations, as the policy is."""

from typing import Any
from uuid import UUID

from prifora.kernel.policy import Kind, stores_of
from prifora.kernel.processors import processors
from privacy.documents.kept import kept_by_category
from privacy.documents.processors import KINDS
from privacy.documents.words import CORRECTED, CORRECTING, PURPOSES, READERS, term
from privacy.services import rows_about_person, tables_about_people

BESIDE = (Kind.FILES, Kind.KEYS, Kind.QUEUE, Kind.LOG)
"""Where something is kept that is no table."""


def my_data(account_id: UUID) -> dict[str, Any]:
    """Return, ready for JSON (privacy.shapes.MyDataOut), what is kept of a person and what they can do."""
    counted = {
        model._meta.db_table: rows_about_person(model, account_id).count() for model in tables_about_people()
    }
    return {
        "categories": [
            {
                "category": one.category.value,
                "what": one.what,
                "purposes": one.purposes,
                "bases": one.bases,
                "readers": one.readers,
                "terms": one.terms,
                "rows": sum(counted.get(table, 0) for table in one.tables),
                "correct": CORRECTED[one.category].value,
                "correct_words": str(CORRECTING[CORRECTED[one.category]]),
                "erase_words": one.erased,
            }
            for one in kept_by_category()
        ],
        "beside": [
            {
                "what": str(one.holds),
                "purpose": str(PURPOSES[one.purpose]),
                "reader": str(READERS[one.seen]),
                "term": term(one.keep),
            }
            for kind in BESIDE
            for one in stores_of(kind)
        ],
        "recipients": [
            {"what_for": str(one.holds), "receives": [str(part) for part in one.sends]}
            for one in stores_of(Kind.HOST)
        ],
        "processors": [
            {
                "name": one.name,
                "what_for": str(KINDS[one.kind]),
                "country": one.country,
                "agreed_on": one.agreed_on,
            }
            for one in processors()
        ],
    }
