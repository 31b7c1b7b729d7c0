from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from sessions.models import Round, Value

from .forms import ContributionForm
from .kind import Ask, Kind, List, any_standing


class ValueForm(ContributionForm):
    class Meta(ContributionForm.Meta):
        model = Value
        fields: tuple[str, ...] = ("name", "core", "meaning", "effect")
        labels = {
            "name": _("Which value is at stake?"),
            "core": _("Which core value does it belong to?"),
            "meaning": _("What does it mean here?"),
            "effect": _("What happens to it?"),
        }


class OwnValueForm(ValueForm):
    """A value chosen alone: its name and its core value."""

    class Meta(ValueForm.Meta):
        fields = ("name", "core")


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
    )
    lists = (value_list,)
    alone = (replace(value_list, form=OwnValueForm),)
    asks = (
        Ask(
            Round.Purpose.CONTRIBUTIONS,
            title=_("Choose alone, then together"),
            during=_("Everyone chooses values alone"),
            begin=_("Let everyone choose three values"),
            again=_("Choose alone once more"),
            reveal=_("Show all values"),
        ),
    )

    def done(self, step):
        return any_standing(Value, step)
