"""What is valid, and how it is said when it is not."""

from .closed import CloseForm, DeciderMailForm, MailForm, PromiseForm, ReopenForm
from .days import DecideByForm, DetailsForm, EndForm, PauseForm, ReviewForm, WhenForm, months_after
from .front import (
    CopyForm,
    ImportForm,
    JoinForm,
    LinkForm,
    SecretField,
    SecretForm,
    StartForm,
    TableForm,
    TablesForm,
)
from .rounds import BallotForm, CardsForm, ClockForm, ExpectedForm, MovedForm, weighs_question
from .texts import MergeForm, TextForm

__all__ = [
    "BallotForm",
    "CardsForm",
    "ClockForm",
    "CloseForm",
    "CopyForm",
    "DecideByForm",
    "DeciderMailForm",
    "DetailsForm",
    "EndForm",
    "ExpectedForm",
    "ImportForm",
    "JoinForm",
    "LinkForm",
    "MailForm",
    "MergeForm",
    "MovedForm",
    "PauseForm",
    "PromiseForm",
    "ReopenForm",
    "ReviewForm",
    "SecretField",
    "SecretForm",
    "StartForm",
    "TableForm",
    "TablesForm",
    "TextForm",
    "WhenForm",
    "months_after",
    "weighs_question",
]
