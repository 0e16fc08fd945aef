"""The paths of the pages on which staff act together; below /admin/."""

from django.urls import path

from support import pages

urlpatterns = [
    path("desk/", pages.desk, name="desk"),
    path("authorities/", pages.cases, name="cases"),
    path("authorities/<uuid:case_id>/", pages.case, name="case"),
    path("outages/", pages.outages, name="outages"),
    path("figures/", pages.figures, name="figures"),
    path("feedback/", pages.feedback, name="feedback"),
    path("breaches/", pages.breaches, name="breaches"),
    path("breaches/<uuid:breach_id>/", pages.breach, name="breach"),
]
