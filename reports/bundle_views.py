"""HTTP: bundles of reports, asked for, followed and taken."""

from __future__ import annotations

from urllib.parse import parse_qsl

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kompas import throttle
from kompas.accounts.models import Role
from sessions.board_page import YEAR, BoardPage
from sessions.models import Refused
from sessions.views.answers import see

from . import bundle_files as files
from . import bundles as rules
from .bundle_forms import BundleForm, YearForm, ticked
from .models import Bundle

MOST, WITHIN = 20, 3600  # bundles that one person asks for, in so many seconds
TYPES = {"zip": "application/zip"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def bundles(request):
    """One's own bundles of the last days; ask for one."""
    actor = request.actor
    if request.method != "POST":
        context = {"bundles": rules.bundles_of(actor)}
        return render(request, "reports/bundles.html", context)
    form = BundleForm(request.POST)
    if not form.is_valid():
        return _refused(request, form)
    if known := rules.bundle_of(actor, form.cleaned_data["id"]):
        return see(_url(known))
    slug = form.cleaned_data["organisation"]
    roles = (Role.BOARD_READER, Role.SCHOOL_LEADER, Role.FACILITATOR)
    there = {one.slug: one for one in actor.organisations(*roles)}
    if slug and slug not in there:
        raise Http404
    if too_often := _too_often(request):
        return too_often
    try:
        bundle = rules.ask(
            actor,
            form.cleaned_data["id"],
            form.cleaned_data["kind"],
            _talks(request, form),
            there.get(slug),
        )
    except Refused as why:
        form.add_error(None, str(why))
        return _refused(request, form)
    return see(_url(bundle))


@never_cache
@require_safe
@login_required
def choice(request):
    """The reports of talks that were ticked elsewhere, to say in which file."""
    talks = ticked(request.GET)
    chosen = rules.choices(request.actor, talks)
    left_out = len(talks) - len(chosen)
    context = {"form": BundleForm(), "chosen": chosen, "left_out": left_out}
    return render(request, "reports/bundle_choice.html", context)


def _talks(request, form: BundleForm):
    """Those that were ticked, or all behind the number that they stand under."""
    if not form.cleaned_data["every"]:
        return form.talks
    asked = dict(parse_qsl(form.cleaned_data["asked"], keep_blank_values=True))
    page = BoardPage(request.actor, form.cleaned_data["organisation"], asked.get(YEAR, ""))
    found, _words = page.listed(asked) or ([], "")
    return [one.session for one in found]


def _refused(request, form: BundleForm) -> HttpResponse:
    """The reports that were chosen, to choose again."""
    chosen = rules.choices(request.actor, form.talks)
    slug = form.cleaned_data.get("organisation")
    listed = reverse("sessions:board_talks", args=[slug]) if slug else ""
    if listed and form.cleaned_data.get("asked"):
        listed += f"?{form.cleaned_data['asked']}"
    context = {"form": form, "chosen": chosen, "listed": listed}
    return render(request, "reports/bundle_choice.html", context, status=422)


def _too_often(request) -> HttpResponse | None:
    if throttle.allowed("bundle", str(request.actor.user.pk), MOST, WITHIN):
        return None
    response = render(request, "reports/bundles_too_often.html", status=429)
    response["Retry-After"] = str(WITHIN)
    return response


@never_cache
@require_POST
@login_required
def year_report(request):
    """Ask for the year report of an organisation."""
    form = YearForm(request.POST)
    if not form.is_valid():
        raise Http404
    if known := rules.bundle_of(request.actor, form.cleaned_data["id"]):
        return see(_url(known))
    if too_often := _too_often(request):
        return too_often
    asked = form.cleaned_data
    return see(
        _url(rules.ask_year(request.actor, asked["id"], asked["organisation"], asked["year"]))
    )


def _own(request, bundle_id) -> Bundle:
    """The bundle, for who asked for it and still is what they were."""
    found = rules.bundle_of(request.actor, bundle_id)
    if found is None:
        raise Http404
    return found


def _url(bundle: Bundle) -> str:
    return reverse("reports:bundle", args=[bundle.pk])


@never_cache
@require_safe
@login_required
def bundle(request, bundle_id):
    """How far a bundle is; once it is ready, the way to take it."""
    found = _own(request, bundle_id)
    shown = rules.progress(request.actor, found)
    return render(request, "reports/bundle.html", {"bundle": found, "shown": shown})


@never_cache
@require_safe
@login_required
def bundle_file(request, bundle_id):
    """The file, for who may still read all that is in it."""
    found = _own(request, bundle_id)
    content = rules.download(request.actor, found)
    if content is None:
        return see(_url(found))
    return HttpResponse(
        content,
        content_type=TYPES.get(found.kind, "application/pdf"),
        headers={
            "Content-Disposition": f'attachment; filename="{files.file_name(found)}"',
            "Cache-Control": "no-store",
        },
    )


@never_cache
@require_POST
@login_required
def bundle_retry(request, bundle_id):
    """Make what could not be made."""
    found = _own(request, bundle_id)
    rules.retry(found)
    return see(_url(found))
