"""The product's addresses, and after them what is measured against."""

from django.urls import path

from bench import against
from kompas.urls import urlpatterns as product

urlpatterns = [
    *product,
    path("bench/constant/", against.constant),
    path("bench/publish/<str:topic>/", against.publish),
]
