"""What is: the rows of a talk. See docs/model.md."""

from .contributions import (
    Action,
    Argument,
    Condition,
    Contribution,
    Fact,
    MinorityView,
    Option,
    Stakeholder,
    Text,
    Value,
    Verdict,
)
from .history import Change, Erasure, Version
from .links import Link, Seat, author, new_secret, secret_hash
from .method import Method, MethodError, Prompt, Step
from .rounds import WEIGHTS, Ballot, Item, Round, Tally, Weight, count_ballots, distributions
from .session import Refused, Session, Write

__all__ = [
    "WEIGHTS",
    "Action",
    "Argument",
    "Ballot",
    "Change",
    "Condition",
    "Contribution",
    "Erasure",
    "Fact",
    "Item",
    "Link",
    "Method",
    "MethodError",
    "MinorityView",
    "Option",
    "Prompt",
    "Refused",
    "Round",
    "Seat",
    "Session",
    "Stakeholder",
    "Step",
    "Tally",
    "Text",
    "Value",
    "Verdict",
    "Version",
    "Weight",
    "Write",
    "author",
    "count_ballots",
    "distributions",
    "new_secret",
    "secret_hash",
]
