from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils.translation import gettext_lazy as _

from sessions.models import Argument, Round

from .forms import ContributionForm
from .kind import Ask, Kind, any_revealed


class DialogueForm(ContributionForm):
    """What the group said about one argument, once it saw the weights."""

    class Meta(ContributionForm.Meta):
        model = Argument
        fields = ("dialogue",)
        labels = {"dialogue": _("What did your talk say about it?")}


class Weighing(Kind):
    """How heavy each argument is: each alone and unseen, then revealed together."""

    name = "weighing"
    weighs = True
    asks = (
        Ask(
            Round.Purpose.WEIGHTS,
            title=_("Weigh alone, then together"),
            during=_("Everyone weighs alone"),
            begin=_("Let everyone weigh alone"),
            again=_("Weigh once more"),
            reveal=_("Show all weights"),
        ),
    )

    def done(self, step):
        # It was weighed, also once the weights are not kept any more.
        was = Q(any_revealed(step)) | Q(weights_gone_on__isnull=False)
        return ExpressionWrapper(was, BooleanField())
