"""What somebody looks for in the register; all of it stands in the address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sessions.models import Session, Verdict
from sessions.register import Asked, Register

Choices = Iterable[tuple[str, Any]]


def _select(label: Any) -> forms.CharField:
    """One of what is offered; another one in an address finds nothing, and is no mistake."""
    return forms.CharField(label=label, required=False, max_length=500, widget=forms.Select)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class RegisterForm(forms.Form):
    # The names are those in the address.
    zoek = forms.CharField(
        label=_("Search in all talks"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    school = _select(_("School"))
    status = _select(_("Status"))
    opnieuw = forms.BooleanField(label=_("Time to look again"), required=False)
    telaat = forms.BooleanField(label=_("Agreement overdue"), required=False)
    antwoord = _select(_("Answer in short"))
    methode = _select(_("Method"))
    waarde = _select(_("Value"))
    betrokkene = _select(_("Stakeholder"))
    trefwoord = _select(_("Tag"))
    van = _day(_("From"))
    tot = _day(_("Up to and including"))
    archief = forms.BooleanField(label=_("Archived talks"), required=False)

    FOLDED = ("antwoord", "methode", "waarde", "betrokkene", "trefwoord", "van", "tot", "archief")

    def __init__(self, data: Any, register: Register):
        super().__init__(data)
        self._offer("status", Session.Status.choices)
        self._offer("methode", _titles(register))
        self._offer("school", [(one.slug, one.name) for one in register.organisations])
        self._offer("trefwoord", [(name, name) for name in register.tags()])
        for name, kind in (("waarde", "value"), ("betrokkene", "stakeholder")):
            self._offer(name, register.names(kind))
        if register.reads:
            self._offer("antwoord", Verdict.choices)
        else:
            for name in ("zoek", "opnieuw", "telaat", "antwoord"):
                self.fields.pop(name, None)
        if len(register.organisations) < 2 and not self.data.get("school"):
            self.fields.pop("school", None)

    def _offer(self, name: str, offered: Choices) -> None:
        """Put these in a filter; without any the filter is not there, unless it is asked for."""
        choices = list(offered)
        chosen = self.data.get(name, "")
        if not choices and not chosen:
            del self.fields[name]
            return
        if chosen and chosen not in dict(choices):
            choices.append((chosen, chosen))
        widget: Any = self.fields[name].widget
        widget.choices = [("", _("All")), *choices]

    @cached_property
    def asked(self) -> Asked:
        """What is looked for; a day that is none is not looked at."""
        self.full_clean()
        given = self.cleaned_data.get
        return Asked(
            words=given("zoek", ""),
            school=given("school", ""),
            method=given("methode", ""),
            status=given("status", ""),
            verdict=given("antwoord", ""),
            value=given("waarde", ""),
            stakeholder=given("betrokkene", ""),
            tag=given("trefwoord", ""),
            since=given("van"),
            until=given("tot"),
            review=given("opnieuw", False),
            overdue=given("telaat", False),
            archived=given("archief", False),
        )

    @property
    def is_asked(self) -> bool:
        """Whether something is looked for at all."""
        return self.asked != Asked()

    def folded(self) -> list[Any]:
        return [self[name] for name in self.FOLDED if name in self.fields and name != "archief"]

    @property
    def is_unfolded(self) -> bool:
        """Whether one of the folded filters is used, so that they are all in sight."""
        return any(self.data.get(name) for name in self.FOLDED)

    @property
    def query(self) -> str:
        """What is looked for, for an address."""
        kept = {name: self.data[name] for name in self.base_fields if self.data.get(name)}
        return urlencode(kept)


def _titles(register: Register) -> Choices:
    """The methods by slug, each with the title of its last version."""
    language = get_language() or ""
    return {
        one.slug: one.title(language if language in one.languages else one.languages[0])
        for one in register.methods.values()
    }.items()
