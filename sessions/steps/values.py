from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sessions import catalogues
from sessions.catalogues import KnownValue
from sessions.models import Round, Value
from sessions.models.text import LINE

from .forms import ContributionForm, LineForm, TypedText
from .kind import Ask, Kind, List, any_standing


class ValueForm(ContributionForm):
    class Meta(ContributionForm.Meta):
        model = Value
        fields: tuple[str, ...] = ("name", "core", "meaning", "effect", "voices")
        labels = {
            "name": _("Which value is at stake?"),
            "core": _("Which core value does it belong to?"),
            "meaning": _("What does it mean here?"),
            "effect": _("What happens to it?"),
            "voices": _("How many chose it alone?"),
        }


class ValueLineForm(LineForm):
    """A value and what it means here; how many chose it alone, where that was not on phones."""

    halves = ("name", "meaning")
    line = TypedText(
        label=_("Which value is at stake, and what does it mean here?"),
        help_text=_("For instance: Trust: the teacher does not look over your shoulder"),
        error_messages={"required": _("Type the value first.")},
    )

    class Meta(ContributionForm.Meta):
        model = Value
        fields = ("voices",)
        labels = {"voices": _("How many chose it alone?")}

    def changes(self):
        """With the core value that a known value belongs to."""
        changes = super().changes()
        known = catalogues.value(changes["name"], self.session.language)
        return changes | {"core": known.core if known else ""}


class OwnValuesForm(forms.Form):
    """The values that one chooses alone, from the catalogue or in one's own word."""

    names = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Which values are at stake here?"),
        error_messages={"invalid_choice": _("Choose values from the list.")},
    )
    own = TypedText(max_length=LINE, required=False, label=_("A value that is not in the list"))

    def __init__(self, *args, language: str, most: int, chosen=(), **options):
        self.language, self.most = language, most
        self.known = {one.name: one for one in catalogues.values(language)}
        own = [name for name in chosen if name not in self.known]
        options.setdefault("initial", {"names": list(chosen), "own": "".join(own[:1])})
        super().__init__(*args, **options)
        names: Any = self.fields["names"]
        names.choices = [(name, name) for name in self.known]

    def clean(self):
        data = super().clean()
        if not self.errors and not 1 <= len(self.chosen()) <= self.most:
            raise forms.ValidationError(
                _("Choose at most %(most)d values. You chose %(n)d.")
                if self.chosen()
                else _("Choose at least one value."),
                params={"most": self.most, "n": len(self.chosen())},
            )
        return data

    def groups(self) -> list[tuple[str, str, list[tuple[KnownValue, bool]], int]]:
        """The catalogue under each core value: each with whether it is ticked, and how many are."""
        ticked = set(self["names"].value() or ())
        known = [(one, one.name in ticked) for one in self.known.values()]
        groups = [
            (core, [(one, on) for one, on in known if one.core == core]) for core in Value.Core
        ]
        return [
            (core.value, str(core.label), ones, sum(on for _one, on in ones))
            for core, ones in groups
        ]

    def chosen(self) -> dict[str, str]:
        """The core value of each value chosen, by name; one's own has none, unless it is known."""
        names = [*self.cleaned_data.get("names", ()), self.cleaned_data.get("own", "").strip()]
        found = {}
        for name in filter(None, names):
            known = catalogues.value(name, self.language)
            found[known.name if known else name] = known.core if known else ""
        return found


class Values(Kind):
    """Which values are at stake, and what they mean here."""

    name = "values"
    value_list = List(
        name="values",
        slug="waarden",
        model=Value,
        form=ValueForm,
        title=_("Values"),
        empty=_("No value here yet. What would be lost if you chose wrongly?"),
        marks=("chosen", "effect"),
        quick=ValueLineForm,
    )
    lists = (value_list,)
    alone = (value_list,)
    picks = 3
    asks = (
        Ask(
            Round.Purpose.CONTRIBUTIONS,
            title=_("Choose alone, then together"),
            during=_("Everyone chooses values alone"),
            begin=_("Let everyone choose three values"),
            reveal=_("Show all values"),
        ),
    )

    def done(self, step):
        return any_standing(Value, step)
