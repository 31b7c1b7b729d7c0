"""The front door: start, join, examples, bring in a talk, clear this computer."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kompas.accounts.models import Role
from sessions import access, catalogues, lifecycle, ownership, room
from sessions.advice import question_advice
from sessions.document import DocumentError
from sessions.forms import ImportForm, JoinForm, StartForm
from sessions.models import Refused, Session, new_secret

from . import limits
from .answers import posted, refused, see
from .gate import gate


def guests_may_start(actor: access.Actor) -> bool:
    return settings.KOMPAS_GUESTS or actor.user is not None


@require_safe
def home(request):
    return render(
        request,
        "sessions/home.html",
        {
            "methods": lifecycle.methods(get_language()),
            "join": JoinForm(),
            "guests": guests_may_start(request.actor),
            "talks": [listed(talk) for talk in _going_on(request.actor)],
            "facilitator": bool(request.actor.organisations(Role.FACILITATOR)),
            "examples": [listed(example) for example in access.examples() if example.fictional],
            "questions": catalogues.questions(get_language())[:3],
        },
    )


def _going_on(actor: access.Actor) -> list[Session]:
    """The talks that one can go on with: one's own under way, and those this browser leads."""
    mine = ownership.under_way(actor)
    known = {talk.pk for talk in mine}
    return mine + [talk for talk in access.granted_sessions(actor) if talk.pk not in known]


def listed(session: Session) -> dict:
    """A talk as it stands in a list; its texts are fetched already."""
    texts = {(text.step, text.prompt): text.body for text in session.texts.all()}
    question = texts.get((session.step_of_kind("question"), "question"), "")
    return {
        "session": session,
        "title": texts.get(("", "title")) or question,
        "table": session.table,
        "question": question,
        "method": session.method.title(session.language),
        # Who leads it by a link sees no name that they did not know.
        "organisation": session.organisation if session.owner_id else None,
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request, method):
    method = lifecycle.newest_method(method)
    if method is None:
        raise Http404
    language = _language(method)
    taken = catalogues.question(request.GET.get("vraag", ""), language)
    context = {
        "method": method,
        "texts": method.texts(language),
        "others": [one for one in lifecycle.methods(language) if one["slug"] != method.slug],
        "taken": taken,
    }
    if not guests_may_start(request.actor):
        return render(request, "sessions/start_closed.html", context, status=403)
    languages = [(code, dict(settings.LANGUAGES).get(code, code)) for code in method.languages]
    initial = {"language": language}
    if taken is not None:
        initial |= {"question": taken.question, "context": taken.context}
    here = request.actor.organisations(Role.FACILITATOR)
    form = StartForm(posted(request), languages=languages, initial=initial, organisations=here)
    if request.method == "POST" and form.is_valid():
        if not limits.may_begin(request):
            return limits.too_often(request)
        data, owner = form.cleaned_data, form.owner(request.actor.user)
        session = lifecycle.begin(
            data["id"],
            data["secret"],
            method,
            data["language"],
            data["question"],
            data["context"],
            owner,
        )
        return begun(session, data["secret"], owner)
    context |= {"form": form, "hints": question_advice(form["question"].value() or "", language)}
    if form.errors:
        return refused(request, "sessions/start.html", context)
    return render(request, "sessions/start.html", context)


def begun(session: Session, secret: str, owner: ownership.Owner | None) -> HttpResponse:
    """To a new talk: its owner prepares it, a guest first keeps the link."""
    if owner is not None:
        return see(reverse("sessions:prepare", args=[session.pk]))
    response = see(reverse("sessions:links", args=[session.pk]) + "?nieuw")
    access.grant(response, access.FACILITATOR, session.pk, secret)
    return response


