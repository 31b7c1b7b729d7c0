"""Days and times: when a talk is held, how long it may take, when one looks again."""

from __future__ import annotations

import datetime
import uuid

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import timing
from ..models import Session
from ..periods import months_after
from ..steps.forms import DateInput, TimeInput, TypedText

QUICK_MONTHS = {"3": 3, "6": 6, "12": 12}


def _day_field(label) -> forms.DateField:
    """A day; the form carries the one that was seen, so that another's is not overwritten."""
    return forms.DateField(
        required=False,
        label=label,
        widget=DateInput,
        show_hidden_initial=True,
        error_messages={"invalid": _("Give a date, for instance 2026-11-24.")},
    )


def _time_field(label, **options) -> forms.TimeField:
    return forms.TimeField(
        required=False,
        label=label,
        widget=TimeInput,
        error_messages={"invalid": _("Give a time, for instance 17:30.")},
        **options,
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


class WhenForm(forms.ModelForm):
    """Day and time of the talk; only what was changed here is stored."""

    held_on = _day_field(_("On which day?"))
    begins = _time_field(_("From what time?"), show_hidden_initial=True)
    ends = _time_field(_("Until what time?"), show_hidden_initial=True)

    class Meta:
        model = Session
        fields = ("held_on", "begins", "ends")

    def clean(self):
        data = super().clean() or self.cleaned_data
        begins, ends = data.get("begins"), data.get("ends")
        if begins and ends and ends <= begins:
            self.add_error("ends", _("Choose a time after the start."))
        return data


class DecideByForm(forms.ModelForm):
    """By which day somebody decides about the answer."""

    decide_by = _day_field(_("By which day?"))

    class Meta:
        model = Session
        fields = ("decide_by",)


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
            self.add_error("ends", _("Choose a time after the start."))
        return data
