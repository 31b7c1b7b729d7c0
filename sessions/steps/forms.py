"""What a contribution's form has in common, and how typed text becomes stored text."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from sessions.models import Contribution, Session
from sessions.models.text import BODY, LINE, plain_text


def unix_newlines(value: str) -> str:
    """Browsers send CRLF; one newline is what was typed."""
    return value.replace("\r\n", "\n").replace("\r", "\n")


class TypedText(forms.CharField):
    """Typed text, with newlines as typed and control characters refused."""

    def __init__(self, *, max_length=BODY, **options):
        super().__init__(max_length=max_length, **options)
        self.validators.append(plain_text)

    def widget_attrs(self, widget):
        # Right-to-left text reads from its own side.
        return {**super().widget_attrs(widget), "dir": "auto"}

    def to_python(self, value):
        return super().to_python(unix_newlines(value) if isinstance(value, str) else value)


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%H:%M")


def formfield(field, **options):
    """The form field of a model field: newlines normalised, dates as the browser has them."""
    if field.get_internal_type() in ("CharField", "TextField") and not field.choices:
        widget = forms.Textarea if field.get_internal_type() == "TextField" else forms.TextInput
        options.pop("widget", None)
        return TypedText(
            max_length=field.max_length or BODY,
            required=not field.blank,
            label=options.get("label"),
            error_messages=options.get("error_messages"),
            widget=widget(attrs={"rows": 2} if widget is forms.Textarea else None),
        )
    if field.get_internal_type() == "DateField":
        options["widget"] = DateInput
    elif field.get_internal_type() == "BooleanField":
        return forms.TypedChoiceField(
            choices=[("", _("Not said")), ("yes", _("Yes")), ("no", _("No"))],
            coerce={"yes": True, "no": False}.get,
            empty_value=None,
            required=False,
            label=options.get("label"),
        )
    return field.formfield(**options)


class ContributionForm(forms.ModelForm):
    """One contribution. `id` is made by the client, `version` is the one that was seen."""

    references: tuple[str, ...] = ()
    conflict: Contribution | None = None  # the row, changed in the meantime by somebody else

    id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    class Meta:
        formfield_callback = formfield

    def __init__(self, *args, session: Session, step: str, choices=None, **options):
        super().__init__(*args, **options)
        self.session, self.step = session, step
        for name in self.references:
            # Rows that the page has at hand already are not asked of the database again.
            field: Any = self.fields[name]
            field.queryset = field.queryset.model.objects.standing().filter(session=session)
            if choices is not None:
                field.choices = [
                    ("", _("Not said")),
                    *((row.pk, str(row)) for row in choices[name]),
                ]
        if self.instance._state.adding:
            self.initial.setdefault("id", uuid.uuid4())
        else:
            self.initial["id"] = self.instance.pk
            self.initial["version"] = self.instance.version
        for name in ("at_table", "present"):
            if name in self.fields:
                said = getattr(self.instance, name)
                self.initial[name] = {True: "yes", False: "no"}.get(said, "")

    def changes(self) -> dict[str, Any]:
        """What the valid form holds, by field; a form need not show every field."""
        fields = self._meta.fields or ()
        held = self.cleaned_data.keys() & self.data.keys()
        return {name: self.cleaned_data[name] for name in fields if name in held}

    def contribution(self) -> Contribution:
        """The valid contribution, as a row that is not stored yet."""
        row = self._meta.model(
            session=self.session,
            step=self.step,
            **self.changes(),
        )
        if self.cleaned_data.get("id"):
            row.pk = self.cleaned_data["id"]
        return row


class SignedForm(ContributionForm):
    """What is written alone, with who says it where the talk asks for that: `said_by`."""

    def __init__(self, *args, session: Session, **options):
        super().__init__(*args, session=session, **options)
        if not session.is_named:
            del self.fields["said_by"]  # also what is sent all the same is not stored
            return
        named = session.naming == Session.Naming.NAME
        field = self.fields["said_by"]
        field.required = True
        field.label = _("Your name") if named else _("Your function")
        field.error_messages["required"] = (
            _("Type your name.") if named else _("Type your function. A teacher, for instance.")
        )


class LineForm(ContributionForm):
    """A new row typed in one go: what stands before the first colon, and what comes after it."""

    halves: ClassVar[tuple[str, str]]

    def clean_line(self) -> tuple[str, str]:
        line = self.cleaned_data["line"].strip()
        first, _colon, second = (half.strip() for half in line.partition(":"))
        first, second = (first, second) if first else (line, "")
        if len(first) > LINE:
            raise forms.ValidationError(
                _("Put at most %(most)d characters before the colon."), params={"most": LINE}
            )
        return first, second

    def changes(self) -> dict[str, Any]:
        typed = dict(zip(self.halves, self.cleaned_data["line"], strict=True))
        return super().changes() | typed


def marks_form(
    model: type[Contribution], names: Iterable[str], data: Mapping[str, Any], session: Session
) -> forms.ModelForm:
    """The form of what is set with one click: those of the fields `names` that `data` holds."""
    held = [name for name in names if name in data]
    form = forms.modelform_factory(model, fields=held, formfield_callback=formfield)(data)
    for field in form.fields.values():
        if isinstance(field, forms.ModelChoiceField):
            rows: Any = field.queryset
            field.queryset = rows.model.objects.standing().filter(session=session)
    return form
