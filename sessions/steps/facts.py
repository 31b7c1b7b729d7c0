from django.utils.translation import gettext_lazy as _

from sessions.models import Fact

from .forms import ContributionForm
from .kind import Kind, List, any_standing


class FactForm(ContributionForm):
    class Meta(ContributionForm.Meta):
        model = Fact
        fields = ("text", "kind", "owner", "due")
        labels = {
            "text": _("What do we know, assume, or not know yet?"),
            "kind": _("How sure is this?"),
            "owner": _("Who finds out?"),
            "due": _("By when?"),
        }


class Facts(Kind):
    """What is known, what is assumed, and what somebody finds out."""

    name = "facts"
    lists = (
        List(
            name="facts",
            slug="feiten",
            model=Fact,
            form=FactForm,
            title=_("Facts"),
            empty=_("Nothing here yet. Begin with what everyone at the table knows for sure."),
        ),
    )

    def done(self, step):
        return any_standing(Fact, step)
