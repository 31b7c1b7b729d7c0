"""What is valid, and how it is said when it is not."""

from .closed import CloseForm, DeciderMailForm, MailForm, PromiseForm, ReopenForm
from .days import DecideByForm, DetailsForm, EndForm, PauseForm, ReviewForm, WhenForm, months_after
from .front import (
    CopyForm,
    ImportForm,
    JoinForm,
    LinkForm,
    SeatForm,
    SecretField,
    SecretForm,
    StartForm,
    TableForm,
    TablesForm,
)
from .inquiries import CardForm, CodeForm, HandInForm, InquiryForm, ToldForm, VoiceForm
from .register import RegisterForm
from .rounds import BallotForm, CardsForm, ClockForm, ExpectedForm, MovedForm, weighs_question
from .texts import MergeForm, NamingForm, TextForm

__all__ = [
    "BallotForm",
    "CardForm",
    "CardsForm",
    "ClockForm",
    "CloseForm",
    "CodeForm",
    "CopyForm",
    "DecideByForm",
    "DeciderMailForm",
    "DetailsForm",
    "EndForm",
    "ExpectedForm",
    "HandInForm",
    "ImportForm",
    "InquiryForm",
    "JoinForm",
    "LinkForm",
    "MailForm",
    "MergeForm",
    "MovedForm",
    "NamingForm",
    "PauseForm",
    "PromiseForm",
    "RegisterForm",
    "ReopenForm",
    "ReviewForm",
    "SeatForm",
    "SecretField",
    "SecretForm",
    "StartForm",
    "TableForm",
    "TablesForm",
    "TextForm",
    "ToldForm",
    "VoiceForm",
    "WhenForm",
    "months_after",
    "weighs_question",
]
