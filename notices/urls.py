"""The Message Center's paths."""

from django.urls import path

from notices.api import Notices, NoticesRead, Push

urlpatterns = [
    path("notices", Notices.as_view()),
    path("notices/read", NoticesRead.as_view()),
    path("notices/push", Push.as_view()),
]
