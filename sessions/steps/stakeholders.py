from django.utils.translation import gettext_lazy as _

from sessions.models import Stakeholder

from .forms import ContributionForm
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
        ),
    )

    def done(self, step):
        return any_standing(Stakeholder, step)
