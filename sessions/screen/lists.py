"""A screen that shows lists: of its step, or of the talk as a whole."""

from __future__ import annotations

import uuid
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from sessions.access import Access
from sessions.models import Contribution
from sessions.steps import WHOLE_LISTS, List, kind_of
from sessions.steps.forms import ContributionForm
from sessions.steps.whole import INVITED, PARKED

from .parts import Rows
from .talk import Screen


class ListsScreen(Screen):
    """One talk for one actor, with the rows of its lists and the forms to type them."""

    def __init__(self, access: Access):
        super().__init__(access)
        # Rows that the address names: open for editing, just taken away.
        self.editing: uuid.UUID | None = None
        self.undoing: uuid.UUID | None = None

    @property
    def key(self) -> str:
        """What stands in addresses for what this screen shows: a step, or the talk as a whole."""
        return self.step.key if self.step else "-"

    @property
    def url(self) -> str:
        """Where what this screen shows is typed."""
        if self.step is None:
            return reverse("sessions:prepare", args=[self.session.pk])
        return reverse("sessions:step", args=[self.session.pk, self.step.key])

    def address(self, one: List, anchor: str, **named: Any) -> str:
        """Where something of a list stands on this screen; `named` says what else is shown."""
        query = f"?{urlencode(named)}" if named else ""
        return f"{self.url}{query}#{anchor}"

    def home(self, one: List) -> str:
        """The key of the step whose list this is; empty where it is the talk's as a whole."""
        if one in WHOLE_LISTS:
            return ""
        steps = self.session.steps if self.step is None else (self.step, *self.session.steps)
        return next(step.key for step in steps if kind_of(step).list(one.slug))

    def _shared(self, model: type[Contribution]) -> list[Any]:
        """All that is shared of one kind in the talk."""
        mine = self.session.pk
        return [row for row in self.all_rows(model) if row.session_id == mine]

    def rows(self, one: List, step: str | None = None) -> list[Any]:
        """All shared rows of a list, in their order; of the step whose list it is here."""
        step = self.home(one) if step is None else step
        return [row for row in self._shared(one.model) if row.step == step]

    def form(self, one: List, data=None, instance=None, **options: Any) -> ContributionForm:
        options |= {"session": self.session, "step": self.home(one)}
        if instance is not None:
            options["instance"] = instance
        return one.form(data, **options)

    def listed(self, one: List) -> Rows:
        """A list as a screen shows it: what stands, what was put away, and its forms."""
        rows = self.rows(one)
        known = {row.pk: row for row in rows}
        for row in rows:
            if row.merged_into_id in known:
                row.merged_into = known[row.merged_into_id]
        edited = known.get(self.editing) if self.editing else None
        return Rows(
            one,
            self.home(one) or "-",
            [row for row in rows if row.stands],
            [row for row in rows if not row.stands],
            partial(self._new_form, one),
            self._editing_form(one, edited) if edited else None,
            new_line=partial(self._line_form, one, one.quick) if one.quick else None,
        )

    def _line_form(self, one: List, quick: type[ContributionForm]) -> ContributionForm:
        refused = self.forms.get(one.slug)
        form = (
            refused
            if isinstance(refused, quick)
            else quick(session=self.session, step=self.home(one))
        )
        form.auto_id = f"id_line_{one.slug}_%s"
        return form

    def _new_form(self, one: List) -> ContributionForm:
        refused = self.forms.get(one.slug)
        whole = refused is not None and not (one.quick and isinstance(refused, one.quick))
        form = refused if refused is not None and whole else self.form(one)
        form.auto_id = f"id_{one.slug}_%s"
        return form

    def _editing_form(self, one: List, row: Contribution) -> ContributionForm:
        form = self.forms.get(str(row.pk)) or self.form(one, instance=row)
        form.auto_id = "id_edit_%s"
        return form

    @cached_property
    def invited(self) -> Rows:
        return self.listed(INVITED)

    @cached_property
    def parked(self) -> Rows:
        return self.listed(PARKED)

    @property
    def park_form(self) -> ContributionForm:
        """The field that is always there, to park something in passing."""
        return self._new_form(PARKED)
