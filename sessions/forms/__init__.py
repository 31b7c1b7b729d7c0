"""What is valid, and how it is said when it is not."""

from .closed import CloseForm, DeciderMailForm, MailForm, PromiseForm, ReopenForm
from .days import DecideByForm, DetailsForm, EndForm, PauseForm, ReviewForm, WhenForm, months_after
from .front import (
    CopyForm,
    ImportForm,
    JoinForm,
    LinkForm,
    NewTalkForm,
    SeatForm,
    SecretField,
    SecretForm,
    StartForm,
    TableForm,
    TablesForm,
)
from .inquiries import CardForm, CodeForm, HandInForm, InquiryForm, ToldForm, VoiceForm
from .memory import NoteForm, StandsForm, TagForm
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
    "NewTalkForm",
    "NoteForm",
    "PauseForm",
    "PromiseForm",
    "ReopenForm",
    "ReviewForm",
    "SeatForm",
    "SecretField",
    "SecretForm",
    "StandsForm",
    "StartForm",
    "TableForm",
    "TablesForm",
    "TagForm",
    "TextForm",
    "ToldForm",
    "VoiceForm",
    "WhenForm",
    "months_after",
    "weighs_question",
]
