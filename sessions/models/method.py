from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _


class MethodError(ValueError):
    """A method's definition is wrong; the message says where and why."""


@dataclass(frozen=True)
class Prompt:
    """Something that a step says; with `answer` ("line" or "text") it asks for a `Text` row.

    `part` ("check" or "evaluation") sets what is asked at the end of a talk apart.
    """

    key: str
    text: str
    help: str = ""
    answer: str = ""
    part: str = ""


@dataclass(frozen=True)
class Step:
    """One step of a method in one language; `number` counts from 1, `minutes` is a guide.

    `say` holds what the facilitator can say aloud, `stuck` what helps when the talk gets stuck.
    """

    key: str
    kind: str
    number: int
    minutes: int
    title: str
    purpose: str
    cue: str
    prompts: tuple[Prompt, ...]
    say: tuple[str, ...] = ()
    stuck: tuple[str, ...] = ()

    @property
    def answers(self) -> tuple[Prompt, ...]:
        return tuple(prompt for prompt in self.prompts if prompt.answer)


# Published versions never change, so their steps are read from the definition once a process.
_steps: dict[tuple[str, str], tuple[Step, ...]] = {}


def _read_steps(definition: dict, language: str) -> tuple[Step, ...]:
    steps = []
    for number, step in enumerate(definition["steps"], 1):
        texts = step[language]
        steps.append(
            Step(
                key=step["key"],
                kind=step["kind"],
                number=number,
                minutes=step["minutes"],
                title=texts["title"],
                purpose=texts["purpose"],
                cue=texts.get("cue", ""),
                prompts=tuple(Prompt(**prompt) for prompt in texts.get("prompts", [])),
                say=tuple(texts.get("say", [])),
                stuck=tuple(texts.get("stuck", [])),
            )
        )
    return tuple(steps)


class Method(models.Model):
    """A published version of a way to talk: an ordered list of steps with texts per language."""

    slug = models.SlugField(max_length=50)
    version = models.PositiveIntegerField()
    definition = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["slug", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="method_slug_version"),
        ]

    def __str__(self):
        return f"{self.slug} {self.version}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise ValidationError(_("A published method does not change; make a new version."))
        super().save(*args, **kwargs)

    @cached_property
    def languages(self) -> list[str]:
        return sorted(self.definition["languages"], key=lambda code: (code != "nl", code))

    def texts(self, language: str) -> dict:
        """Title, audience and summary in `language`."""
        return self.definition["languages"][language]

    def title(self, language: str) -> str:
        return self.texts(language)["title"]

    @property
    def minutes(self) -> int:
        return sum(step["minutes"] for step in self.definition["steps"])

    def steps(self, language: str) -> tuple[Step, ...]:
        """The steps in order, in `language` (one of `languages`)."""
        known = _steps.get((self.digest, language))
        if known is None:
            known = _steps[self.digest, language] = _read_steps(self.definition, language)
        return known

    @classmethod
    def latest(cls, slug: str) -> Method | None:
        return cls.objects.filter(slug=slug).order_by("-version").first()

    @classmethod
    def current(cls) -> list[Method]:
        """The last version of every method, by slug."""
        newest: dict[str, Method] = {}
        for method in cls.objects.order_by("slug", "-version"):
            newest.setdefault(method.slug, method)
        return list(newest.values())

    @classmethod
    def publish(cls, definition: dict, kinds: dict[str, frozenset[str]]) -> Method:
        """Store `definition` as a version that never changes; the same again changes nothing.

        `kinds` gives per known kind the prompts that it cannot do without.
        Raises MethodError when it is incomplete or when this version exists with other content.
        """
        check(definition, kinds)
        canonical = json.dumps(definition, sort_keys=True, ensure_ascii=False)
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        with transaction.atomic():
            method, _created = cls.objects.get_or_create(
                slug=definition["slug"],
                version=definition["version"],
                defaults={"definition": definition, "digest": digest},
            )
        if method.digest != digest:
            raise MethodError(
                _("%(method)s is published with other content; give it a new version.")
                % {"method": method}
            )
        return method


KEY = re.compile(r"[a-z][a-z0-9-]{0,49}")
PARTS = ("", "check", "evaluation")


def check(definition: Any, kinds: dict[str, frozenset[str]]) -> None:
    """Raise MethodError, naming the place, unless `definition` is whole in all its languages."""

    def need(condition: bool, place: str, reason: str) -> None:
        if not condition:
            raise MethodError(f"{place}: {reason}")

    need(isinstance(definition, dict), "$", "an object is expected")
    need(bool(KEY.fullmatch(str(definition.get("slug", "")))), "$.slug", "is not a slug")
    need(
        type(definition.get("version")) is int and definition["version"] > 0,
        "$.version",
        "must be a whole number from 1",
    )
    languages: Any = definition.get("languages")
    need(isinstance(languages, dict) and bool(languages), "$.languages", "is missing")
    for language, texts in languages.items():
        for name in ("title", "audience", "summary"):
            need(bool(texts.get(name)), f"$.languages.{language}.{name}", "is missing")
    group = definition.get("group")
    need(
        isinstance(group, list) and len(group) == 2 and 0 < group[0] <= group[1],
        "$.group",
        "must be the smallest and the largest number of people",
    )
    steps: Any = definition.get("steps")
    need(isinstance(steps, list) and bool(steps), "$.steps", "is missing")
    seen = set()
    for index, step in enumerate(steps):
        place = f"$.steps[{index}]"
        key, kind = step.get("key", ""), step.get("kind", "")
        need(bool(KEY.fullmatch(key)), f"{place}.key", "is not a key")
        need(key not in seen, f"{place}.key", "stands twice")
        seen.add(key)
        need(kind in kinds, f"{place}.kind", f"{kind!r} is not a known kind")
        need(type(step.get("minutes")) is int, f"{place}.minutes", "is missing")
        asked = None
        for language in languages:
            texts = step.get(language)
            need(isinstance(texts, dict), f"{place}.{language}", "is missing")
            for name in ("title", "purpose"):
                need(bool(texts.get(name)), f"{place}.{language}.{name}", "is missing")
            for prompt in texts.get("prompts", []):
                need(
                    set(prompt) <= {"key", "text", "help", "answer", "part"}
                    and bool(KEY.fullmatch(prompt.get("key", "")))
                    and bool(prompt.get("text"))
                    and prompt.get("answer", "") in ("", "line", "text")
                    and prompt.get("part", "") in PARTS,
                    f"{place}.{language}.prompts",
                    "each needs key and text, and may have help, answer (line or text) and part",
                )
            for name in ("say", "stuck"):
                need(
                    isinstance(texts.get(name, []), list)
                    and all(isinstance(one, str) and one for one in texts.get(name, [])),
                    f"{place}.{language}.{name}",
                    "must be a list of sentences",
                )
            answers = [
                (prompt["key"], prompt["answer"])
                for prompt in texts.get("prompts", [])
                if prompt.get("answer")
            ]
            need(asked in (None, answers), f"{place}.{language}", "asks other things per language")
            asked = answers
        missing = kinds[kind] - {key for key, _answer in asked or []}
        need(not missing, place, f"needs the prompts {sorted(missing)}")
