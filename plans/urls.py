"""Plans' paths."""

from django.urls import path

from plans import api

urlpatterns = [
    path("families/<uuid:family_id>/plan", api.PlanPage.as_view()),
    path("families/<uuid:family_id>/plan/codes", api.Codes.as_view()),
]
