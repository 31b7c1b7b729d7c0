"""What one can do with a talk from its report: what matters most first, the rest folded."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from sessions.access import Access, Actor, looks_back, may_give

from .report import Report

SHOWN = 3


@dataclass(frozen=True)
class Tool:
    label: str
    url: str


@dataclass(frozen=True)
class Tools:
    shown: list[Tool]
    folded: list[Tool]


def tools(actor: Actor, access: Access, report: Report) -> Tools:
    """The links above the report for this reader. Nothing is folded alone."""
    found = _found(actor, access, report)
    shown = SHOWN if len(found) > SHOWN + 1 else len(found)
    return Tools(found[:shown], found[shown:])


def _found(actor: Actor, access: Access, report: Report) -> list[Tool]:
    session = access.session
    closed = session.is_closed
    leads = access.may("lead") and not session.is_example
    back = looks_back(actor, access)
    at_table = access.role in ("seat", "table")

    def to(name: str) -> str:
        return reverse(name, args=[session.pk])

    plenary = session.plenary if access.role == "seat" else None
    compare = f"{reverse('sessions:compare')}?gesprek={session.pk}"
    offered = [
        (
            plenary is not None and plenary.is_closed,
            _("Read the report of all tables"),
            reverse("reports:report", args=[session.plenary_id or session.pk]),
        ),
        (leads and not closed, _("Back to the talk"), to("sessions:session")),
        (back, _("Look back on this talk"), to("sessions:memory")),
        (leads and closed, _("Hand over"), to("sessions:handover")),
        (access.may("manage"), _("Manage this talk"), to("sessions:ownership")),
        (access.may("copy"), _("Make a copy to work in"), to("sessions:copy")),
        (session.is_example, _("All examples"), reverse("sessions:examples")),
        (
            access.may("follow") and session.plenary_id is None,
            _("Plan a talk to look back"),
            to("sessions:follow"),
        ),
        (leads and closed, _("Open the talk again"), to("sessions:reopen")),
        (closed and back, _("How did others weigh this?"), to("sessions:others")),
        (not at_table and not report.is_concept, _("Put it beside another talk"), compare),
        (
            closed and may_give(actor, session),
            _("Edited copy for outside"),
            to("sessions:edited_copies"),
        ),
        (
            leads and closed and bool(report.document.get("inquiries")),
            _("Asking beforehand"),
            to("sessions:inquiries"),
        ),
        (leads and closed, _("Links of this talk"), to("sessions:links")),
    ]
    return [Tool(label, url) for may, label, url in offered if may]
