"""Support's paths."""

from django.urls import path

from support.api import Disclosures, LedgerSince, Looks

urlpatterns = [
    path("me/looks", Looks.as_view()),
    path("me/disclosures", Disclosures.as_view()),
    path("ledger/since", LedgerSince.as_view()),
]
