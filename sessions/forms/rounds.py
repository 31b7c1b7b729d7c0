"""What is given in a round, and what the facilitator says of it."""

from __future__ import annotations

import uuid
from collections import Counter

from django import forms
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..models import FEWEST_MOVED, WEIGHTS, Feeling, Item

NUMBER_WRONG = {
    "invalid": _("Give a number."),
    "max_value": _("Give a number up to 999."),
}


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

    # What was counted, once it is known that it looks odd: sent again, it is meant so.
    sure = forms.CharField(required=False)

    def __init__(self, *args, weighed, given=0, expected=None, **options):
        """`given`: how many ballots phones gave, of `expected` people, None where nobody said."""
        super().__init__(*args, **options)
        self.weighed = list(weighed)
        self.given, self.expected = given, expected
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
        """Each argument, None for the question itself, with its five fields and what looks odd."""
        return [
            (
                one.argument,
                [self[f"c-{one.item.pk}-{weight}"] for weight in WEIGHTS],
                self.doubts.get(one.item.pk, ""),
            )
            for one in self.weighed
        ]

    @cached_property
    def totals(self) -> dict[uuid.UUID, int]:
        """How many cards a valid form counts for each item."""
        return {item.pk: sum(counts.values()) for item, counts in self.counts()}

    @property
    def stamp(self) -> str:
        """These very numbers, in a word."""
        return "-".join(str(n) for _item, counts in self.counts() for n in counts.values())

    @cached_property
    def doubts(self) -> dict[uuid.UUID, str]:
        """What looks like a slip of the finger in a valid form, by item.

        An argument of which nothing is counted yet is none.
        """
        if not self.is_bound or self.errors:
            return {}
        counted = {item: n for item, n in self.totals.items() if n}
        most = Counter(counted.values()).most_common()
        usual = min((n for n, times in most if times == most[0][1]), default=0)
        found = {}
        for item, n in counted.items():
            if self.expected is not None and n + self.given > self.expected:
                words = _("You counted %(n)d here. With what phones gave that is %(all)d people.")
                more = _("You await %(expected)d.")
                found[item] = f"{words} {more}" % {
                    "n": n,
                    "all": n + self.given,
                    "expected": self.expected,
                }
            elif n != usual:
                found[item] = _("You counted %(n)d cards here, and %(usual)d elsewhere.") % {
                    "n": n,
                    "usual": usual,
                }
        return found

    @property
    def is_odd(self) -> bool:
        """Whether to ask once more before this is stored."""
        return bool(self.doubts) and self.cleaned_data["sure"] != self.stamp

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


class ClockForm(forms.Form):
    """How long the clock runs, in minutes."""

    minutes = forms.IntegerField(
        label=_("How many minutes?"),
        min_value=1,
        max_value=120,
        initial=5,
        error_messages={
            "required": _("Give a number."),
            "invalid": _("Give a number."),
            "min_value": _("Give at least one minute."),
            "max_value": _("Give at most 120 minutes."),
        },
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
        | {"min_value": _("With fewer than three people this would point at somebody.")},
    )

    def clean(self):
        data = super().clean() or {}
        moved, asked = data.get("moved"), data.get("asked")
        if not self.errors and (moved is None) != (asked is None):
            raise forms.ValidationError(_("Give both numbers, or neither."))
        if moved is not None and asked is not None and moved > asked:
            self.add_error("moved", _("That is more than there are people."))
        return data
