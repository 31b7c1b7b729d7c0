from django.urls import path

from . import bundle_views, views

app_name = "reports"
TALK = "gesprekken/<uuid:session_id>"

# The papers of one talk
urlpatterns = [
    path(f"{TALK}/verslag/", views.report, name="report"),
    path(f"{TALK}/verslag.pdf", views.report_file, {"format": "pdf"}, name="report_pdf"),
    path(f"{TALK}/verslag.docx", views.report_file, {"format": "docx"}, name="report_docx"),
    path(
        f"{TALK}/verslag-<int:number>.pdf",
        views.version_file,
        {"format": "pdf"},
        name="version_pdf",
    ),
    path(
        f"{TALK}/verslag-<int:number>.docx",
        views.version_file,
        {"format": "docx"},
        name="version_docx",
    ),
    path(f"{TALK}/uitleg/", views.explanation, name="explanation"),
    path(f"{TALK}/uitleg/<slug:part>/", views.explanation_part, name="explanation_part"),
    path(f"{TALK}/uitleg.pdf", views.explanation_file, {"format": "pdf"}, name="explanation_pdf"),
    path(
        f"{TALK}/uitleg.docx", views.explanation_file, {"format": "docx"}, name="explanation_docx"
    ),
    path(f"{TALK}/vooraf/<uuid:inquiry_id>/kaart.pdf", views.card, name="inquiry_card"),
    path(f"{TALK}/printpakket.pdf", views.pack, name="pack"),
    path(f"{TALK}/printpakket/<slug:part>.pdf", views.pack, name="pack_part"),
    # An edited copy, to who makes it and to who has its link
    path(
        f"{TALK}/bewerkte-kopie/<uuid:copy_id>/voorbeeld/",
        views.copy_preview,
        name="copy_preview",
    ),
    path("kopie/lezen/<uuid:copy_id>/", views.edited_copy, name="edited_copy"),
    path("kopie/lezen/<uuid:copy_id>/verslag.pdf", views.edited_copy_pdf, name="edited_copy_pdf"),
    # Many reports at once
    path("bundels/", bundle_views.bundles, name="bundles"),
    path("bundels/kiezen/", bundle_views.choice, name="bundle_choice"),
    path("bundels/jaarverslag/", bundle_views.year_report, name="year_report"),
    path("bundels/<uuid:bundle_id>/", bundle_views.bundle, name="bundle"),
    path("bundels/<uuid:bundle_id>/bestand/", bundle_views.bundle_file, name="bundle_file"),
    path("bundels/<uuid:bundle_id>/opnieuw/", bundle_views.bundle_retry, name="bundle_retry"),
    # Of a method, for any talk
    path("methoden/<slug:method>/printpakket.pdf", views.method_paper, name="method_pack"),
    path("methoden/<slug:method>/<slug:part>.pdf", views.method_paper, name="method_part"),
]
