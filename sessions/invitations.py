"""The invitation to a talk, as long as nobody wrote another one."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from django.utils.formats import date_format, time_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .models import Council, Mandate, Session


def default_invitation(session: Session, text: Callable[[str, str], str]) -> str:
    """The question, when and where, what is expected, and what happens with the answer.

    `text` gives what is written under a step and a prompt. In the language that is active.
    """
    step = session.step_of_kind("question")
    parts = [
        _("Hello,"),
        _("Will you think along about a question? This is the question:"),
        text(step, "question"),
        text(step, "context"),
        _when_and_where(session, text("", "place")),
        _(
            "We talk in a small group, in %(n)d steps. You always think alone first, and then we "
            "look together. There is room for doubt, and for another opinion."
        )
        % {"n": len(session.steps)},
        _(
            "You need not prepare anything. You need no knowledge of technology. Bring your phone "
            "if you like: you can take part without one too."
        ),
        _what_happens_with_it(session, text),
        _("Can you not come? Please tell us. Then we ask somebody else to the table."),
    ]
    return "\n\n".join(part for part in parts if part.strip())


def _when_and_where(session: Session, place: str) -> str:
    lines = []
    if session.held_on:
        lines.append(_("When: %(when)s") % {"when": _moment(session, session.held_on)})
    if place:
        lines.append(_("Where: %(where)s") % {"where": place})
    if not (session.begins and session.ends):
        minutes = session.method.minutes
        length = ngettext("about %(n)d minute", "about %(n)d minutes", minutes) % {"n": minutes}
        lines.append(_("How long: %(length)s") % {"length": length})
    return "\n".join(lines)


def _moment(session: Session, held_on: datetime.date) -> str:
    day = date_format(held_on, "l j F Y")
    if session.begins is None:
        return day
    times = {"day": day, "begins": time_format(session.begins, "H.i")}
    if session.ends is None:
        return _("%(day)s, at %(begins)s") % times
    return _("%(day)s, from %(begins)s to %(ends)s") % {
        **times,
        "ends": time_format(session.ends, "H.i"),
    }


def _what_happens_with_it(session: Session, text: Callable[[str, str], str]) -> str:
    """What the mandate says, a sentence each, and whether the report holds names."""
    decider = text("", "decider")
    by = date_format(session.decide_by, "j F Y") if session.decide_by else ""
    said = [MANDATES.get(text("", "mandate"), "")]
    if decider and by:
        said.append(_("Who decides: %(who)s, by %(day)s.") % {"who": decider, "day": by})
    elif decider:
        said.append(_("Who decides: %(who)s.") % {"who": decider})
    elif by:
        said.append(_("The decision is taken by %(day)s.") % {"day": by})
    said.append(COUNCILS.get(text("", "council"), ""))
    if readers := text("", "readers"):
        said.append(_("Who reads the report: %(who)s.") % {"who": readers})
    said.append(NAMED[session.naming])
    return " ".join(str(one) for one in said if one)


NAMED: dict[str, Promise] = {
    Session.Naming.NONE: gettext_lazy("A report is made of the talk. There are no names in it."),
    Session.Naming.FUNCTION: gettext_lazy(
        "A report is made of the talk. "
        "In it stands the function of each beside what they wrote. Weights stay anonymous."
    ),
    Session.Naming.NAME: gettext_lazy(
        "A report is made of the talk. "
        "In it stands the name of each beside what they wrote. Weights stay anonymous."
    ),
}
MANDATES: dict[str, Promise] = {
    Mandate.EXPLORATION: gettext_lazy("With this talk we explore the question."),
    Mandate.ADVICE: gettext_lazy("With this talk we give advice."),
    Mandate.DECISION: gettext_lazy("With this talk we decide."),
}
COUNCILS: dict[str, Promise] = {
    Council.INFORMED: gettext_lazy("The participation council is informed."),
    Council.ADVICE: gettext_lazy("The participation council gives advice about it."),
    Council.CONSENT: gettext_lazy("The participation council must consent to it."),
}
