from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from sessions.models import Argument, Option, Round

from .forms import ContributionForm, SignedForm
from .kind import Ask, Kind, List, any_standing


class OptionForm(ContributionForm):
    class Meta(ContributionForm.Meta):
        model = Option
        fields = Option.content
        labels = {"title": _("Which option do you see?")}


class ArgumentForm(ContributionForm):
    """An argument; stakeholder, value and option can be chosen from what the talk has."""

    references: tuple[str, ...] = ("option", "stakeholder", "value")

    class Meta(ContributionForm.Meta):
        model = Argument
        fields: tuple[str, ...] = (
            *("side", "text", "option", "stakeholder", "value", "kind", "origin"),
        )
        error_messages = {
            "side": {"required": _("Choose for or against.")},
            "text": {"required": _("Type your argument first.")},
        }
        labels = {
            "side": _("For or against?"),
            "text": _("Your argument"),
            "option": _("About which option?"),
            "stakeholder": _("Whose interest is this?"),
            "value": _("Which value is behind it?"),
            "kind": _("What does it rest on?"),
            "origin": _("Did they say this themselves?"),
        }


class OwnArgumentForm(SignedForm, ArgumentForm):
    """An argument given alone: only what one says; the rest is given together, afterwards."""

    references = ()

    class Meta(ArgumentForm.Meta):
        fields = ("side", "text", "said_by")


class Arguments(Kind):
    """For and against: first each alone, then together; all of them before any is weighed."""

    name = "arguments"
    argument_list = List(
        name="arguments",
        slug="argumenten",
        model=Argument,
        form=ArgumentForm,
        title=_("Arguments"),
        empty=_("No argument here yet. Let everyone write alone first."),
        marks=("side", "chosen", "decisive", "option", "stakeholder", "value", "kind", "origin"),
    )
    lists = (
        List(
            name="options",
            slug="opties",
            model=Option,
            form=OptionForm,
            title=_("Options"),
            empty=_("No option here yet. Can it be done differently?"),
        ),
        argument_list,
    )
    alone = (replace(argument_list, form=OwnArgumentForm),)
    asks = (
        Ask(
            Round.Purpose.CONTRIBUTIONS,
            title=_("Write alone, then together"),
            during=_("Everyone writes alone"),
            begin=_("Let everyone write alone"),
            again=_("Write alone once more"),
            reveal=_("Show all arguments"),
        ),
    )

    def done(self, step):
        return any_standing(Argument, step)
