from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from sessions.models import Action, Condition, MinorityView, Round

from .forms import ContributionForm, SignedForm
from .kind import Ask, Kind, List, any_text


class ConditionForm(ContributionForm):
    class Meta(ContributionForm.Meta):
        model = Condition
        fields = ("text", "owner", "due")
        labels = {
            "text": _("Under which condition?"),
            "owner": _("Who sees to it?"),
            "due": _("By when?"),
        }


class MinorityViewForm(ContributionForm):
    class Meta(ContributionForm.Meta):
        model = MinorityView
        fields: tuple[str, ...] = ("text", "would_change_if")
        labels = {
            "text": _("Who sees it differently, in their own words?"),
            "would_change_if": _("What would change that mind?"),
        }


class OwnMinorityViewForm(SignedForm, MinorityViewForm):
    """A minority view given alone, in one's own words."""

    class Meta(MinorityViewForm.Meta):
        fields = ("text", "would_change_if", "said_by")


class ActionForm(ContributionForm):
    class Meta(ContributionForm.Meta):
        model = Action
        fields = ("what", "who", "due")
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
    intuition = "last"
    minority_list = List(
        name="minority_views",
        slug="minderheid",
        model=MinorityView,
        form=MinorityViewForm,
        title=_("Minority views"),
        empty=_("No minority view yet. Who can live with the answer, but sees it differently?"),
        within="outcome",
        marks=("read_back",),
    )
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
        minority_list,
        List(
            name="actions",
            slug="afspraken",
            model=Action,
            form=ActionForm,
            title=_("Agreements"),
            empty=_("Nothing agreed yet. Who does what, and by when?"),
        ),
    )

    alone = (replace(minority_list, form=OwnMinorityViewForm),)
    asks = (
        Ask(
            Round.Purpose.INTUITION,
            title=_("The feeling of now, beside the first"),
            during=_("Everyone says what they feel now"),
            begin=_("Ask everyone’s feeling now"),
            reveal=_("Show first and last"),
            leads=False,
        ),
        Ask(
            Round.Purpose.CONTRIBUTIONS,
            title=_("Who sees it differently?"),
            during=_("Who sees it differently writes it alone"),
            begin=_("Ask who sees it differently"),
            again=_("Ask once more who sees it differently"),
            reveal=_("Show who sees it differently"),
            leads=False,
            counted=False,
        ),
    )

    def done(self, step):
        return any_text(step, "verdict")
