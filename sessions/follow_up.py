"""A talk that asks of an earlier one what happened since, and whether its answer still stands."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kompas.accounts.models import Event

from . import lifecycle
from .access import Access
from .document import document, load
from .document.differences import paired
from .document.format import day_of
from .models import (
    Change,
    Condition,
    Found,
    Link,
    Method,
    Refused,
    Session,
    State,
    Verdict,
    Version,
    secret_hash,
)
from .said import together

MOST_ARGUMENTS = 12  # that are weighed again
TITLE = 500  # characters


def begin(access: Access, id: uuid.UUID, secret: str, owner: Any = None) -> Session:
    """A new talk about a closed one; a resend of `id` is the same talk.

    Led by its `owner`, a facilitator of the same school. Without one it stays with who owns the
    first, and is led by the link that `secret` opens. Raises Refused while the talk is open, and
    of a table: its plenary is looked back on.
    """
    with access.session.writing(access, closed=True) as write:
        first = write.session
        known = Session.objects.filter(pk=id).first()
        if known is not None and _is_resend(known, first, secret, owner):
            return known
        method, last = Method.latest(lifecycle.FOLLOW_UP), lifecycle.last_version(first)
        if last is None or method is None or first.plenary_id is not None:
            raise Refused(_("Once the talk is closed, another can ask what happened since."))
        asks = prefilled(document(first), first, last, method)
        new = load(asks, session_id=None if known else id, organisation=first.organisation)
        new.follows, new.owner = first, owner or first.owner
        new.save(update_fields=["follows", "owner"])
        if owner is None:
            lifecycle.issue_link(new, Link.Role.FACILITATOR, secret, made_by=access.answers)
        write.record("follow", "session", new.pk)
        if first.organisation_id is not None:
            Event.record(first.organisation_id, access.user, "follow", "session", new.pk)
    return new


def _is_resend(known: Session, first: Session, secret: str, owner: Any) -> bool:
    if known.follows_id != first.pk:
        return False
    if owner is not None:
        return known.owner_id == owner.pk
    return known.links.filter(secret_hash=secret_hash(secret)).exists()


def open_ones(session: Session) -> list[Session]:
    """The talks that look back on this one and are not closed yet, the last changed first."""
    found = session.followed_by.filter(removed_on=None).exclude(status=Session.Status.CLOSED)
    return list(found.order_by("-changed_on", "pk"))


# What it begins with


def prefilled(
    told: dict[str, Any], first: Session, last: Version, method: Method
) -> dict[str, Any]:
    """The document of a follow-up: the question and the answer to read, and what was weighed.

    `told` is the first talk as it stands, with what became of its promises.
    """
    language = first.language if first.language in method.languages else method.languages[0]
    with translation.override(language):
        title = _("Looking back: %(title)s") % {"title": told.get("title") or told["question"]}
        asks = {
            "format": told["format"],
            "version": told["version"],
            "method": method.slug,
            "method_version": method.version,
            "language": language,
            "title": title if len(title) <= TITLE else title[: TITLE - 1] + "…",
            "question": told["question"],
            "context": summary(told, timezone.localdate(last.closing.closed_at)),
            "practice": told.get("practice"),
            "mandate": _without(told.get("mandate", {}), "decide_by"),
            "invited": [_without(one, "present") for one in told.get("invited", [])],
            "arguments": _weighed(told),
        }
    return {key: value for key, value in asks.items() if value}


def _without(row: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in (*keys, "step", "merged")}


def _weighed(told: dict[str, Any]) -> list[dict[str, Any]]:
    """The arguments that were weighed, or chosen, or all: those that decided come first."""
    rows = told.get("arguments", [])
    for chosen in ("weights", "chosen"):
        if any(row.get(chosen) for row in rows):
            rows = [row for row in rows if row.get(chosen)]
            break
    rows = sorted(rows, key=lambda row: not row.get("decisive"))[:MOST_ARGUMENTS]
    return [{key: row[key] for key in ("side", "text", "kind") if key in row} for row in rows]


def summary(told: dict[str, Any], closed_on: datetime.date) -> str:
    """What was answered, under which conditions, and what became of what was agreed."""
    outcome = told.get("outcome", {})
    on = day_of(told.get("held_on")) or closed_on
    answer = together(outcome.get("verdict", ""), outcome.get("answer", ""))
    parts = [
        _("On %(day)s we answered:") % {"day": date_format(on, "j F Y")}
        + "\n"
        + (answer or _("We found no answer yet."))
    ]
    if outcome.get("reasons"):
        parts.append(_("Our reasons:") + "\n" + outcome["reasons"])
    for title, rows, words in (
        (_("Under these conditions:"), outcome.get("conditions", []), "text"),
        (_("We agreed:"), told.get("actions", []), "what"),
    ):
        if rows:
            lines = [f"- {row[words]} ({became(row, State) or _('not known yet')})" for row in rows]
            parts.append("\n".join([title, *lines]))
    found = [row for row in told.get("facts", []) if row.get("kind") == "unknown"]
    if found:
        lines = [f"- {row['text']} ({became(row, Found) or _('not known yet')})" for row in found]
        parts.append("\n".join([_("We would find out:"), *lines]))
    return "\n\n".join(parts)


def became(row: dict[str, Any], states: Any) -> str:
    """What became of something promised, in a few words; empty where nobody said."""
    said = str(states(row["state"]).label).lower() if row.get("state") else ""
    return ": ".join(filter(None, [said, row.get("result", "")]))


# What shifted


@dataclass(frozen=True)
class Shifted:
    """What an answer was and is, and what was weighed then and now; of two documents."""

    question: str
    then_on: datetime.date | None
    now_on: datetime.date | None
    verdicts: tuple[str, str]
    answers: tuple[str, str]
    # Of each: words, side, weights then, weights now; sorted, and empty where not weighed.
    weights: list[tuple[str, str, list[int], list[int]]]
    feelings: tuple[list[int], list[int]]
    promised: list[dict[str, Any]]  # the conditions of then, with what became of them

    @property
    def stands(self) -> bool:
        """Whether the answer in short is the same."""
        return self.verdicts[0] == self.verdicts[1]

    @property
    def conditions(self) -> list[tuple[str, str]]:
        """The conditions of then, each with what became of it; empty where nobody said."""
        return [(row["text"], became(row, State)) for row in self.promised]

    @property
    def words(self) -> tuple[str, str]:
        """Both answers in short, as words."""
        then, now = (str(Verdict(one).label) if one else "" for one in self.verdicts)
        return then, now


def shifted(
    then: dict[str, Any],
    now: dict[str, Any],
    *,
    then_on: datetime.date | None = None,
    now_on: datetime.date | None = None,
) -> Shifted:
    """What shifted between two documents; `then` has what became of its conditions in it."""
    outcomes = then.get("outcome", {}), now.get("outcome", {})
    pairs, _gone, _new = paired("arguments", then.get("arguments", []), now.get("arguments", []))
    feelings = then.get("intuition", {}), now.get("intuition", {})
    return Shifted(
        question=then.get("question", ""),
        then_on=day_of(then.get("held_on")) or then_on,
        now_on=day_of(now.get("held_on")) or now_on,
        verdicts=_both(outcomes, "verdict"),
        answers=_both(outcomes, "answer"),
        weights=[
            (new["text"], new["side"], old.get("weights", []), new.get("weights", []))
            for old, new in pairs
            if old.get("weights") and new.get("weights")
        ],
        # The last word of each talk; of one that asked once, that.
        feelings=(_felt(feelings[0]), _felt(feelings[1])),
        promised=outcomes[0].get("conditions", []),
    )


def _both(outcomes: tuple[dict, dict], key: str) -> tuple[str, str]:
    return outcomes[0].get(key, ""), outcomes[1].get(key, "")


def _felt(given: dict[str, Any]) -> list[int]:
    return sorted(given.get("last") or given.get("first") or [])


def shift_of(
    follow_up: Session, version: Version | None, closed_at: datetime.datetime | None = None
) -> Shifted | None:
    """What shifted since the talk that `follow_up` follows, as `version` was closed.

    The same however often it is asked: of the first talk it takes the version of that moment, and
    what was then known of its conditions. None where there is nothing to compare. `closed_at` is
    when that closing was, for who knows it.
    """
    if version is None or follow_up.follows_id is None:
        return None
    moment = closed_at or version.closing.closed_at
    first = _First.of(follow_up.follows_id, follow_up.organisation_id)
    return _shift(first, moment, version.document)


def shifts_since(first_id: uuid.UUID, follow_ups: list[Session]) -> list[Shifted]:
    """What shifted in each of the talks that follow it, as last closed; in four queries."""
    if not follow_ups:
        return []
    versions: dict[uuid.UUID, list[Version]] = {}
    for one in Version.objects.filter(session__in=follow_ups).order_by("number"):
        versions.setdefault(one.session_id, []).append(one)
    if not versions:
        return []
    first = _First.of(first_id, follow_ups[0].organisation_id)
    found = (
        _shift(first, _closing(of_one[-1], of_one).closed_at, of_one[-1].document)
        for of_one in (versions[one.pk] for one in follow_ups if one.pk in versions)
    )
    return [one for one in found if one is not None]


@dataclass(frozen=True)
class _First:
    """The talk that is looked back on: its versions, and what was said of its conditions."""

    versions: list[Version]
    told: list[tuple[datetime.datetime, dict[str, Any]]]

    @classmethod
    def of(cls, first_id: uuid.UUID, organisation: int | None) -> _First:
        """Nothing of a talk that was removed, or stands elsewhere: others read it there."""
        versions = Version.objects.filter(
            session=first_id, session__removed_on=None, session__organisation=organisation
        )
        changes = Change.objects.filter(
            session=first_id,
            thing=Condition.list_name(),
            action__in=("mark", "edit"),
        )
        told = changes.order_by("id").values_list("at", "after")
        said = [(at, after or {}) for at, after in told]
        return cls(list(versions.order_by("number")), said)


def _shift(first: _First, moment: datetime.datetime, now: dict[str, Any]) -> Shifted | None:
    then = next((one for one in first.versions[::-1] if one.closed_at <= moment), None)
    if then is None:
        return None
    closed_at = _closing(then, first.versions).closed_at
    said = [after for at, after in first.told if closed_at < at <= moment]
    return shifted(
        _as_told(then.document, said),
        now,
        then_on=timezone.localdate(closed_at),
        now_on=timezone.localdate(moment),
    )


def _closing(version: Version, versions: list[Version]) -> Version:
    """The version of the closing that this one is, or that it adds a decision to."""
    before = [one for one in versions if one.number <= version.number]
    closings = [one for one in before if one.cause == Version.Cause.CLOSED]
    return closings[-1] if closings else version


def _as_told(document: dict[str, Any], said: list[dict[str, Any]]) -> dict[str, Any]:
    """A document with what was said since of its conditions, the last word of each."""
    words = Condition.content[0]
    told = {
        after[words]: {name: after.get(name, "") for name in ("state", "result")} for after in said
    }
    outcome = document.get("outcome", {})
    rows = [{**row, **told.get(row[words], {})} for row in outcome.get("conditions", [])]
    return {**document, "outcome": {**outcome, "conditions": rows}}
