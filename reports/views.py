"""HTTP: the report on a screen, and on paper."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from sessions.access import Access, readable_session
from sessions.models import Version
from sessions.screen import ClosedScreen

from .kept import (
    Failed,
    earlier_versions,
    keep,
    last_version,
    make,
    numbered_version,
    report_of,
)


@require_safe
def report(request, session_id):
    """The whole report on the screen: as it stands, or as it was closed."""
    access = readable_session(request.actor, session_id)
    session = access.session
    shown = report_of(session, last_version(session))
    response = render(
        request,
        "reports/report.html",
        {
            "access": access,
            "session": session,
            "report": shown,
            "content": shown.content(),
            "versions": earlier_versions(session),
            "after": ClosedScreen(access) if session.is_closed else None,
            "may_export": access.may("export"),
            "may_lead": access.may("lead"),
            "may_copy": access.may("copy"),
        },
    )
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def report_pdf(request, session_id):
    """The PDF: the kept one of a closed talk, else one of the talk as it stands."""
    access = readable_session(request.actor, session_id)
    session = access.session
    version = last_version(session)
    if version:
        return _kept(request, access, version)
    # The same as long as nothing changed for all, and it is the same day.
    etag = f"{settings.KOMPAS_RELEASE}-{session.revision}-{timezone.localdate()}"
    unchanged = _unchanged(request, etag)
    if unchanged:
        return unchanged
    shown = report_of(session, None)
    try:
        content = make(shown)
    except Failed:
        return _failed(request, access)
    return _paper(content, shown.file_name("pdf"), etag)


@require_safe
def version_pdf(request, session_id, number):
    """The kept PDF of one of the times that a talk was closed."""
    access = readable_session(request.actor, session_id)
    version = numbered_version(access.session, number)
    if version is None:
        raise Http404
    return _kept(request, access, version)


def _kept(request: HttpRequest, access: Access, version: Version) -> HttpResponse:
    version.session = access.session
    try:
        rendering = keep(version)
    except Failed:
        return _failed(request, access)
    return _unchanged(request, rendering.sha256) or _paper(
        bytes(rendering.content),
        report_of(access.session, version).file_name("pdf"),
        rendering.sha256,
    )


def _unchanged(request: HttpRequest, etag: str) -> HttpResponse | None:
    """304 when the browser has this already."""
    answer = get_conditional_response(request, etag=quote_etag(etag))
    if answer is not None:
        answer["Cache-Control"] = "private, no-cache"
    return answer


def _paper(content: bytes, name: str, etag: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-cache",
            "ETag": quote_etag(etag),
        },
    )


def _failed(request: HttpRequest, access: Access) -> HttpResponse:
    """Say that it did not work, that nothing is lost, and what can be done."""
    response = render(
        request,
        "reports/failed.html",
        {"session": access.session, "may_export": access.may("export")},
        status=503,
    )
    response["Cache-Control"], response["Retry-After"] = "no-store", "60"
    return response
