"""What is valid, and how it is said when it is not."""

from __future__ import annotations

import calendar
import datetime
import re
import uuid
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from . import timing
from .document import DocumentError, parse
from .models import (
    FEWEST_MOVED,
    WEIGHTS,
    Feeling,
    Item,
    Link,
    Promise,
    Session,
    State,
    Text,
    choices_of,
    new_secret,
    secret_of,
)
from .models.text import BODY, LINE
from .steps.forms import DateInput, TimeInput, TypedText

SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
QUICK_MONTHS = {"3": 3, "6": 6, "12": 12}

NUMBER_WRONG = {
    "invalid": _("Give a number."),
    "max_value": _("Give a number up to 999."),
}


class TextForm(forms.Form):
    """The answer to one prompt; `version` is the one that was seen, 0 where nothing stood."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, step: str, prompt: str, asked=None, label="", **options):
        # So that two forms on one page have no two fields of one id.
        options.setdefault("auto_id", f"id_{step or 'talk'}_{prompt}_%s")
        super().__init__(*args, **options)
        self.step, self.prompt, self.asked = step, prompt, asked
        self.conflict: Text | None = None  # what was stored in the meantime
        self.stored_version: int | None = None  # once it was saved or refused
        self.saved = False
        self.fields["body"] = self._body(label or (asked.text if asked else ""))

    def _body(self, label):
        choices = choices_of(self.step, self.prompt)
        if choices:
            return forms.ChoiceField(
                choices=choices.choices, widget=forms.RadioSelect, required=False, label=label
            )
        one_line = self.asked is not None and self.asked.answer == "line"
        return TypedText(
            max_length=LINE if one_line else BODY,
            required=self.prompt == "question",
            label=label,
            help_text=self.asked.help if self.asked else "",
            widget=forms.TextInput() if one_line else forms.Textarea(attrs={"rows": 3}),
            error_messages={"required": _("A talk needs a question.")},
        )

    @classmethod
    def of(cls, text: Text | None, step: str, prompt: str, **options) -> TextForm:
        """The form for what stands now."""
        return cls(
            step=step,
            prompt=prompt,
            initial={"body": text.body if text else "", "version": text.version if text else 0},
            **options,
        )

    @property
    def key(self) -> str:
        return f"{self.step or '-'}-{self.prompt}"


class SecretField(forms.CharField):
    """256 random bits that the form was sent with, so that a resend is known as one."""

    widget = forms.HiddenInput

    def clean(self, value):
        value = super().clean(value)
        if not SECRET.fullmatch(value):
            raise forms.ValidationError(_("Load the page again and try once more."))
        return value


class StartForm(forms.Form):
    """The draft question of a new talk."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    secret = SecretField(initial=new_secret)
    question = TypedText(
        max_length=BODY,
        label=_("What is your question?"),
        help_text=_("A first version will do. You can sharpen it together."),
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        error_messages={"required": _("Type your question first. A first version will do.")},
    )
    context = TypedText(
        required=False,
        label=_("What is going on?"),
        help_text=_("It comes along with the example question. Change it to how it is with you."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    language = forms.ChoiceField(label=_("Language of the talk"))

    def __init__(self, *args, languages: list[tuple[str, str]], **options):
        super().__init__(*args, **options)
        language: Any = self.fields["language"]
        language.choices = languages


class CopyForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    secret = SecretField(initial=new_secret)


class LinkForm(forms.Form):
    """A further link; its secret is made with the form, so that a double click is one link."""

    role = forms.ChoiceField(choices=Link.Role.choices, widget=forms.HiddenInput)
    secret = SecretField(initial=new_secret)


class MergeForm(forms.Form):
    into = forms.UUIDField()


class JoinForm(forms.Form):
    """The room code. `key` is made with the form, so that a double click is one seat."""

    code = forms.CharField(
        max_length=20,
        label=_("Room code"),
        help_text=_("It stands on the board: six letters and digits."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": _("Type the code that stands on the board.")},
    )
    key = SecretField(initial=new_secret)


def _day_field(label) -> forms.DateField:
    """A day; the form carries the one that was seen, so that another's is not overwritten."""
    return forms.DateField(
        required=False,
        label=label,
        widget=DateInput,
        show_hidden_initial=True,
        error_messages={"invalid": _("Give a date, for instance 2026-11-24.")},
    )


class DetailsForm(forms.ModelForm):
    """When the talk is held and looked at again; only what was changed here is stored."""

    held_on = _day_field(_("Held on"))
    review_on = _day_field(_("Look at it again on"))

    class Meta:
        model = Session
        fields = ("held_on", "review_on")


class ReviewForm(forms.ModelForm):
    """The day on which the group looks again, or in how many `months` from the talk."""

    review_on = _day_field(_("Look at it again on"))

    class Meta:
        model = Session
        fields = ("review_on",)

    def __init__(self, data: QueryDict | None = None, *, instance: Session):
        months = QUICK_MONTHS.get(data.get("months", ""), 0) if data else 0
        if data and months:
            data = data.copy()
            day = months_after(instance.held_on or timezone.localdate(), months)
            data["review_on"] = day.isoformat()
        super().__init__(data, instance=instance)


def months_after(day: datetime.date, months: int) -> datetime.date:
    """The same day of the month so many months later, or the last one that month has."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return day.replace(
        year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1])
    )


class MovedForm(forms.Form):
    """How many see it differently now, as raised hands say; both empty takes it back."""

    moved = forms.IntegerField(
        min_value=0,
        max_value=999,
        required=False,
        label=_("Hands that went up"),
        error_messages=NUMBER_WRONG | {"min_value": _("Give a number from 0.")},
    )
    asked = forms.IntegerField(
        min_value=FEWEST_MOVED,
        max_value=999,
        required=False,
        label=_("Of how many people"),
        error_messages=NUMBER_WRONG
        | {"min_value": _("Of fewer than three people this would point at somebody.")},
    )

    def clean(self):
        data = super().clean() or {}
        moved, asked = data.get("moved"), data.get("asked")
        if not self.errors and (moved is None) != (asked is None):
            raise forms.ValidationError(_("Give both numbers, or neither."))
        if moved is not None and asked is not None and moved > asked:
            self.add_error("moved", _("That is more than there are people."))
        return data


def _time_field(label, **options) -> forms.TimeField:
    return forms.TimeField(
        required=False,
        label=label,
        widget=TimeInput,
        error_messages={"invalid": _("Give a time, for instance 17:30.")},
        **options,
    )


class EndForm(forms.Form):
    """When the talk ends; empty where nobody has to go."""

    ends = _time_field(_("When do you have to be done?"))

    def __init__(self, *args, session: Session, now: datetime.datetime, **options):
        options.setdefault("initial", {"ends": session.ends})
        super().__init__(*args, **options)
        self.begun = bool(session.room_step)
        self.after = timing.clock(now) if self.begun else session.begins

    def clean_ends(self):
        ends = self.cleaned_data["ends"]
        if ends and self.after and timing.minutes_until(self.after, ends) <= 0:
            if self.begun:
                raise forms.ValidationError(_("That time is past. Choose a later one."))
            raise forms.ValidationError(_("That is before the talk begins. Choose a later time."))
        return ends


class PauseForm(forms.Form):
    """What is kept of a talk that stops now, and the day on which it goes on."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    insight = TypedText(
        required=False,
        label=_("What do you see now that you did not see before?"),
        help_text=_("One or two sentences, as you have it now. It may stay empty."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    resume_on = forms.DateField(
        required=False,
        label=_("On which day do you go on?"),
        widget=DateInput,
        error_messages={"invalid": _("Give a date, for instance 2026-11-24.")},
    )
    begins = _time_field(_("From what time?"))
    ends = _time_field(_("Until what time?"))

    def __init__(self, *args, session: Session, **options):
        stands = {name: getattr(session, name) for name in ("resume_on", "begins", "ends")}
        options.setdefault("initial", stands)
        super().__init__(*args, **options)

    @property
    def goes_on(self) -> bool:
        """Whether the talk goes on another day; otherwise it is closed now."""
        return "close" not in self.data

    def clean(self):
        data = super().clean() or self.cleaned_data
        day, begins, ends = (data.get(name) for name in ("resume_on", "begins", "ends"))
        if not self.goes_on or self.errors:
            return data
        if day is None:
            self.add_error("resume_on", _("Choose a day first."))
        elif day < timezone.localdate():
            self.add_error("resume_on", _("That day is past. Choose a later one."))
        if begins and ends and timing.minutes_until(begins, ends) <= 0:
            self.add_error("ends", _("Choose a time after the begin."))
        return data


class WhenForm(forms.ModelForm):
    """Day and time of the talk; only what was changed here is stored."""

    held_on = forms.DateField(
        required=False,
        label=_("On which day?"),
        widget=DateInput,
        show_hidden_initial=True,
        error_messages={"invalid": _("Give a date, for instance 2026-11-24.")},
    )
    begins = _time_field(_("From what time?"), show_hidden_initial=True)
    ends = _time_field(_("Until what time?"), show_hidden_initial=True)

    class Meta:
        model = Session
        fields = ("held_on", "begins", "ends")

    def clean(self):
        data = super().clean() or self.cleaned_data
        begins, ends = data.get("begins"), data.get("ends")
        if begins and ends and ends <= begins:
            self.add_error("ends", _("Choose a time after the begin."))
        return data


class DecideByForm(forms.ModelForm):
    """By which day somebody decides about the answer."""

    decide_by = forms.DateField(
        required=False,
        label=_("By which day?"),
        widget=DateInput,
        show_hidden_initial=True,
        error_messages={"invalid": _("Give a date, for instance 2026-11-24.")},
    )

    class Meta:
        model = Session
        fields = ("decide_by",)


def weighs_question(items: list[Item]) -> bool:
    """Whether these are the items of an intuition: the question itself, and no argument."""
    return bool(items) and items[0].argument_id is None


class BallotForm(forms.Form):
    """A weight from 1 (light) to 5 (heavy) for each item; what one leaves open stays open.

    Of the question itself: what one feels about it, in five words.
    """

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args, items, own=None, **options):
        super().__init__(*args, **options)
        self.items = list(items)
        self.of_question = weighs_question(self.items)
        for item in self.items:
            self.fields[f"w-{item.pk}"] = forms.TypedChoiceField(
                choices=Feeling.choices
                if self.of_question
                else [(weight, str(weight)) for weight in WEIGHTS],
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
                label=item.argument.text if item.argument else _("What do you feel?"),
                initial=(own or {}).get(item.pk),
                error_messages={
                    "invalid_choice": _("Choose one of the five answers.")
                    if self.of_question
                    else _("Choose a weight from 1 to 5.")
                },
            )

    def scales(self):
        """Each item with its field."""
        return [(item, self[f"w-{item.pk}"]) for item in self.items]

    def clean(self):
        data = super().clean()
        if not self.errors and not self.weights():
            raise forms.ValidationError(
                _("Choose one of the five answers.")
                if self.of_question
                else _("Give at least one argument a weight.")
            )
        return data

    def weights(self) -> dict[uuid.UUID, int]:
        found = {item.pk: self.cleaned_data.get(f"w-{item.pk}") for item in self.items}
        return {item: weight for item, weight in found.items() if weight is not None}


class CardsForm(forms.Form):
    """How many cards of each weight were raised, or slips had each answer, for each item."""

    def __init__(self, *args, weighed, **options):
        super().__init__(*args, **options)
        self.weighed = list(weighed)
        self.of_question = weighs_question([one.item for one in self.weighed])
        for one in self.weighed:
            for weight in WEIGHTS:
                self.fields[f"c-{one.item.pk}-{weight}"] = forms.IntegerField(
                    min_value=0,
                    max_value=999,
                    required=False,
                    label=format_lazy(_("Slips with {answer}"), answer=Feeling(weight).label)
                    if self.of_question
                    else format_lazy(_("Cards with {weight}"), weight=weight),
                    initial=one.counts.get(weight) or None,
                    widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
                    error_messages={
                        "invalid": _("Give a number."),
                        "min_value": _("Give a number from 0."),
                        "max_value": _("Give a number up to 999."),
                    },
                )

    def columns(self):
        """Each weight with the word at the head of its column."""
        return Feeling.choices if self.of_question else [(weight, weight) for weight in WEIGHTS]

    def rows(self):
        """Each argument, None for the question itself, with its five fields."""
        return [
            (one.argument, [self[f"c-{one.item.pk}-{weight}"] for weight in WEIGHTS])
            for one in self.weighed
        ]

    def counts(self):
        """Each item with how many cards of each weight were raised."""
        return [
            (
                one.item,
                {
                    weight: self.cleaned_data.get(f"c-{one.item.pk}-{weight}") or 0
                    for weight in WEIGHTS
                },
            )
            for one in self.weighed
        ]


class ExpectedForm(forms.Form):
    expected = forms.IntegerField(
        min_value=1,
        max_value=999,
        required=False,
        label=_("How many people take part?"),
        help_text=_("Leave it empty to count the phones in the room."),
        error_messages={
            "invalid": _("Give a number."),
            "min_value": _("Give a number from 1."),
            "max_value": _("Give a number up to 999."),
        },
    )


class CloseForm(forms.Form):
    """What to do with what was given alone and is not revealed."""

    unrevealed = forms.ChoiceField(
        choices=[
            ("reveal", _("Reveal it, so that it comes into the report")),
            ("discard", _("Throw it away, unseen")),
        ],
        widget=forms.RadioSelect,
        label=_("Something was given alone and is not revealed yet. What should happen with it?"),
        error_messages={"required": _("Choose what should happen with it.")},
    )

    def __init__(self, *args, asks: bool, **options):
        super().__init__(*args, **options)
        if not asks:
            del self.fields["unrevealed"]


class ReopenForm(forms.Form):
    reason = TypedText(
        label=_("Why do you open the talk again?"),
        help_text=_("The reason stands in the next report."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why you open the talk again.")},
    )


class PromiseForm(forms.Form):
    """What became of something promised; `version` is the one that was seen."""

    conflicts = False  # somebody else said something else in the meantime

    state = forms.ChoiceField(choices=[("", ""), *State.choices], required=False)
    result = TypedText(
        required=False,
        label=_("What came of it?"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, row: Promise, **options):
        options.setdefault("auto_id", f"id_{row.pk}_%s")
        options.setdefault("initial", {"result": row.result, "version": row.version})
        super().__init__(*args, **options)


class MailForm(forms.Form):
    """Whom to mail: a few addresses, which are not stored. `secret` makes their links."""

    most = 10
    secret = SecretField(initial=new_secret)
    addresses = forms.CharField(
        max_length=4000,
        label=_("E-mail addresses"),
        help_text=_("One on each line, ten at most."),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Type an e-mail address.")},
    )

    def clean_addresses(self) -> list[str]:
        typed = re.split(r"[\s,;]+", self.cleaned_data["addresses"].strip())
        addresses = list({address.casefold(): address for address in typed}.values())
        if len(addresses) > self.most:
            raise forms.ValidationError(
                ngettext("%(n)s address at most.", "%(n)s addresses at most.", self.most)
                % {"n": self.most}
            )
        for address in addresses:
            try:
                validate_email(address)
            except forms.ValidationError:
                raise forms.ValidationError(
                    _("%(address)s is not an e-mail address."), params={"address": address}
                ) from None
        return addresses

    def retype(self, addresses: list[str]) -> None:
        """Show these addresses again, to try once more."""
        typed = {"addresses": "\n".join(addresses), "secret": new_secret()}
        self.data = {**self.data, **typed}

    def secrets(self) -> dict[str, str]:
        """A secret for each address, so that a form sent twice makes each link once."""
        secret = self.cleaned_data["secret"]
        return {
            address: secret_of(secret, address.casefold())
            for address in self.cleaned_data["addresses"]
        }


class DeciderMailForm(MailForm):
    most = 1
    addresses = forms.CharField(
        max_length=254,
        label=_("E-mail address of who decides"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Type an e-mail address.")},
    )


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("File with a talk (JSON)"),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("This file is empty."),
        },
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )
    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    secret = SecretField(initial=new_secret)

    def clean_file(self):
        try:
            self.document = parse(self.cleaned_data["file"].read())
        except DocumentError as error:
            raise forms.ValidationError(str(error)) from error
        return self.cleaned_data["file"]
