"""HTTP: the report and the public explanation, on a screen, on paper and in Word."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kompas import throttle
from kompas.addresses import public_address
from sessions import copies
from sessions.access import (
    Access,
    exported_session,
    led_session,
    read_copy,
    readable_session,
    shared_session,
)
from sessions.forms import HandInForm
from sessions.inquiries import inquiry_of
from sessions.lifecycle import version_for
from sessions.models import EditedCopy, Version
from sessions.screen import ClosedScreen, Screen, link_of
from sessions.steps.whole import EXPLANATION
from sessions.views.answers import see, speak
from sessions.views.copying import copy_page, outside
from sessions.views.limits import too_often

from .card import Card
from .forms import PartForm
from .kept import (
    Failed,
    explanation_of,
    keep,
    kept_versions,
    lacks_contact,
    make,
    numbered_version,
    pages_of,
    report_of,
    report_of_copy,
    stale_parts,
)
from .pack import PARTS, blank, method_pack, pack_of
from .tools import tools

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "form": "application/pdf",
}


@require_safe
def report(request, session_id):
    """The whole report on the screen: as it stands, or as it was closed."""
    access = readable_session(request.actor, session_id)
    session = access.session
    shown = report_of(session, version_for(access))
    response = render(
        request,
        "reports/report.html",
        {
            "access": access,
            "session": session,
            "report": shown,
            "content": shown.content(),
            "versions": kept_versions(session, access.version),
            # What happened since is not in the version that was shared.
            "after": ClosedScreen(access) if session.is_closed and not access.version else None,
            "open_again": session.is_reopened and access.reads_kept and not access.version,
            "may_export": access.may("export"),
            "may_lead": access.may("lead"),
            "lacks_contact": access.may("lead") and lacks_contact(session),
            "may_promise": access.may("promise"),
            "decides": access.has("decide"),
            "tools": tools(request.actor, access, shown),
        },
    )
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def report_file(request, session_id, format):
    """The file: the kept one of a closed talk, else one of the talk as it stands."""
    access = readable_session(request.actor, session_id)
    session = access.session
    version = version_for(access)
    if version:
        return _kept(request, access, version, format)
    return live(request, access, lambda: report_of(session, None), format)


@never_cache
@require_safe
def explanation(request, session_id):
    """The public explanation beside the fields in which its parts can be reworded."""
    return _explaining(request, led_session(request.actor, session_id))


@require_POST
def explanation_part(request, session_id, part):
    """Reword a part, go back to what the talk says, leave it out or take it in again."""
    access = led_session(request.actor, session_id)
    if part not in EXPLANATION:
        raise Http404
    form = PartForm(request.POST, part=part)
    if form.is_valid() and form.save(access, explanation_of(access.session)):
        if request.htmx:
            return _explaining(request, access)
        return see(f"{reverse('reports:explanation', args=[session_id])}#{part}")
    return _explaining(request, access, form, 409 if form.conflict else 422)


def _explaining(
    request: HttpRequest, access: Access, refused: PartForm | None = None, status: int = 200
) -> HttpResponse:
    speak(request, access.session)
    paper = explanation_of(access.session)
    texts = {text.prompt: text for text in access.session.texts.all() if not text.step}
    stale = stale_parts(access.session)
    context = {
        "screen": Screen(access),
        "session": access.session,
        "paper": paper,
        "content": paper.content(nested=True),
        "pages": pages_of(paper),
        "parts": [
            {
                "part": part,
                "form": refused
                if refused and refused.part == part.key
                else PartForm.of(part, texts.get(f"explanation_{part.key}")),
                "omission": texts.get(f"explanation_without_{part.key}"),
                "stale": bool(part.reworded) and part.key in stale,
                "asks": part.key == "contact" and not part.reworded and not part.left_out,
            }
            for part in paper.parts
        ],
        "form": refused,
    }
    return render(request, "reports/explaining.html", context, status=status)


@require_safe
def explanation_file(request, session_id, format):
    """The public explanation as a file; never kept, since it can be reworded after closing."""
    access = readable_session(request.actor, session_id)
    # Of a talk that is open again who decides sees nothing newer than its last version, and a
    # reader for the board never anything newer than what was shared.
    as_it_stands = access.session.is_closed and access.version is None
    version = None if as_it_stands else version_for(access)
    return live(request, access, lambda: explanation_of(access.session, version), format)


@require_safe
def version_file(request, session_id, number, format):
    """The kept file of one of the versions of a talk."""
    access = readable_session(request.actor, session_id)
    version = numbered_version(access.session, number)
    if version is None or access.version not in (None, number):
        raise Http404
    return _kept(request, access, version, format)


@require_safe
def pack(request, session_id, part=""):
    """The print pack of a talk, or one part of it."""
    access = exported_session(request.actor, session_id)
    if part and part not in PARTS:
        raise Http404
    return live(request, access, lambda: pack_of(access.session, part), "form")


@require_safe
def card(request, session_id, inquiry_id):
    """The paper card of an inquiry; it holds the code, so only who leads prints it."""
    access = led_session(request.actor, session_id)
    inquiry = inquiry_of(access, inquiry_id)
    form = HandInForm(request.GET)
    at = form.cleaned_data["at"] if form.is_valid() else ""
    address = public_address(request, link_of(inquiry))
    return live(request, access, lambda: Card(inquiry, address, at), "pdf")


@require_safe
def method_paper(request, method, part=""):
    """The print pack of a method for any talk, or one part of it: the talk without a screen."""
    printed = method_pack(method, get_language() or "", part)
    if printed is None or (part and part not in PARTS):
        raise Http404
    etag = f"{settings.KOMPAS_RELEASE}-{printed.method.digest}-{printed.language}-{part}"
    unchanged = _unchanged(request, etag)
    if unchanged:
        return unchanged
    if not throttle.allowed("pack", throttle.client_address(request), 60, 3600):
        return too_often(request)
    return _file(blank(printed, printed.method.digest), printed.file_name(), etag, "form")


@never_cache
@require_safe
def copy_preview(request, session_id, copy_id):
    """The edited copy as its reader will see it, for who makes it."""
    access = shared_session(request.actor, session_id)
    copy = copies.find(access, copy_id)
    if copy.is_published:
        raise Http404
    making = copies.Making(copy)
    copy.version.session = access.session
    speak(request, access.session)
    content = report_of_copy(copy, making.document).content(nested=True)
    context = {"session": access.session, "copy": copy, "making": making, "content": content}
    return render(request, "reports/copy_preview.html", context)


def _copy_read(request: Any, copy_id) -> tuple[EditedCopy | None, HttpResponse | None]:
    """The copy that this browser has the link of; else the page that says why there is none."""
    copy = read_copy(request.actor, copy_id)
    if copy is None:
        return None, copy_page(request, "unopened", 404)
    if not copy.works:
        return None, copy_page(request, "ended", 410)
    return copy, None


@never_cache
@require_safe
def edited_copy(request, copy_id):
    """An edited copy, to who has its link. Nothing leads from it into the talk."""
    copy, answer = _copy_read(request, copy_id)
    if copy is None:
        return answer
    speak(request, copy.version.session)
    shown = report_of_copy(copy, copy.document)
    context = {"copy": copy, "report": shown, "content": shown.content()}
    return outside(render(request, "reports/edited_copy.html", context))


@never_cache
@require_safe
def edited_copy_pdf(request, copy_id):
    """The same on paper; made anew each time, so that nothing of it is kept."""
    copy, answer = _copy_read(request, copy_id)
    if copy is None:
        return answer
    if not throttle.allowed("copy_pdf", throttle.client_address(request), 30, 600):
        return too_often(request)
    shown = report_of_copy(copy, copy.document)
    try:
        content = make(shown, "pdf")
    except Failed:
        return copy_page(request, "failed", 503)
    headers = {"Content-Disposition": f'attachment; filename="{shown.file_name("pdf")}"'}
    return outside(HttpResponse(content, content_type=TYPES["pdf"], headers=headers))


def live(request: HttpRequest, access: Access, paper_of, format: str) -> HttpResponse:
    """A paper of the talk as it stands; the same as long as nothing changed, on one day."""
    family = (access.session, *access.session.family)
    revision, today = "-".join(str(one.revision) for one in family), timezone.localdate()
    etag = f"{settings.KOMPAS_RELEASE}-{format}-{revision}-{today}-{access.version or access.role}"
    unchanged = _unchanged(request, etag)
    if unchanged:
        return unchanged
    shown = paper_of()
    try:
        content = make(shown, format)
    except Failed:
        return _failed(request, access)
    return _file(content, shown.file_name(format), etag, format)


def _kept(request: HttpRequest, access: Access, version: Version, format: str) -> HttpResponse:
    version.session = access.session
    try:
        rendering = keep(version, format)
    except Failed:
        return _failed(request, access)
    return _unchanged(request, rendering.sha256) or _file(
        bytes(rendering.content),
        report_of(access.session, version).file_name(format),
        rendering.sha256,
        format,
    )


def _unchanged(request: HttpRequest, etag: str) -> HttpResponse | None:
    """304 when the browser has this already."""
    answer = get_conditional_response(request, etag=quote_etag(etag))
    if answer is not None:
        answer["Cache-Control"] = "private, no-cache"
    return answer


def _file(content: bytes, name: str, etag: str, format: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=TYPES[format],
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
