"""Paths of the shop; they belong to no API. An order's begin with its link."""

from django.urls import path

from shop import order_pages, pages

ORDER = "shop/order/<str:link>"

urlpatterns = [
    path("shop", pages.door),
    path("shop/<str:language>", pages.catalogue),
    path("shop/<str:language>/p/<slug:slug>", pages.product),
    path("shop/<str:language>/cart", pages.cart),
    path("shop/<str:language>/checkout", pages.checkout),
    path("shop/<str:language>/terms", pages.text, {"name": "terms"}),
    path("shop/<str:language>/withdrawal", pages.text, {"name": "withdrawal"}),
    path(ORDER, order_pages.order),
    path(f"{ORDER}/pay", order_pages.pay),
    path(f"{ORDER}/pay/<uuid:charge_id>", order_pages.pay_term),
    path(f"{ORDER}/code/<uuid:code_id>", order_pages.code),
    path(f"{ORDER}/withdraw", order_pages.withdraw),
    path(f"{ORDER}/withdraw/<uuid:withdrawal_id>", order_pages.receipt),
    path(f"{ORDER}/subscription/<uuid:subscription_id>/cancel", order_pages.cancel),
    path(f"{ORDER}/subscription/<uuid:subscription_id>/plan", order_pages.plan),
    path(f"{ORDER}/paper/<str:number>.<str:kind>", order_pages.paper),
]
