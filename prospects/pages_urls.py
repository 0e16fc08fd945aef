"""Paths of the pages for who has no account; they belong to no API, and anybody can open them."""

from django.urls import path

from prospects import pages

urlpatterns = [
    path("contact", pages.contact),
    path("contact/kept/<str:link>", pages.kept),
    path("contact/<str:language>", pages.write),
]
