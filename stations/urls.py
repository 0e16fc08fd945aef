"""Stations' paths."""

from django.urls import path

from stations import api, device_api

urlpatterns = [
    path("pairings", device_api.Pairings.as_view()),
    path("pairings/find", api.FindPairing.as_view()),
    path("pairings/<uuid:pairing_id>/poll", device_api.PollPairing.as_view()),
    path("stations/challenge", device_api.Challenges.as_view()),
    path("stations/sign-in", device_api.SignIn.as_view()),
    path("stations/me/heartbeat", device_api.Heartbeats.as_view()),
    path("stations/me/wiped", device_api.Wiped.as_view()),
    path("families/<uuid:family_id>/stations", api.Stations.as_view()),
    path("families/<uuid:family_id>/stations/<uuid:station_id>", api.StationPage.as_view()),
    path("families/<uuid:family_id>/stations/<uuid:station_id>/wipe", api.WipeStation.as_view()),
]
