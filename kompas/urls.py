"""Which address leads to which room."""

from django.contrib import admin
from django.urls import include, path

from kompas import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("theme/", views.theme, name="theme"),
    path("sw.js", views.service_worker, name="service_worker"),
    path("beheer/", admin.site.urls),
    path("", include("kompas.accounts.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("sessions.urls")),
    path("", include("reports.urls")),
]
