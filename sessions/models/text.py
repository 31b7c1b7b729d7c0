"""Fields for typed text: anything may be said, except what cannot be stored or shown."""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

LINE = 500  # characters in a name, a title, an owner
BODY = 20_000  # characters in all other texts


@deconstructible
class PlainText:
    """Refuse NUL, lone surrogates and control characters other than tab and newline."""

    code = "control"

    def __call__(self, value):
        for character in value:
            if character in "\t\n":
                continue
            if unicodedata.category(character) in ("Cc", "Cs"):
                raise ValidationError(
                    _(
                        "This text holds an invisible control character (%(code)s). "
                        "Remove it or type the text again."
                    ),
                    code=self.code,
                    params={"code": f"U+{ord(character):04X}"},
                )

    def __eq__(self, other):
        return isinstance(other, PlainText)

    def __hash__(self):
        return hash(PlainText)


plain_text = PlainText()


def line(**options):
    """A field of at most 500 characters."""
    options.setdefault("max_length", LINE)
    return models.CharField(validators=[plain_text], **options)


def body(**options):
    """A field of at most 20,000 characters."""
    return models.TextField(validators=[plain_text, MaxLengthValidator(BODY)], **options)
