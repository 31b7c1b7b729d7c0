from django.utils.translation import gettext_lazy as _

from sessions.models import Round

from .kind import Ask, Kind, any_revealed


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
        return any_revealed(step)
