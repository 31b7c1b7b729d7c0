"""A talk as a whole: where to go, its links and dates, opening it again, copying, exporting."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kompas.accounts.models import Role
from kompas.addresses import public_address
from sessions import access, lifecycle
from sessions.document import as_json, document
from sessions.forms import CopyForm, DetailsForm, LinkForm, ReopenForm
from sessions.screen import Screen
from sessions.steps.whole import TEXTS

from . import limits
from .answers import posted, refused, screen, see

LINKS = "sessions:links"


@never_cache
@require_safe
def session(request, session_id):
    """Send whoever comes to the screen that is theirs."""
    found = access.any_session(request.actor, session_id)
    if found.role == access.ADMINISTRATOR or found.session.removed_on:
        return redirect("sessions:ownership", session_id)
    leads = found.leads and not found.session.is_closed
    if leads or found.role == access.SCRIBE:
        where, outcome = found.session.room_step, found.session.step_of_kind("outcome")
        if leads and found.session.table_count and where != outcome:
            return redirect("sessions:tables", session_id)
        step = where or found.session.steps[0].key
        return redirect("sessions:step", session_id, step)
    if found.role == access.BOARD:
        return redirect("sessions:board", session_id)
    if found.role == access.SEAT:
        return redirect("sessions:phone", session_id)
    if found.role == access.PROMISES:
        return redirect("sessions:promises", session_id)
    if not found.may("result") and found.may("history"):  # a school leader, of what is open
        return redirect("sessions:memory", session_id)
    return redirect("reports:report", session_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def links(request, session_id):
    """The links of a talk; a new one is shown once, here, and stored as a hash."""
    found = access.led_session(request.actor, session_id)
    form, issued, secret = LinkForm(), None, ""
    if request.method == "POST":
        form = LinkForm(request.POST)
        if form.is_valid():
            secret = form.cleaned_data["secret"]
            issued = lifecycle.new_link(found, form.cleaned_data["role"], secret)
            form = LinkForm()  # a further link has a secret of its own
    own = request.actor.secret(access.FACILITATOR, session_id)
    working = lifecycle.links(found)
    leading = [link for link in working if link.role == access.FACILITATOR]
    context = {
        "screen": Screen(found),
        "form": form,
        "own_link": link_url(request, session_id, own) if own else "",
        "issued": issued,
        "issued_link": link_url(request, session_id, secret) if issued else "",
        "links": working,
        "last": leading[0].pk if len(leading) == 1 and not found.session.owner_id else None,
        "new": "nieuw" in request.GET,
        "own_device": request.COOKIES.get("kompas-own") == "1",
    }
    if form.errors:
        return refused(request, "sessions/links.html", context)
    return render(request, "sessions/links.html", context)


def link_url(request, session_id, secret: str) -> str:
    return public_address(request, reverse("sessions:link", args=[session_id, secret]))


@require_POST
def link_revocation(request, session_id, link_id):
    found = access.led_session(request.actor, session_id)
    lifecycle.revoke_link(found, link_id)
    return see(reverse("sessions:links", args=[session_id]))


@require_POST
def device(request, session_id):
    """Keep the facilitator's right on this device, or only until the browser is closed."""
    access.led_session(request.actor, session_id)
    response = see(reverse("sessions:links", args=[session_id]))
    secret = request.actor.secret(access.FACILITATOR, session_id)
    if not secret:  # an owner leads by account
        return response
    own = request.POST.get("own") == "yes"
    days = access.OWN_DEVICE_DAYS if own else None
    access.grant(response, access.FACILITATOR, session_id, secret, days=days)
    access.remember_own_device(response, own)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def details(request, session_id):
    """Title, team, note and dates."""
    found = access.led_session(request.actor, session_id)
    form = DetailsForm(posted(request), instance=found.session)
    if request.method == "POST" and form.is_valid():
        conflicts = lifecycle.save_dates(found, form)
        if not conflicts:
            return see(reverse("sessions:details", args=[session_id]))
        for name, message in conflicts:
            form.add_error(name, message)
    context = details_context(Screen(found), form)
    if form.errors:
        return refused(request, "sessions/details.html", context)
    return screen(request, found, "sessions/details.html", lambda: context)


def details_context(shown: Screen, form: DetailsForm | None = None) -> dict[str, Any]:
    return {
        "screen": shown,
        "form": form or DetailsForm(instance=shown.session),
        "text_forms": [
            shown.text_form("", prompt, asked=asked)
            for prompt, asked in TEXTS.items()
            if asked.page == "sessions:details"
        ],
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reopening(request, session_id):
    found = access.led_session(request.actor, session_id)
    if not found.session.is_closed:
        return see(reverse("sessions:session", args=[session_id]))
    form = ReopenForm(posted(request))
    if request.method == "POST" and form.is_valid():
        lifecycle.reopen(found, form.cleaned_data["reason"])
        return see(reverse("sessions:session", args=[session_id]))
    context = {"screen": Screen(found), "form": form}
    if form.errors:
        return refused(request, "sessions/reopening.html", context)
    return render(request, "sessions/reopening.html", context)


def _copied(request, session_id, template: str, then: str, **options):
    """A new talk with what is revealed in this one, after a page that says what it is."""
    from .home import begun, guests_may_start

    found = access.copied_session(request.actor, session_id)
    if not guests_may_start(request.actor):
        return render(request, "sessions/start_closed.html", status=403)
    # To practise counts nowhere, so it is nobody's.
    here = [] if options else request.actor.organisations(Role.FACILITATOR)
    form = CopyForm(posted(request), organisations=here, of=found.session.organisation_id)
    if request.method == "POST" and form.is_valid():
        if not limits.may_begin(request):
            return limits.too_often(request)
        secret, owner = form.cleaned_data["secret"], form.owner(request.actor.user)
        new = lifecycle.copy(
            found.session,
            form.cleaned_data["id"],
            secret,
            owner,
            question_only=form.question_only,
            **options,
        )
        if then == LINKS:
            return begun(new, secret, owner)
        response = see(reverse(then, args=[new.pk]))
        access.grant(response, access.FACILITATOR, new.pk, secret)
        return response
    context = {"screen": Screen(found), "form": form}
    if form.errors:
        return refused(request, template, context)
    return render(request, template, context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request, session_id):
    """A new talk with all that is revealed in this one."""
    return _copied(request, session_id, "sessions/copy.html", LINKS)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def practise(request, session_id):
    """A practice talk on this one, which counts nowhere."""
    return _copied(request, session_id, "sessions/practise.html", "sessions:session", practise=True)


@never_cache
@require_safe
def export(request, session_id):
    found = access.exported_session(request.actor, session_id)
    response = HttpResponse(
        as_json(document(found.session)), content_type="application/json; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="kompas-{session_id}.json"'
    return response
