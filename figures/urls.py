"""The paths of figures."""

from django.urls import path

from figures.api import Uses

urlpatterns = [path("me/uses", Uses.as_view())]
