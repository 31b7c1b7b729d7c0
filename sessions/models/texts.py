"""The talk's own words: answers to prompts."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy

from .session import Refused, Session, Write
from .text import body


class Verdict(models.TextChoices):
    YES = "yes", gettext_lazy("Yes")
    YES_IF = "yes_if", gettext_lazy("Yes, provided")
    NOT_YET = "not_yet", gettext_lazy("Not yet")
    NO = "no", gettext_lazy("No")
    INSIGHT = "insight", gettext_lazy("No answer, but an insight")


class Mandate(models.TextChoices):
    EXPLORATION = "exploration", gettext_lazy("We explore the question")
    ADVICE = "advice", gettext_lazy("We give advice")
    DECISION = "decision", gettext_lazy("We decide")


class Council(models.TextChoices):
    """What the participation council does with the answer."""

    NONE = "none", gettext_lazy("It has no role")
    INFORMED = "informed", gettext_lazy("It is informed")
    ADVICE = "advice", gettext_lazy("It gives advice")
    CONSENT = "consent", gettext_lazy("It must consent")


class Legal(models.TextChoices):
    """The legal stop: what stands in the way of a talk about what is good to do."""

    CLEAR = "clear", gettext_lazy("We know of nothing that stands in the way")
    PERSONAL_DATA = (
        "personal_data",
        gettext_lazy("It is about personal data: first to the privacy officer"),
    )
    UNKNOWN = "unknown", gettext_lazy("We do not know: first ask the privacy officer")
    NO_BASIS = "no_basis", gettext_lazy("There is no legal basis")
    FORBIDDEN = "forbidden", gettext_lazy("The law forbids it")


class Yes(models.TextChoices):
    YES = "yes", gettext_lazy("Yes")


# The texts of a talk as a whole whose answer is one of a few; checked by the database.
WHOLE_CHOICES: dict[str, type[models.TextChoices]] = {
    "mandate": Mandate,
    "council": Council,
    "legal": Legal,
    **{
        f"explanation_without_{part}": Yes
        for part in ("question", "answer", "for", "against", "child", "contact")
    },
}


def choices_of(step: str, prompt: str) -> type[models.TextChoices] | None:
    """What an answer to this prompt can be; None where it is free text. An empty step: the talk."""
    return Verdict if prompt == "verdict" else WHOLE_CHOICES.get(prompt) if not step else None


class Text(models.Model):
    """One answer to one prompt. An empty step key means: of the talk as a whole."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="texts")
    step = models.CharField(max_length=50, blank=True)
    prompt = models.CharField(max_length=50)
    body = body(blank=True)
    version = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "step", "prompt"], name="text_prompt"),
            models.CheckConstraint(
                condition=~models.Q(prompt="verdict") | models.Q(body__in=["", *Verdict.values]),
                name="text_verdict",
            ),
            models.CheckConstraint(
                condition=~models.Q(step="", prompt="mandate")
                | models.Q(body__in=["", *Mandate.values]),
                name="text_mandate",
            ),
            models.CheckConstraint(
                condition=~models.Q(step="", prompt="council")
                | models.Q(body__in=["", *Council.values]),
                name="text_council",
            ),
            models.CheckConstraint(
                condition=~models.Q(step="", prompt="legal")
                | models.Q(body__in=["", *Legal.values]),
                name="text_legal",
            ),
            models.CheckConstraint(
                condition=~models.Q(step="", prompt__startswith="explanation_without_")
                | models.Q(body__in=["", "yes"]),
                name="text_explanation_without",
            ),
        ]

    def __str__(self):
        return f"{self.step}/{self.prompt}"

    @classmethod
    def put(cls, write: Write, step: str, prompt: str, new: str, version: int) -> tuple[Text, bool]:
        """Save `new` over the version that was seen (0 where nothing stood yet).

        Gives the row as it stands, and whether `new` now stands there. It does not when another
        text has come since; then both are kept, the refused one in the trail.
        """
        stored = cls.objects.filter(session=write.session, step=step, prompt=prompt).first()
        text = stored or cls(session=write.session, step=step, prompt=prompt, body="", version=0)
        if text.body == new:
            return text, True
        if write.session.is_of_plenary(step, prompt) and write.session.fixed_by_tables:
            raise Refused(write.session.fixed_by_tables)
        if text.version != version:
            write.record("refuse", "text", f"{step}/{prompt}", text.body, new)
            return text, False
        before = text.body
        text.body, text.version = new, text.version + 1
        text.save()
        write.record("edit", "text", f"{step}/{prompt}", before, new)
        return text, True

    @staticmethod
    def put_first(write: Write, bodies: Mapping[tuple[str, str], str]) -> list[Text]:
        """Save several texts, by step and prompt, where none stands yet.

        Gives the other texts that stand there already; then nothing is saved.
        """
        stored = {
            (text.step, text.prompt): text
            for text in Text.objects.filter(session=write.session)
            if (text.step, text.prompt) in bodies
        }
        others = [
            text for place, text in stored.items() if text.body and text.body != bodies[place]
        ]
        if others:
            return others
        new = {
            place: body
            for place, body in bodies.items()
            if place not in stored or stored[place].body != body
        }
        fixed = write.session.fixed_by_tables
        if fixed and any(write.session.is_of_plenary(*place) for place in new):
            raise Refused(fixed)
        empty = [stored[place] for place in new if place in stored]
        for text in empty:
            text.body, text.version = new[text.step, text.prompt], text.version + 1
        Text.objects.bulk_update(empty, ["body", "version"])
        Text.objects.bulk_create(
            Text(session=write.session, step=step, prompt=prompt, body=body)
            for (step, prompt), body in new.items()
            if (step, prompt) not in stored
        )
        write.record_each(
            ("edit", "text", f"{step}/{prompt}", "", body) for (step, prompt), body in new.items()
        )
        return []
