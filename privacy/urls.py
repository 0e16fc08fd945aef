"""Privacy's paths."""

from django.urls import path

from privacy.api import Closing, Export, ExportSchema, MyData
from privacy.consents_api import Consent, Consents, Objection
from privacy.parents_api import Child, Children, Parent
from privacy.requests_api import RequestLines, RequestMandate, Requests, RequestWithdrawal
from privacy.restriction_api import Restriction

urlpatterns = [
    path("me/closing", Closing.as_view()),
    path("me/data", MyData.as_view()),
    path("me/export", Export.as_view()),
    path("me/export/schema", ExportSchema.as_view()),
    path("me/consents", Consents.as_view()),
    path("me/consents/<str:purpose>", Consent.as_view()),
    path("me/objection", Objection.as_view()),
    path("me/requests", Requests.as_view()),
    path("me/requests/<uuid:asked_id>/lines", RequestLines.as_view()),
    path("me/requests/<uuid:asked_id>/withdraw", RequestWithdrawal.as_view()),
    path("me/requests/<uuid:mandated_id>/mandate", RequestMandate.as_view()),
    path("me/parent", Parent.as_view()),
    path("me/children", Children.as_view()),
    path("me/children/<uuid:account_id>", Child.as_view()),
    path("me/restriction", Restriction.as_view()),
]