def _language(method) -> str:
    return get_language() if get_language() in method.languages else method.languages[0]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request, code=""):
    unknown = request.GET.get("onbekend", "")
    told = {"code": unknown, "key": new_secret()} if unknown else None
    form = JoinForm(posted(request) or told, initial={"code": code})
    seated = access.seated_sessions(request.actor)
    if request.method == "POST" and form.is_valid():
        if limits.ROOM_CODES.exceeded(request):
            return limits.too_often(request)
        session = access.joinable_session(form.cleaned_data["code"])
        if session is None:
            limits.ROOM_CODES.count(request)
            return code_unknown(form.cleaned_data["code"])
        if session.table_count:
            return see(reverse("sessions:join_tables", args=[session.code]))
        try:
            key = room.take_seat(request.actor, session, form.cleaned_data["key"])
        except Refused as refusal:  # the room is locked
            form.add_error("code", str(refusal))
        else:
            response = see(reverse("sessions:phone", args=[session.pk]))
            access.grant(response, access.SEAT, session.pk, key, days=access.SEAT_DAYS)
            return response
    for talk in seated:
        if code and talk.room_code == code.upper():
            return see(reverse("sessions:phone", args=[talk.pk]))
    if unknown and "code" not in form.errors:
        form.add_error("code", _("This code is not in use. Look at the board once more."))
    context = {
        "form": form,
        "seated": [listed(talk) for talk in seated],
        "naming": _naming(request, code),
    }
    if form.errors:
        return refused(request, "sessions/join.html", context)
    return render(request, "sessions/join.html", context)


def _naming(request, code: str) -> str:
    """What stands beside words in the talk whose code is in the address, as a QR code has it.

    A wrong one counts as a guess, as if it had been typed.
    """
    if not code or limits.ROOM_CODES.exceeded(request):
        return ""
    session = access.joinable_session(code)
    if session is None:
        limits.ROOM_CODES.count(request)
        return ""
    return session.naming


def code_unknown(code: str) -> HttpResponse:
    """Told on a page of its own, so that one can go back to it."""
    return see(f"{reverse('sessions:join')}?{urlencode({'onbekend': code})}")


@require_safe
def examples(request):
    """Talks to read and to practise with: worked out from public sources, or made up."""
    shown = [listed(example) for example in access.examples()]
    context = {
        "examples": [one for one in shown if not one["session"].fictional],
        "made_up": [one for one in shown if one["session"].fictional],
        "guests": guests_may_start(request.actor),
    }
    return render(request, "sessions/examples.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request):
    """Import a talk from a file."""
    if not guests_may_start(request.actor):
        return render(request, "sessions/start_closed.html", status=403)
    here = request.actor.organisations(Role.FACILITATOR)
    form = ImportForm(posted(request), request.FILES or None, organisations=here)
    if request.method == "POST" and form.is_valid():
        if not limits.may_begin(request):
            return limits.too_often(request)
        data, owner = form.cleaned_data, form.owner(request.actor.user)
        try:
            session = lifecycle.bring_in(form.document, data["id"], data["secret"], owner)
        except DocumentError as error:
            form.add_error("file", form.told(error))
        else:
            return begun(session, data["secret"], owner)
    if form.errors:
        return refused(request, "sessions/import.html", {"form": form})
    return render(request, "sessions/import.html", {"form": form})


@never_cache
@require_safe
def link(request, session_id, secret):
    """Open a link: remember it in this browser, and go on without the secret in the address."""
    if limits.LINKS.exceeded(request):
        return limits.too_often(request)
    found = access.linked_session(session_id, secret)
    if found is None or not access.opens(found):
        limits.LINKS.count(request)
        return gate(request, expired=bool(found), wrong_link=not found)
    response = redirect("sessions:session", session_id)
    access.grant(response, found.role, session_id, secret)
    return response


@require_POST
def clear(request):
    """Forget on this computer every talk that was opened on it, and who was logged in."""
    logout(request)
    response = see(reverse("sessions:cleared"))
    for name in [*access.granted_cookies(request), settings.SESSION_COOKIE_NAME]:
        response.delete_cookie(name, samesite="Lax")
    return response


@never_cache
@require_safe
def cleared(request):
    return render(request, "sessions/cleared.html")


@require_safe
def about(request):
    """What Kompas is, whose it is, and what it keeps of whom."""
    return render(request, "sessions/about.html")


@require_safe
def offline(request):
    return render(request, "offline.html")
