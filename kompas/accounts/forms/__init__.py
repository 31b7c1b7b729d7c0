"""What is asked at the door of an account and of an organisation, and what is valid."""

from .door import (
    AgainForm,
    ChangePasswordForm,
    ForgottenForm,
    LogInForm,
    NewPasswordForm,
    SetPasswordForm,
)
from .organisations import (
    InvitationForm,
    MakeOrganisationForm,
    OrganisationNameForm,
    RoleForm,
    SecretForm,
)
from .own import JoinForm, NameForm
from .second_step import (
    AppForm,
    CodeAgainForm,
    CodeForm,
    PasskeyAgainForm,
    PasskeyForm,
    PasskeyLogInForm,
    PasskeyStepForm,
)

__all__ = [
    "AgainForm",
    "AppForm",
    "ChangePasswordForm",
    "CodeAgainForm",
    "CodeForm",
    "ForgottenForm",
    "InvitationForm",
    "JoinForm",
    "LogInForm",
    "MakeOrganisationForm",
    "NameForm",
    "NewPasswordForm",
    "OrganisationNameForm",
    "PasskeyAgainForm",
    "PasskeyForm",
    "PasskeyLogInForm",
    "PasskeyStepForm",
    "RoleForm",
    "SecretForm",
    "SetPasswordForm",
]
