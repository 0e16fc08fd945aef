"""The Message Center's paths."""

from django.urls import path

from notices.api import Notices, NoticesRead

urlpatterns = [path("notices", Notices.as_view()), path("notices/read", NoticesRead.as_view())]
