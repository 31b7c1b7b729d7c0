"""Quick entry: a whole talk typed on one page, from paper worksheets; all of it, or nothing."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import catalogues, quick
from .access import Access
from .models import (
    Argument,
    Contribution,
    Group,
    Option,
    Session,
    Stakeholder,
    Step,
    Text,
    Value,
    choices_of,
)
from .models.text import BODY, LINE
from .steps import INVITED, PARKED, List, kind_of
from .steps.forms import DateInput, TypedText
from .steps.whole import TEXTS

LONGEST = 200_000  # characters in one list
POINTED: dict[str, type[Contribution]] = {
    "option": Option,
    "stakeholder": Stakeholder,
    "value": Value,
}

# How a line of each list is typed, with an example.
HELP: dict[str, tuple[str | Promise, str | Promise]] = {
    "invited": (
        gettext_lazy("How many, the function, and | for whom they speak."),
        gettext_lazy("2 teachers of group 7 | staff"),
    ),
    "facts": (
        gettext_lazy("Begin with = we know, ~ we assume or ? to find out. Then | who | when."),
        gettext_lazy("? Does the supplier keep the voices? | ICT | 2027-01-31"),
    ),
    "stakeholders": (
        gettext_lazy(
            "Name: interest. Begin with + at the table or ! not there. "
            "After the colon > says heard from them, * imagined."
        ),
        gettext_lazy("! Parents: * to know who listens along"),
    ),
    "values": (
        gettext_lazy(
            "Name: what it means here. Begin with + grows stronger, - under pressure or +- both. "
            "a: r: or m: says which core value."
        ),
        gettext_lazy("- Privacy: a child chooses who listens"),
    ),
    "options": (
        gettext_lazy("One option on each line."),
        gettext_lazy("Only for those who want it"),
    ),
    "arguments": (
        gettext_lazy(
            "Begin with + for or - against; then = fact, ~ assumption or ! judgement; > heard or "
            "* imagined. End with @stakeholder #value &option: the beginning of the name will do."
        ),
        gettext_lazy("+~ A child dares to practise more. @Pup #Room"),
    ),
    "conditions": (
        gettext_lazy("What | who | when."),
        gettext_lazy("Parents can say no | the director | 2027-01-31"),
    ),
    "minority_views": (
        gettext_lazy("In their own words | what would change that mind."),
        gettext_lazy("A child should not talk to a machine | if a teacher listens along"),
    ),
    "actions": (
        gettext_lazy("What | who | when."),
        gettext_lazy("Ask the supplier | ICT | 2027-01-31"),
    ),
    "parked": (gettext_lazy("One thing on each line."), gettext_lazy("What do we do with phones?")),
    "source": (gettext_lazy("One source on each line."), "https://www.example.nl/"),
}
TIMES = ("begins", "ends")
DATES: dict[str, str | Promise] = {
    "held_on": gettext_lazy("Held on"),
    "begins": gettext_lazy("From"),
    "ends": gettext_lazy("Until"),
    "decide_by": gettext_lazy("When must it be decided?"),
    "review_on": gettext_lazy("Look at it again on"),
}


@dataclass(frozen=True)
class Place:
    """Where a list belongs: its step, or the talk as a whole."""

    step: str
    name: str
    list: List | None  # None: the sources, which are no rows

    @property
    def field(self) -> str:
        return f"list-{self.step or 'talk'}-{self.name}"


@dataclass(frozen=True)
class Part:
    """A part of the page, as the worksheets have it."""

    title: str
    step: Step | None
    fields: list[Any] = field(default_factory=list)  # bound fields, in order


class EntryForm(forms.Form):
    """What is typed in one go. Fields begin empty: it adds to a talk, and replaces nothing."""

    id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, session: Session, **options):
        options.setdefault("initial", {"id": uuid.uuid4()})
        super().__init__(*args, **options)
        self.session = session
        self.texts: dict[str, tuple[str, str]] = {}  # field → step, prompt
        self.places: dict[str, Place] = {}
        self._parts: list[tuple[str, Step | None, list[str]]] = []
        self._build()

    # -- what can be typed ------------------------------------------------------------------------

    def _build(self) -> None:
        whole = {"mandate": "mandate", "preparation": "preparation"}
        before = [self._text("", TEXTS[prompt]) for prompt in ("title", "place")]
        before += [self._date(name) for name in ("held_on", "begins", "ends")]
        for asked in TEXTS.values():
            if asked.within in whole and asked.prompt != "invitation":
                before.append(self._text("", asked))
                if asked.prompt == "decider":
                    before.append(self._date("decide_by"))
        before.append(self._list("", INVITED.name, INVITED))
        self._parts.append((_("Before the talk"), None, before))
        for step in self.session.steps:
            names = [self._text(step.key, prompt) for prompt in step.answers if not prompt.part]
            names += [self._list(step.key, one.name, one) for one in kind_of(step).lists]
            names += [self._text(step.key, prompt) for prompt in step.answers if prompt.part]
            if names:
                self._parts.append((f"{step.number}. {step.title}", step, names))
        after = [self._text("", TEXTS["team"]), self._date("review_on")]
        after += [self._list("", PARKED.name, PARKED), self._text("", TEXTS["note"])]
        after.append(self._list("", "source", None))
        self._parts.append((_("Around the talk"), None, after))

    def _text(self, step: str, asked: Any) -> str:
        name = f"text-{step or 'talk'}-{asked.key if step else asked.prompt}"
        prompt = asked.key if step else asked.prompt
        self.texts[name] = step, prompt
        choices = choices_of(step, prompt)
        if choices:
            self.fields[name] = forms.ChoiceField(
                choices=[("", _("Not said")), *choices.choices], required=False, label=asked.text
            )
        else:
            line = asked.answer == "line"
            self.fields[name] = TypedText(
                max_length=LINE if line else BODY,
                required=False,
                label=asked.text,
                widget=forms.TextInput if line else forms.Textarea(attrs={"rows": 2}),
            )
        return name

    def _date(self, name: str) -> str:
        if name in TIMES:
            made: Any = forms.TimeField
            widget: Any = forms.TimeInput(attrs={"type": "time"})
            invalid = _("Give a time, for instance 15:30.")
        else:
            made, widget = forms.DateField, DateInput
            invalid = _("Give a date, for instance 2026-11-24.")
        self.fields[name] = made(
            required=False, label=DATES[name], widget=widget, error_messages={"invalid": invalid}
        )
        return name

    def _list(self, step: str, name: str, one: List | None) -> str:
        place = Place(step, name, one)
        self.places[place.field] = place
        self.fields[place.field] = TypedText(
            max_length=LONGEST,
            required=False,
            strip=False,
            label=one.title if one else _("Sources"),
            widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "true"}),
        )
        return place.field

    @cached_property
    def parts(self) -> list[Part]:
        return [
            Part(title, step, [self[name] for name in names]) for title, step, names in self._parts
        ]

    # -- what it says -----------------------------------------------------------------------------

    def clean(self):
        data = super().clean() or {}
        self.rows: dict[type[Contribution], list[Contribution]] = {}
        self.sources: list[str] = []
        self._lines = {
            name: self._read(name, place)
            for name, place in self.places.items()
            if data.get(name, "").strip()
        }
        if self.errors or "id" not in data:
            return data
        self._keep_what_tables_have()
        # What arguments point to stands before them, wherever it was typed.
        for name, lines in sorted(self._lines.items(), key=lambda one: self._points(one[0])):
            place = self.places[name]
            if place.list is None:
                self.sources = [line.text for line in lines]
                continue
            for line, id in self._numbered(name):
                try:
                    row = self._row(place.list.model, place.step, id, line.values)
                except quick.Unclear as problem:
                    self._wrong(name, line.number, str(problem))
                except ValidationError as problem:
                    self._wrong(name, line.number, " ".join(problem.messages))
                else:
                    self.rows.setdefault(place.list.model, []).append(row)
        if not self.errors and not self.has_words:
            raise forms.ValidationError(_("Nothing was typed yet."))
        return data

    def _keep_what_tables_have(self) -> None:
        """Question and mandate of several tables are not typed anew here."""
        session = self.session
        if not (fixed := session.fixed_by_tables):
            return
        stands = {(text.step, text.prompt): text.body for text in session.texts.all()}
        for name, place in self.texts.items():
            typed = self.bodies.get(place, "")
            if typed and session.is_of_plenary(*place) and typed != stands.get(place):
                self.add_error(name, fixed)

    def _points(self, name: str) -> bool:
        one = self.places[name].list
        return one is not None and one.model is Argument

    @property
    def has_words(self) -> bool:
        return bool(self.rows or self.sources or self.bodies or self.days)

    def _read(self, name: str, place: Place) -> list[quick.Line]:
        lines, problems = quick.read(place.name, self.cleaned_data[name])
        for problem in problems:
            self._wrong(name, problem.number, problem.reason)
        return lines

    def _wrong(self, name: str, number: int, reason: str) -> None:
        self.add_error(
            name, _("Line %(number)s: %(reason)s") % {"number": number, "reason": reason}
        )

    def _id(self, *parts: object) -> uuid.UUID:
        """The same id for the same words of the same form, so that sending twice stores once."""
        return uuid.uuid5(self.cleaned_data["id"], "\n".join(map(str, parts)))

    def _numbered(self, name: str) -> Iterator[tuple[quick.Line, uuid.UUID]]:
        """The lines of a field, each with the id that its row gets."""
        seen: Counter[str] = Counter()
        for line in self._lines[name]:
            seen[line.text] += 1
            yield line, self._id(name, line.text, seen[line.text])

    def _row(
        self, model: type[Contribution], step: str, id: uuid.UUID, values: quick.Values
    ) -> Contribution:
        row = model(id=id, session=self.session, step=step)
        values = dict(values)
        if model is Value and values["core"] is None:
            values["core"] = self._cores.get(quick.same(values["name"]), "")
        if "group" in values:
            values["group"] = self._group(values["group"])
        for name, said in values.items():
            column: Any = model._meta.get_field(name)
            if isinstance(column, ForeignKey):
                setattr(row, name, self._pointed(name, said) if said else None)
            else:
                setattr(row, name, column.clean(said, row))
        if model in POINTED.values():
            self._known(model).append((str(row), row))
        return row

    @cached_property
    def _cores(self) -> dict[str, str]:
        """The core value of each value in the catalogue."""
        return {quick.same(one.name): one.core for one in catalogues.values(self.session.language)}

    def _group(self, said: str) -> str:
        if not said:
            return ""
        group = quick.match(said, [(str(group.label), group.value) for group in Group])
        if group is None:
            names = ", ".join(map(str, Group.labels))
            raise quick.Unclear(_("For whom? Choose one of: %(names)s.") % {"names": names})
        return group

    @cached_property
    def _names(self) -> dict[type[Contribution], list[tuple[str, Contribution]]]:
        return {}

    def _known(self, model: type[Contribution]) -> list[tuple[str, Contribution]]:
        """What an argument can point to, by name: what stands, then what was typed before it.

        What this very form stored already is left out, so that sending twice means the same.
        """
        if model not in self._names:
            own = {id for name in self._lines for _line, id in self._numbered(name)}
            self._names[model] = [
                (str(row), row)
                for row in model.objects.standing().filter(session=self.session)
                if row.pk not in own and row.pk != self._id("name", quick.same(str(row)))
            ]
        return self._names[model]

    def _pointed(self, name: str, said: str) -> Contribution:
        """The row that an argument names; a name that no list has joins its list."""
        model = POINTED[name]
        found = quick.match(said, self._known(model))
        if found is None:
            values: quick.Values = {"title" if model is Option else "name": said}
            if model is Value:
                values["core"] = None
            step = self.home(model)
            found = self._row(model, step, self._id("name", quick.same(said)), values)
            self.rows.setdefault(model, []).append(found)
        return found

    def home(self, model: type[Contribution]) -> str:
        homes = (
            place.step
            for place in self.places.values()
            if place.list is not None and place.list.model is model
        )
        return next(homes, "")

    @cached_property
    def bodies(self) -> dict[tuple[str, str], str]:
        """The texts that were typed, by step and prompt."""
        return {
            place: self.cleaned_data[name]
            for name, place in self.texts.items()
            if self.cleaned_data.get(name)
        }

    @cached_property
    def days(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in DATES if self.cleaned_data.get(name)}

    # -- storing it -------------------------------------------------------------------------------

    def store(self, access: Access) -> bool:
        """Store all that was typed; False, and nothing is stored, where other words stand."""
        try:
            with self.session.writing(access) as write:
                self._store_texts(write)
                self._store_rows(write)
        except _Stands as stands:
            for name, words in stands.found:
                self.add_error(
                    name, _("Something else stands here already: %(words)s") % {"words": words}
                )
            return False
        return True

    def _store_texts(self, write) -> None:
        session = write.session
        fields = {place: name for name, place in self.texts.items()}
        found = [
            (fields[text.step, text.prompt], _spoken(text))
            for text in Text.put_first(write, self.bodies)
        ]
        changes = []
        for name, new in self.days.items():
            stored = getattr(session, name)
            if stored and stored != new:
                found.append((name, str(stored)))
            elif not stored:
                setattr(session, name, new)
                changes.append(("edit", "session", name, None, new.isoformat()))
        if found:
            raise _Stands(found)
        new_sources = [one for one in self.sources if one not in session.sources]
        if new_sources:
            before, session.sources = session.sources, [*session.sources, *new_sources]
            changes.append(("edit", "session", "sources", before, session.sources))
        write.record_each(changes)

    def _store_rows(self, write) -> None:
        stored: dict[uuid.UUID, Contribution] = {}
        for model in sorted(self.rows, key=lambda model: model is Argument):
            rows = self.rows[model]
            if model is Argument:
                for row in rows:
                    for name in POINTED:
                        setattr(
                            row, name, stored.get(getattr(row, f"{name}_id"), getattr(row, name))
                        )
            given = [row.pk for row in rows]
            stored |= dict(zip(given, model.add_all(write, rows), strict=True))


class _Stands(Exception):
    """Other words or another day stand where something was typed: field and what stands there."""

    def __init__(self, found: list[tuple[str, str]]):
        self.found = found
        super().__init__()


def _spoken(text: Text) -> str:
    choices = choices_of(text.step, text.prompt)
    return str(choices(text.body).label) if choices else text.body


class PaperWeightsForm(forms.Form):
    """The weights of paper ballots: for each argument the numbers that were circled."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args, arguments: list[Argument], number: int, **options):
        options["initial"] = {"number": number}
        super().__init__(*args, **options)
        self.arguments = arguments
        for argument in arguments:
            self.fields[f"w-{argument.pk}"] = forms.CharField(
                max_length=2000,
                required=False,
                label=argument.text,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )

    def rows(self) -> Iterator[tuple[Argument, Any]]:
        for argument in self.arguments:
            yield argument, self[f"w-{argument.pk}"]

    def clean(self):
        data = super().clean() or {}
        self.counts: dict[uuid.UUID, Mapping[int, int]] = {}
        for argument in self.arguments:
            name = f"w-{argument.pk}"
            try:
                weights = quick.weights(data.get(name) or "")
            except quick.Unclear as problem:
                self.add_error(name, str(problem))
            else:
                self.counts[argument.pk] = Counter(weights)
        if not self.errors and not any(self.counts.values()):
            raise forms.ValidationError(_("Nothing was typed yet."))
        return data
