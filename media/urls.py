"""Media's paths."""

from django.urls import path

from media import albums_api, api, items_api, remarks_api, uploads_api

urlpatterns = [
    path("me/portrait", api.MyPortrait.as_view()),
    path("accounts/<uuid:account_id>/portrait", api.PortraitPage.as_view()),
    path("uploads", uploads_api.Uploads.as_view()),
    path("uploads/<uuid:upload_id>", uploads_api.UploadPage.as_view()),
    path("families/<uuid:family_id>/storage", albums_api.StoragePage.as_view()),
    path("albums", albums_api.Albums.as_view()),
    path("albums/<uuid:album_id>", albums_api.AlbumPage.as_view()),
    path("albums/<uuid:album_id>/details", albums_api.Details.as_view()),
    path("albums/<uuid:album_id>/members/<uuid:account_id>", albums_api.Member.as_view()),
    path("albums/<uuid:album_id>/versions", albums_api.Versions.as_view()),
    path("albums/<uuid:album_id>/items", items_api.Items.as_view()),
    path("albums/<uuid:album_id>/items/copy", items_api.Copies.as_view()),
    path("albums/<uuid:album_id>/items/<uuid:item_id>", items_api.ItemPage.as_view()),
    path("albums/<uuid:album_id>/items/<uuid:item_id>/meta", items_api.ItemMeta.as_view()),
    path("albums/<uuid:album_id>/items/<uuid:item_id>/parts/<str:name>", items_api.PartPage.as_view()),
    path("albums/<uuid:album_id>/items/<uuid:item_id>/remarks", remarks_api.ItemRemarks.as_view()),
    path("albums/<uuid:album_id>/remarks", remarks_api.Remarks.as_view()),
    path("albums/<uuid:album_id>/remarks/<uuid:remark_id>", remarks_api.RemarkPage.as_view()),
]
