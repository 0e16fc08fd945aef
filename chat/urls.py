"""Chat's paths."""

from django.urls import path

from chat import api, entries_api, files_api, keys_api

urlpatterns = [
    path("conversations", api.Conversations.as_view()),
    path("conversations/<uuid:conversation_id>", api.ConversationPage.as_view()),
    path("conversations/<uuid:conversation_id>/commits", api.Commits.as_view()),
    path("conversations/<uuid:conversation_id>/messages", api.Messages.as_view()),
    path("conversations/<uuid:conversation_id>/log", api.Log.as_view()),
    path("conversations/<uuid:conversation_id>/entries/<int:seq>", entries_api.EntryPage.as_view()),
    path("conversations/<uuid:conversation_id>/files/<uuid:file_id>", files_api.FilePage.as_view()),
    path("conversations/<uuid:conversation_id>/delivered", api.DeliveredPage.as_view()),
    path("conversations/<uuid:conversation_id>/members", api.Members.as_view()),
    path("conversations/<uuid:conversation_id>/members/<uuid:account_id>", api.Member.as_view()),
    path("conversations/<uuid:conversation_id>/archive", keys_api.Archive.as_view()),
    path("conversations/<uuid:conversation_id>/history-boxes", keys_api.HistoryBoxes.as_view()),
    path("conversations/<uuid:conversation_id>/key-packages/claim", keys_api.ClaimKeyPackages.as_view()),
    path("key-packages", keys_api.KeyPackages.as_view()),
    path("welcomes", keys_api.Welcomes.as_view()),
    path("welcomes/<uuid:welcome_id>", keys_api.WelcomePage.as_view()),
    path("mls/sender", keys_api.RemovalKey.as_view()),
]
