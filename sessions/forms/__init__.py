"""What is valid, and how it is said when it is not."""

from .closed import CloseForm, DeciderMailForm, MailForm, PromiseForm, ReopenForm
from .copies import BeginForm, EverywhereForm, LookForm, PublishForm
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
from .ownership import OwnerForm, RemovalForm, ShareForm, TakeInForm, WhoseForm
from .register import RegisterForm
from .rounds import BallotForm, CardsForm, ClockForm, ExpectedForm, MovedForm, weighs_question
from .texts import MergeForm, NamingForm, TextForm

__all__ = [
    "BallotForm",
    "BeginForm",
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
    "EverywhereForm",
    "ExpectedForm",
    "HandInForm",
    "ImportForm",
    "InquiryForm",
    "JoinForm",
    "LinkForm",
    "LookForm",
    "MailForm",
    "MergeForm",
    "MovedForm",
    "NamingForm",
    "NewTalkForm",
    "NoteForm",
    "OwnerForm",
    "PauseForm",
    "PromiseForm",
    "PublishForm",
    "RegisterForm",
    "RemovalForm",
    "ReopenForm",
    "ReviewForm",
    "SeatForm",
    "SecretField",
    "SecretForm",
    "ShareForm",
    "StandsForm",
    "StartForm",
    "TableForm",
    "TablesForm",
    "TagForm",
    "TakeInForm",
    "TextForm",
    "ToldForm",
    "VoiceForm",
    "WhenForm",
    "WhoseForm",
    "months_after",
    "weighs_question",
]
