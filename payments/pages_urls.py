"""Paths of payments; they belong to no API. People come by two of them, the provider by one."""

from django.urls import path

from payments import pages

urlpatterns = [
    path("shop/payments/hook", pages.hook),
    path("shop/payments/<uuid:payment_id>/pay/<str:proof>", pages.pay),
    path("shop/payments/<uuid:payment_id>/back", pages.back),
]
