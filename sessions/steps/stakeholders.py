from django.utils.translation import gettext_lazy as _

from sessions.models import Stakeholder

from .forms import ContributionForm, LineForm, TypedText
from .kind import Kind, List, any_standing


class StakeholderForm(ContributionForm):
    class Meta(ContributionForm.Meta):
        model = Stakeholder
        fields = Stakeholder.content
        labels = {
            "name": _("Who is touched by this?"),
            "interest": _("What is at stake for them?"),
            "at_table": _("Are they at the table?"),
            "origin": _("Did they say this themselves?"),
        }


class StakeholderLineForm(LineForm):
    halves = ("name", "interest")
    line = TypedText(
        label=_("Who is touched by this, and what is at stake for them?"),
        help_text=_("For instance: Parents: know how their child is doing"),
        error_messages={"required": _("Type first who is touched by this.")},
    )

    class Meta(ContributionForm.Meta):
        model = Stakeholder
        fields = ()


class Stakeholders(Kind):
    """Who is touched, what is at stake for them, and whether they are at the table."""

    name = "stakeholders"
    lists = (
        List(
            name="stakeholders",
            slug="betrokkenen",
            model=Stakeholder,
            form=StakeholderForm,
            title=_("Stakeholders"),
            empty=_("Nobody here yet. Who notices it first when you say yes, or no?"),
            marks=("at_table", "origin"),
            quick=StakeholderLineForm,
        ),
    )

    def done(self, step):
        return any_standing(Stakeholder, step)
