"""After the talk: handed over, decided about, and what became of what was agreed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kompas import mail, throttle
from sessions import access, calendars, lifecycle
from sessions import handover as handing
from sessions.forms import DeciderMailForm, LinkForm, MailForm, PromiseForm
from sessions.screen import ClosedScreen, closed_screen
from sessions.screen.closed import Promised
from sessions.steps.whole import DecisionForm

from .answers import posted, refused, screen, see, speak
from .talk import link_url

HANDOVER = "sessions/after/handover.html"
PROMISES = "sessions/after/promises.html"

# Hand over


@dataclass(frozen=True)
class Letter:
    """What one can send to somebody: a link with the words around it."""

    subject: str
    body: str

    @property
    def mailto(self) -> str:
        body = self.body.replace("\n", "\r\n")
        return f"mailto:?subject={quote(self.subject)}&body={quote(body)}"


def letter(shown: ClosedScreen, role: str, link: str) -> Letter:
    """In the language of the talk, whoever made it: somebody else reads it."""
    with translation.override(shown.session.language):
        link = link or _("[here comes the link]")
        return Letter(handing.subject(shown, role), handing.words(shown, role, link))


def handover_context(request, shown: ClosedScreen, **more: Any) -> dict[str, Any]:
    role, link = more.get("issued", ""), more.get("issued_link", "")
    # One thing stands out: what was not done yet, and nothing beside a link that was just made.
    waits, mailed = shown.decision is None, request.GET.get("gemaild", "")
    decider_first = waits and not role and mailed != access.DECIDER and "promises_form" not in more
    return {
        "screen": shown,
        "form": LinkForm(),
        "decider_form": DeciderMailForm(auto_id="id_decider_%s"),
        "promises_form": MailForm(auto_id="id_promises_%s"),
        "decider_letter": letter(shown, access.DECIDER, link * (role == access.DECIDER)),
        "promises_letter": letter(shown, access.PROMISES, link * (role == access.PROMISES)),
        "mails": mail.is_set_up(),
        "mailed": mailed,
        "decider_first": decider_first,
        "promises_first": not decider_first and not role and mailed != access.PROMISES,
        **more,
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request, session_id):
    """To who decides, and to who promised something: a link in words that one can send."""
    found = access.led_session(request.actor, session_id)
    if not found.session.is_closed:
        return see(reverse("sessions:close", args=[session_id]))
    speak(request, found.session)
    shown, more = ClosedScreen(found), {}
    form = LinkForm(posted(request))
    if request.method == "POST" and form.is_valid():
        role, secret = form.cleaned_data["role"], form.cleaned_data["secret"]
        lifecycle.new_link(found, role, secret)
        more = {"issued": role, "issued_link": link_url(request, session_id, secret)}
    if form.errors:
        return refused(request, HANDOVER, handover_context(request, shown, form=form))
    return render(request, HANDOVER, handover_context(request, shown, **more))


def _mailing(role: str, form_class: type[MailForm], name: str):
    """A POST that mails each address a link of its own."""

    @never_cache
    @require_POST
    def view(request, session_id):
        found = access.led_session(request.actor, session_id)
        if not found.session.is_closed or not mail.is_set_up():
            return see(reverse("sessions:handover", args=[session_id]))
        speak(request, found.session)
        shown = ClosedScreen(found)
        form = form_class(request.POST, auto_id=f"id_{role}_%s")
        status = 422
        if form.is_valid():
            status, said = _send(request, shown, role, form)
            if status == 303:
                return see(reverse("sessions:handover", args=[session_id]) + f"?gemaild={said}")
            form.add_error(None, said)
        response = refused(request, HANDOVER, handover_context(request, shown, **{name: form}))
        response.status_code = status
        return response

    return view


def _send(request, shown: ClosedScreen, role: str, form: MailForm) -> tuple[int, str]:
    """Mail; gives 303 and what was mailed, or what went wrong.

    The form then holds who was not reached.
    """
    secrets = form.secrets()
    client = throttle.client_address(request)
    if not handing.may_mail(shown.session, client, len(secrets)):
        return 429, _("A lot was mailed today. Copy the text, or mail again tomorrow.")
    unsent = handing.send(
        shown, role, secrets, lambda secret: link_url(request, shown.session.pk, secret)
    )
    if not unsent:
        return 303, "dubbel" if unsent is None else role
    form.retype(unsent)
    if len(unsent) < len(secrets):
        return 503, ngettext(
            "The mail server did not take this address. The others have their mail.",
            "The mail server did not take these addresses. The others have their mail.",
            len(unsent),
        )
    return 503, _("The mail server did not take the mail. Copy the text, or try again later.")


decider_mail = _mailing(access.DECIDER, DeciderMailForm, "decider_form")
promises_mail = _mailing(access.PROMISES, MailForm, "promises_form")


# Decide


@require_http_methods(["GET", "HEAD", "POST"])
def decision(request, session_id):
    """Record what is decided about the answer."""
    found = access.decided_session(request.actor, session_id)
    shown = ClosedScreen(found)
    if request.method != "POST":
        return screen(
            request,
            found,
            "sessions/after/decision.html",
            lambda: {"screen": shown, "form": _decision_form(shown)},
        )
    since = lifecycle.answered_on(found.session)
    form = DecisionForm(request.POST, session=found.session, step="", since=since)
    if form.is_valid():
        made: Any = form.contribution()
        if lifecycle.decide(found, made, form.cleaned_data["version"] or 0):
            return see(reverse("reports:report", args=[session_id]) + "#besluit")
        form = _overtaken(request, shown)
    return refused(request, "sessions/after/decision.html", {"screen": shown, "form": form})


def _decision_form(shown: ClosedScreen, data=None) -> DecisionForm:
    last = lifecycle.last_version(shown.session)
    return DecisionForm(
        data,
        session=shown.session,
        step="",
        initial={
            "version": last.number if last else 0,
            "by": shown.text("", "decider"),
            "decided_on": timezone.localdate(),
        },
    )


def _overtaken(request, shown: ClosedScreen) -> DecisionForm:
    """The form with what was typed, now about the version that came in the meantime."""
    last = lifecycle.last_version(shown.session)
    data = request.POST.copy()
    data["version"], data["id"] = last.number if last else 0, uuid.uuid4()
    form = DecisionForm(data, session=shown.session, step="")
    form.add_error(
        None,
        _(
            "There is a newer version of the report than the one you read. "
            "Look at it first. What you typed still stands here."
        ),
    )
    return form


# Promises


@require_safe
def promises(request, session_id):
    """What was agreed, and what became of it."""
    found = access.agreed_session(request.actor, session_id)
    shown = _asked(request, found)
    return screen(request, found, PROMISES, lambda: _promises_context(found, shown))


def _promises_context(found: access.Access, shown: ClosedScreen) -> dict[str, Any]:
    reads = found.may("result") or found.may("read")
    return {"screen": shown, "reads": reads}


def _asked(request, found: access.Access) -> ClosedScreen:
    """The agreements, of one person where that is asked for."""
    shown = closed_screen(found)
    shown.only = request.GET.get("wie", "")
    shown.saved = request.GET.get("bewaard", "")
    return shown


def _row(shown: ClosedScreen, slug: str, row_id: uuid.UUID) -> Promised:
    """One thing promised; 404 where that is not on the list."""
    for promised in shown.promised:
        if promised.list.slug == slug and promised.row.pk == row_id:
            return promised
    raise Http404


@require_POST
def promise(request, session_id, slug, row_id):
    """Say what became of one thing: with a tap, and in words."""
    found = access.promised_session(request.actor, session_id)
    shown = _asked(request, found)
    row = _row(shown, slug, row_id).row
    form = PromiseForm(request.POST, row=row)
    if form.is_valid():
        state = form.cleaned_data["state"] if "state" in request.POST else None
        result = form.cleaned_data["result"] if "result" in request.POST else None
        row, taken = lifecycle.keep_promise(found, row, state, result, form.cleaned_data["version"])
        saved = str(row_id) if state is None and result is not None else ""
        if taken and request.POST.get("terug") == "te-doen":
            return see(reverse("sessions:due") + f"?bewaard={slug}.{row_id}")
        if taken and not request.htmx:
            asked = {"wie": shown.only, "bewaard": saved}
            query = urlencode({name: value for name, value in asked.items() if value})
            address = reverse("sessions:promises", args=[session_id])
            return see(address + f"?{query}" * bool(query) + f"#afspraak-{row_id}")
        shown = _asked(request, access.promised_session(request.actor, session_id))
        if taken:
            shown.saved = saved
            return _promise_part(request, shown, slug, row_id)
        data = request.POST.copy()
        data["version"] = row.version
        form = PromiseForm(data, row=row)
        form.conflicts = True
    shown.forms[str(row_id)] = form
    if request.htmx:
        return _promise_part(request, shown, slug, row_id, status=422)
    return refused(request, PROMISES, _promises_context(found, shown))


def _promise_part(request, shown, slug, row_id, status=200) -> HttpResponse:
    speak(request, shown.session)
    found = _row(shown, slug, row_id)
    context = {"screen": shown, "promise": replace(found, told_on=shown.told_on.get(found.key))}
    response = render(request, "sessions/after/promise.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


# In one's own calendar


def _calendar(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=calendars.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def review_calendar(request, session_id):
    """The day to look again."""
    shown = ClosedScreen(access.dated_session(request.actor, session_id))
    if shown.session.review_on is None:
        raise Http404
    speak(request, shown.session)
    return _calendar(handing.review_file(shown), _("look-again"))


@require_safe
def promises_calendar(request, session_id):
    """Every day on which something that was agreed is to be done."""
    shown = ClosedScreen(access.dated_session(request.actor, session_id))
    if not shown.dated:
        raise Http404
    speak(request, shown.session)
    return _calendar(handing.promises_file(shown), _("agreements"))


@require_safe
def promise_calendar(request, session_id, slug, row_id):
    """The day of one thing that was agreed."""
    shown = ClosedScreen(access.dated_session(request.actor, session_id))
    promised = _row(shown, slug, row_id)
    if promised.due is None:
        raise Http404
    speak(request, shown.session)
    return _calendar(handing.promises_file(shown, promised.row), _("agreement"))
