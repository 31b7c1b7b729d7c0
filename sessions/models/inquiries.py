"""Who cannot be there, heard before: a question to them, and what they answered."""

from __future__ import annotations

import secrets
import uuid

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from sessions import personal

from .session import CODE_ALPHABET, Session
from .text import body, line, plain_text

INQUIRY_CODE_LENGTH = 10  # it stays open for weeks, so nobody may guess it
MOST_INQUIRIES = 20  # of one talk
MOST_VOICES = 500  # of one inquiry
LONGEST_VOICE = 2000  # characters


def new_inquiry_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(INQUIRY_CODE_LENGTH))


class Inquiry(models.Model):
    """One question to people who are not at the table, and what was done with their answers.

    Its code admits to answering and to reading what was done with it, and to nothing else.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    session = models.ForeignKey(Session, models.CASCADE, related_name="inquiries")
    question = body()
    asked = line(blank=True)  # to whom it goes: "parents of group 5"
    for_children = models.BooleanField(default=False)
    code = models.CharField(max_length=12, default=new_inquiry_code)
    until = models.DateField(null=True, blank=True)
    closed = models.BooleanField(default=False)
    answer = body(blank=True)  # what was done with it, for those who answered
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["code"], name="inquiry_code")]

    def __str__(self):
        return self.question

    @property
    def is_open(self) -> bool:
        """Whether one can still answer."""
        if self.closed or self.session.is_closed:
            return False
        return self.until is None or timezone.localdate() <= self.until


class Voice(models.Model):
    """What somebody who is not there answered: no time, no address, no key, no seat.

    Its id is made of the form's and the words, so that sending twice is one.
    """

    class Role(models.TextChoices):
        PARENT = "parent", gettext_lazy("Parent")
        PUPIL = "pupil", gettext_lazy("Pupil")
        COLLEAGUE = "colleague", gettext_lazy("Colleague")
        OTHER = "other", gettext_lazy("Somebody else")

    class State(models.TextChoices):
        WAITING = "waiting", gettext_lazy("To be read")
        SHOWN = "shown", gettext_lazy("Shown")
        HIDDEN = "hidden", gettext_lazy("Not shown")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="voices")
    text = models.TextField(validators=[plain_text, MaxLengthValidator(LONGEST_VOICE)])
    role = models.CharField(max_length=10, choices=Role, blank=True)
    paper = models.BooleanField(default=False)  # typed in from a paper card
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)

    class Meta:
        ordering = ["id"]  # random: not the order in which they came
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=["", "parent", "pupil", "colleague", "other"]),
                name="voice_role",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "shown", "hidden"]), name="voice_state"
            ),
        ]
        indexes = [models.Index(fields=["inquiry", "state"], name="voice_state_of")]

    is_taken = False  # whether a row on the screen that shows it holds its words

    def __str__(self):
        return self.text

    @property
    def has_contact(self) -> bool:
        return bool(personal.kinds([self.text], known=True))

    @property
    def whose(self) -> str:
        """Whom it is from, as far as that is known; no role that was said with whom was asked."""
        asked, role = self.inquiry.asked, self.get_role_display() if self.role else ""
        if role.casefold() in asked.casefold():
            role = ""
        return " · ".join(filter(None, (asked, role))) or gettext("Heard before")
