from django.utils.translation import gettext_lazy as _

from sessions.models import Round

from .kind import Ask, Kind, any_text


class Question(Kind):
    """One sharp question and its context."""

    name = "question"
    prompts = {"question": "question"}
    intuition = "first"
    asks = (
        Ask(
            Round.Purpose.INTUITION,
            title=_("The first feeling, alone"),
            during=_("Everyone says alone what they feel first"),
            begin=_("Ask everyone’s first feeling"),
            reveal=_("Show what everyone felt"),
        ),
    )

    def done(self, step):
        return any_text(step, "question")
