"""Paths of the pages about privacy; they belong to no API, and anybody can read them."""

from django.urls import path

from privacy import pages

urlpatterns = [
    path("privacy", pages.policy),
    path("privacy/home-station", pages.home_station),
    path("privacy/legal", pages.legal),
    path("privacy/ask", pages.ask),
    path("privacy/<str:language>", pages.policy),
    path("privacy/<str:language>/home-station", pages.home_station),
    path("privacy/<str:language>/legal", pages.legal),
    path("privacy/<str:language>/ask", pages.ask),
    path("privacy/<str:language>/<int:number>", pages.policy),
]
