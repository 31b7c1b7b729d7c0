from django.utils.translation import gettext_lazy as _

from sessions.models import Action, Condition, MinorityView

from .forms import ContributionForm
from .kind import Kind, List, any_text


class ConditionForm(ContributionForm):
    class Meta(ContributionForm.Meta):
        model = Condition
        fields = Condition.content
        labels = {
            "text": _("Under which condition?"),
            "owner": _("Who sees to it?"),
            "due": _("By when?"),
        }


class MinorityViewForm(ContributionForm):
    class Meta(ContributionForm.Meta):
        model = MinorityView
        fields = MinorityView.content
        labels = {
            "text": _("Who sees it otherwise, in their own words?"),
            "would_change_if": _("What would change that mind?"),
        }


class ActionForm(ContributionForm):
    class Meta(ContributionForm.Meta):
        model = Action
        fields = Action.content
        labels = {
            "what": _("What will be done?"),
            "who": _("Who does it?"),
            "due": _("By when?"),
        }


class Outcome(Kind):
    """The answer, its reasons and conditions, who sees it otherwise, and what is agreed."""

    name = "outcome"
    prompts = {"verdict": "verdict", "answer": "answer", "reasons": "reasons"}
    within = "outcome"
    lists = (
        List(
            name="conditions",
            slug="voorwaarden",
            model=Condition,
            form=ConditionForm,
            title=_("Conditions"),
            empty=_("No condition yet. What must be so before yes is yes?"),
            within="outcome",
        ),
        List(
            name="minority_views",
            slug="minderheid",
            model=MinorityView,
            form=MinorityViewForm,
            title=_("Minority views"),
            empty=_("No minority view yet. Who can live with the answer, but sees it otherwise?"),
            within="outcome",
        ),
        List(
            name="actions",
            slug="afspraken",
            model=Action,
            form=ActionForm,
            title=_("Agreements"),
            empty=_("Nothing agreed yet. Who does what, and by when?"),
        ),
    )

    def done(self, step):
        return any_text(step, "verdict")
