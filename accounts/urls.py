"""Accounts' paths."""

from django.urls import path

from accounts import api, cards_api, devices_api, links_api, sheet_api, vault_api

urlpatterns = [
    path("csrf", api.Csrf.as_view()),
    path("fields", api.Fields.as_view()),
    path("kdf", api.Kdf.as_view()),
    path("me", api.Me.as_view()),
    path("me/username", api.Username.as_view()),
    path("me/password", vault_api.Password.as_view()),
    path("me/log", api.Log.as_view()),
    path("me/devices", devices_api.Devices.as_view()),
    path("me/devices/<uuid:device_id>/revoke", devices_api.RevokeDevice.as_view()),
    path("me/sessions", devices_api.Sessions.as_view()),
    path("me/sessions/<uuid:session_id>", devices_api.SessionPage.as_view()),
    path("vault", vault_api.VaultPage.as_view()),
    path("vault/change", vault_api.VaultChange.as_view()),
    path("vault/ring", vault_api.RingPage.as_view()),
    path("links", links_api.Links.as_view()),
    path("links/find", links_api.FindLink.as_view()),
    path("links/<uuid:link_id>/poll", links_api.PollLink.as_view()),
    path("links/<uuid:link_id>/approve", links_api.ApproveLink.as_view()),
    path("recovery/challenge", sheet_api.SheetChallenge.as_view()),
    path("recovery/sign-in", sheet_api.SheetSignIn.as_view()),
    path("accounts/<uuid:account_id>", cards_api.Card.as_view()),
]
