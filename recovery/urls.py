"""Recovery's paths."""

from django.urls import path

from recovery import api

urlpatterns = [
    path("recovery/relatives", api.MyRelatives.as_view()),
    path("recovery/relatives/end", api.EndRelatives.as_view()),
    path("recovery/held", api.Held.as_view()),
    path("recovery/requests", api.Requests.as_view()),
    path("recovery/requests/<uuid:request_id>/poll", api.Poll.as_view()),
    path("recovery/requests/<uuid:request_id>/approve", api.Approve.as_view()),
    path("recovery/requests/<uuid:request_id>/veto", api.Veto.as_view()),
]
