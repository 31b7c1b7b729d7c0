from django.utils.translation import gettext_lazy as _

from sessions.models import Value

from .forms import ContributionForm
from .kind import Kind, List, any_standing


class ValueForm(ContributionForm):
    class Meta(ContributionForm.Meta):
        model = Value
        fields = Value.content
        labels = {
            "name": _("Which value is at stake?"),
            "core": _("Which core value does it belong to?"),
            "meaning": _("What does it mean here?"),
        }


class Values(Kind):
    """Which values are at stake, and what they mean here."""

    name = "values"
    lists = (
        List(
            name="values",
            slug="waarden",
            model=Value,
            form=ValueForm,
            title=_("Values"),
            empty=_("No value here yet. What would be lost if you chose wrongly?"),
        ),
    )

    def done(self, step):
        return any_standing(Value, step)
