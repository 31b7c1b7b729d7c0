"""What somebody with a phone does now, in one sentence for each state of a talk."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sessions.models import Round

from .step import StepScreen
from .talk import Screen


def doing(screen: Screen | StepScreen) -> str:
    """The one sentence that stands first on a phone."""
    session = screen.session
    if session.is_closed:
        return _("The talk is closed: read the report if you like.")
    if session.resume_on:
        return _("Put your phone away: you are done for today.")
    if not isinstance(screen, StepScreen):
        return _("Wait until the talk begins, and look at the board.")
    if screen.open_round is None:
        return _together(screen)
    if screen.open_round.purpose == Round.Purpose.WEIGHTS and not screen.items:
        return _("Talk along, and look at the board.")
    if screen.own_ballot is not None:
        if screen.own or screen.own_weights:
            return _("Wait for the others. You can still change what you gave.")
        return _("Wait for the others. You can still take part in this.")
    return _asked(screen)


def _asked(screen: StepScreen) -> str:
    """What is asked of each alone, and was not done yet."""
    if screen.gives_ballots:
        if screen.open_round and screen.open_round.purpose == Round.Purpose.INTUITION:
            return _("Choose, alone, what you feel about the question.")
        return _("Give each argument a weight, alone.")
    if screen.kind.picks:
        return _("Choose three values, alone.")
    if screen.asked is not None and not screen.asked.counted:
        return _("Write it here if you see it differently.")
    if screen.own:
        return _("Write one more argument, or say that you are ready.")
    return _("Write alone, one thought at a time.")


def _together(screen: StepScreen) -> str:
    """Where nothing is asked: all talk, about what was just shown if something was."""
    if screen.input_closed:
        return _("Wait until it is shown. Nothing can be given any more.")
    if screen.last_revealed is not None:
        return _("Read what everyone gave, and talk about it.")
    return _("Talk along, and look at the board.")
