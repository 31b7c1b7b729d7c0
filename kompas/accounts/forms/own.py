"""What somebody says of themself."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kompas.accounts.models import User


class NameForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": _("Your name")}
        help_texts = {"name": _("Others in your organisation see it, and so does the log.")}
        error_messages = {"name": {"required": _("Type your name.")}}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["name"].required = True
