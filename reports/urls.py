from django.urls import path

from . import views

app_name = "reports"

# Of one talk
urlpatterns = [
    path("gesprekken/<uuid:session_id>/verslag/", views.report, name="report"),
    path("gesprekken/<uuid:session_id>/verslag.pdf", views.report_pdf, name="report_pdf"),
    path(
        "gesprekken/<uuid:session_id>/verslag-<int:number>.pdf",
        views.version_pdf,
        name="version_pdf",
    ),
]
