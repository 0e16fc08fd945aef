"""Contacts' paths."""

from django.urls import path

from contacts import api, invitations_api

urlpatterns = [
    path("families", api.Families.as_view()),
    path("families/<uuid:family_id>", api.FamilyPage.as_view()),
    path("families/<uuid:family_id>/people/<uuid:account_id>", api.Person.as_view()),
    path("families/<uuid:family_id>/people/<uuid:account_id>/seen", api.Welcome.as_view()),
    path("families/<uuid:family_id>/people/<uuid:account_id>/refuse", api.Refuse.as_view()),
    path("families/<uuid:family_id>/favourites/<uuid:account_id>", api.FavouritePage.as_view()),
    path("families/<uuid:family_id>/invitations", invitations_api.Invitations.as_view()),
    path(
        "families/<uuid:family_id>/invitations/<uuid:invitation_id>", invitations_api.InvitationPage.as_view()
    ),
    path("invitations/look", invitations_api.Look.as_view()),
    path("invitations/accept", invitations_api.Accept.as_view()),
    path("blocks/<uuid:account_id>", api.BlockPage.as_view()),
]
