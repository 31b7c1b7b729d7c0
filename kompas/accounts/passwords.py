"""What a new password must be, in our own words; Django's are not all in Dutch."""

from __future__ import annotations

from django.contrib.auth import password_validation as django
from django.utils.translation import gettext as _


class LongEnough(django.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return _("This is too short: at least %(n)s characters.") % {"n": self.min_length}


class OwnWords(django.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return _("This looks too much like your name or e-mail address.")


class NotCommon(django.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("Many people use this password. Choose another.")
