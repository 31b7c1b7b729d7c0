"""What is asked at the door of an account and of an organisation, and what is valid."""

from .door import (
    AgainForm,
    ChangePasswordForm,
    ForgottenForm,
    LogInForm,
    NewPasswordForm,
    SetPasswordForm,
)
from .own import NameForm

__all__ = [
    "AgainForm",
    "ChangePasswordForm",
    "ForgottenForm",
    "LogInForm",
    "NameForm",
    "NewPasswordForm",
    "SetPasswordForm",
]
