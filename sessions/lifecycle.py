"""How a talk begins, ends and begins again."""

from __future__ import annotations

import datetime
import uuid

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from . import finding, inquiries, ownership, room
from .access import Access, ends_at, opens, with_makers
from .document import document, load, with_decision, with_tables
from .endings import end_links
from .models import (
    Change,
    Decision,
    Link,
    Method,
    Parked,
    Promise,
    Refused,
    Session,
    Text,
    Verdict,
    Version,
    Write,
    count_ballots,
    secret_hash,
)
from .ownership import Owner

FOLLOW_UP = "terugkijken"  # the method that asks what happened since an answer


def methods(language: str) -> list[dict]:
    """The last version of every method that one can begin with.

    With its texts in `language` or the first it has.
    """
    found = []
    for method in Method.current():
        if method.slug == FOLLOW_UP:  # it begins from a talk: see `sessions.follow_up`
            continue
        spoken = language if language in method.languages else method.languages[0]
        found.append(
            {
                "slug": method.slug,
                "minutes": method.minutes,
                "group": method.definition["group"],
                "steps": method.steps(spoken),
                **method.texts(spoken),
            }
        )
    return sorted(found, key=lambda method: method["minutes"])


def newest_method(slug: str) -> Method | None:
    return Method.latest(slug)


def begin(
    id: uuid.UUID,
    secret: str,
    method: Method,
    language: str,
    question: str,
    context: str = "",
    owner: Owner | None = None,
) -> Session:
    """A new talk of `owner`, or a guest's with the facilitator link that `secret` opens.

    A resend of the same `id`, `secret` and question is the same talk; other content is another.
    """
    with transaction.atomic():
        known = Session.objects.filter(pk=id).first()
        if known is not None:
            same = _is_led_by(known, secret, owner)
            step = known.step_of_kind("question")
            if same and Text.objects.filter(
                session=known, step=step, prompt="question", body=question
            ):
                return known
            id = uuid.uuid4()
        session = Session.objects.create(pk=id, method=method, language=language)
        begun = next(step for step in session.steps if step.kind == "question")
        asked = {prompt.key for prompt in begun.answers}
        for prompt, body in (("question", question), ("context", context)):
            if body and prompt in asked:
                Text.objects.create(session=session, step=begun.key, prompt=prompt, body=body)
        _give(session, secret, owner)
    return session


def _is_led_by(session: Session, secret: str, owner: Owner | None) -> bool:
    if owner is not None:
        return ownership.belongs_to(session, owner)
    return session.links.filter(secret_hash=secret_hash(secret)).exists()


def _give(session: Session, secret: str, owner: Owner | None) -> None:
    """A new talk is its owner's, who needs no link, or a guest's who has `secret`."""
    if owner is None:
        issue_link(session, Link.Role.FACILITATOR, secret)
    else:
        ownership.start(session, owner)


def issue_link(session: Session, role: str, secret: str, expires_at=None, made_by=None) -> Link:
    """A link that `secret` opens; only its hash is stored. Issuing it again changes nothing."""
    link, _created = Link.objects.get_or_create(
        secret_hash=secret_hash(secret),
        defaults={
            "session": session,
            "role": role,
            "expires_at": expires_at,
            "made_by": made_by,
        },
    )
    return link


def links(access: Access) -> list[Link]:
    """The links that work, oldest first."""
    found = list(with_makers(Link.objects.filter(session=access.session)))
    for link in found:
        link.session = access.session
    return [link for link in found if opens(link)]


def new_link(access: Access, role: str, secret: str) -> Link:
    """A further link; all but a guest's, for a facilitator, end by themselves."""
    with access.session.writing(access, closed=True) as write:
        expires_at = ends_at(role, write.session)
        link = issue_link(write.session, role, secret, expires_at, access.answers)
        write.record("issue", "link", link.pk, None, role)
    return link


def revoke_link(access: Access, link_id: uuid.UUID) -> None:
    """End a link at once; a guest's last facilitator link stays, or nobody could lead."""
    with access.session.writing(access, closed=True) as write:
        link = Link.objects.filter(session=write.session, pk=link_id, revoked_at=None).first()
        if link is None:
            return
        if link.role == Link.Role.FACILITATOR and write.session.owner_id is None:
            others = Link.objects.filter(
                session=write.session, role=link.role, revoked_at=None
            ).exclude(pk=link.pk)
            if not any(other.works for other in others):
                raise Refused(_("This is the last link of the facilitator. Make a new one first."))
        end_links(Link.objects.filter(pk=link.pk))
        write.record("revoke", "link", link.pk, link.role, None)


def bring_in(data: dict, id: uuid.UUID, secret: str, owner: Owner | None = None) -> Session:
    """A talk from a document, led by `owner` or who has `secret`; a resend is the same talk.

    With an `owner` it is theirs in that organisation, and no link leads it.
    Raises DocumentError, with nothing stored, when something in it is wrong.
    """
    with transaction.atomic():
        known = Session.objects.filter(pk=id).first()
        if known is not None and _is_led_by(known, secret, owner):
            return known
        session = load(data, session_id=None if known else id)
        _give(session, secret, owner)
    return session


def copy(
    session: Session,
    id: uuid.UUID,
    secret: str,
    owner: Owner | None = None,
    *,
    practise: bool = False,
    question_only: bool = False,
) -> Session:
    """A new talk in preparation with what is revealed in `session`: see `bring_in` for whose.

    Of an example without weights and answer: those were not given by this team. To `practise` is
    to do so in a talk that counts nowhere.
    With `question_only` it has the question and its preparation, and nothing that was said.
    """
    data = document(session)
    kept = _COPIED if session.is_example or practise else _COPIED | _COPIED_OF_ONES_OWN
    if question_only:
        kept = _COPIED_QUESTION
    dropped = (
        _OF_THE_TABLE
        | {"said_by"}
        | (_OF_THE_WEIGHING if session.is_example or practise else set())
    )
    data = {key: value for key, value in data.items() if key in kept}
    if session.is_example or practise:
        answered = {step.key for step in session.steps if step.kind == "outcome"}
        data["texts"] = [text for text in data.get("texts", []) if text["step"] not in answered]
    if practise:
        data["practice"] = True
    for rows in (*data.values(), *data.get("outcome", {}).values()):
        for row in rows if isinstance(rows, list) else ():
            for key in dropped if isinstance(row, dict) else ():
                row.pop(key, None)
    return bring_in(data, id, secret, owner)


# What a copy has of another talk: its question and what was thought of; of a talk of one's own
# also how it was weighed and answered. What happened on its day and afterwards stays with it.
_COPIED = frozenset(
    (
        *("format", "version", "method", "method_version", "language", "title", "question"),
        *("context", "note", "source", "preparation", "facts", "stakeholders", "values"),
        *("options", "arguments", "texts"),
    )
)
_COPIED_OF_ONES_OWN = frozenset(
    (
        *("team", "place", "mandate", "invited", "review_on", "outcome", "actions", "rounds"),
        *("parked", "practice", "fictional"),
    )
)
_COPIED_QUESTION = frozenset(
    (
        *("format", "version", "method", "method_version", "language", "title", "question"),
        *("context", "preparation", "mandate", "invited", "practice", "fictional"),
    )
)
_OF_THE_TABLE = {"present", "read_back", "state", "result"}
_OF_THE_WEIGHING = {"weights", "round", "chosen", "decisive", "dialogue", "voices"}


def save_dates(access: Access, form) -> list[tuple[str, str]]:
    """Store the dates and times that were changed in `form`.

    Gives field and message for each that somebody else changed to another one since; then
    nothing is stored.
    """
    with access.session.writing(access) as write:
        session, conflicts, changes = write.session, [], {}
        for name in form.changed_data:
            seen = _seen(form, name)
            stored, new = getattr(session, name), form.cleaned_data[name]
            if stored == new:
                continue
            if stored != seen:
                conflicts.append(
                    (name, _("Somebody else made this %(date)s.") % {"date": _shown(stored)})
                )
            if name == "decide_by" and session.fixed_by_tables:
                conflicts.append((name, session.fixed_by_tables))
            changes[name] = (stored, new)
        if conflicts:
            return conflicts
        for name, (stored, new) in changes.items():
            setattr(session, name, new)
            write.record("edit", "session", name, _iso(stored), _iso(new))
    return []


def choose_naming(access: Access, naming: str) -> None:
    """What will stand beside what is written alone; refused once people may have counted on it."""
    with access.session.writing(access) as write:
        session = write.session
        if session.naming == naming:
            return
        if session.naming_stays:
            raise Refused(session.naming_stays)
        before, session.naming = session.naming, naming
        write.record("edit", "session", "naming", before, naming)


def _seen(form, name: str):
    """What stood in a field when the form was sent to the browser."""
    field = form.fields[name]
    sent = field.hidden_widget().value_from_datadict(
        form.data, form.files, form.add_initial_prefix(name)
    )
    return field.clean(sent)


def _shown(stored: datetime.date | datetime.time | None) -> str:
    if isinstance(stored, datetime.time):
        return time_format(stored, "H:i")
    return stored.isoformat() if stored else "–"


def _iso(date) -> str | None:
    return date.isoformat() if date else None


def earlier_texts(access: Access, step: str, prompt: str) -> list[Change]:
    """What was stored in a text, or refused, from the last to the first."""
    return list(
        Change.objects.filter(
            session=access.session, thing="text", thing_id=f"{step}/{prompt}"
        ).order_by("-id")
    )


def pause(
    access: Access,
    id: uuid.UUID,
    insight: str,
    resume_on: datetime.date,
    begins: datetime.time | None,
    ends: datetime.time | None,
) -> None:
    """Stop now, keep what was seen, and go on that day; what was given alone stays unseen."""
    with access.session.writing(access) as write:
        _keep_insight(write, id, insight)
        for name, new in (("resume_on", resume_on), ("begins", begins), ("ends", ends)):
            write.set_day(name, new)
        write.session.stop_clock()


def keep_insight(access: Access, id: uuid.UUID, insight: str) -> None:
    """Keep what was seen of a talk that is closed early."""
    with access.session.writing(access) as write:
        _keep_insight(write, id, insight)


def _keep_insight(write: Write, id: uuid.UUID, insight: str) -> None:
    """Store it as the answer where there is none; else park it, so that nothing is overwritten."""
    session = write.session
    step = session.step_of_kind("outcome")
    if not insight:
        return
    stood = {text.prompt: text for text in session.texts.filter(step=step)} if step else {}
    answer, verdict = stood.get("answer"), stood.get("verdict")
    if not step or (answer and answer.body not in ("", insight)):
        Parked(pk=id, session=session, text=insight).add(write)
        return
    Text.put(write, step, "answer", insight, answer.version if answer else 0)
    if verdict is None or not verdict.body:
        Text.put(write, step, "verdict", Verdict.INSIGHT, verdict.version if verdict else 0)


def close(access: Access, unrevealed: str) -> Version | None:
    """Close the talk and keep its document; None when it was closed already.

    `unrevealed` says what to do with rounds that hold something unseen: "reveal" or "discard".
    """
    with access.session.writing(access, closed=True) as write:
        session = write.session
        if session.is_closed:
            return None
        if still_open(session):
            raise Refused(_("Close every table first. Then the plenary can be closed."))
        given = room.given_rounds(session)
        if given and unrevealed not in ("reveal", "discard"):
            raise Refused(_("Something was given alone and is not revealed yet."))
        for round in room.unrevealed_rounds(session):
            # One in which nothing was given has nothing to show.
            end = round.reveal if unrevealed == "reveal" and round in given else round.discard
            end(write, room.alone_lists(session, round))
        count_ballots(session)
        inquiries.drop_unshown(write)
        write.set_day("resume_on", None)
        session.transition(Session.Status.CLOSED)
        write.record("close", "session")
        session.tell_tables()  # their phones show what the plenary answered
        last = session.versions.aggregate(last=Max("number"))["last"] or 0
        whole = document(session)
        if session.table_count:
            whole = with_tables(whole, _last_of_tables(session))
        finding.later(session)
        return Version.objects.create(
            session=session,
            number=last + 1,
            reason=session.reason,
            document=whole,
        )


def still_open(plenary: Session) -> list[Session]:
    """The tables that are not closed yet, for which their plenary waits."""
    return [table for table in plenary.family if not table.is_closed]


def _last_of_tables(plenary: Session) -> list[tuple[int | None, dict]]:
    """Of each table, by its number, the document of its last version."""
    versions = Version.objects.filter(session__plenary=plenary).order_by("session", "number")
    last = {version.session_id: version.document for version in versions}
    return [(table.table, last[table.pk]) for table in plenary.family]


def reopen(access: Access, reason: str) -> None:
    """Open a closed talk again; the reason goes into its next version."""
    with transaction.atomic():
        if access.session.plenary_id is not None:
            _hold_plenary(access.session.plenary_id)
        _reopen(access, reason)


def _hold_plenary(plenary_id: uuid.UUID) -> None:
    """See to it that a plenary does not close while one of its tables is opened again."""
    plenary = Session.objects.select_for_update(no_key=True).get(pk=plenary_id)
    if plenary.is_closed:
        raise Refused(_("The plenary is closed. Open that again first."))


def _reopen(access: Access, reason: str) -> None:
    with access.session.writing(access, closed=True) as write:
        session = write.session
        if not session.is_closed:
            return
        session.transition(Session.Status.RUNNING)
        session.reason = reason
        # It goes on where the answer is; the times were those of another day.
        session.room_step = session.step_of_kind("outcome") or session.room_step
        session.planned_from, session.planned_at = "", None
        for name in ("begins", "ends"):
            write.set_day(name, None)
        write.record("reopen", "session", "", None, reason)
        session.tell_tables()
        finding.later(session)


def last_version(session: Session) -> Version | None:
    """The version that a closed talk is read in; None while it is open."""
    return session.versions.order_by("-number").first() if session.is_closed else None


def version_for(access: Access) -> Version | None:
    """The version in which this actor reads the talk; None for who sees it as it stands."""
    versions = access.session.versions.order_by("-number")
    if access.version is not None:
        versions = versions.filter(number=access.version)
    return versions.first() if access.reads_kept else None


def two_versions(access: Access, before: int, after: int) -> tuple[Version, Version] | None:
    """Two versions by number, the earlier one first, if this actor may read both."""
    if before >= after or access.version is not None:
        return None
    found = {one.number: one for one in access.session.versions.filter(number__in=(before, after))}
    return (found[before], found[after]) if len(found) == 2 else None


def answered_on(session: Session) -> datetime.date | None:
    """The first day on which one could decide about the answer of a closed talk.

    That is the day of the talk, where it was closed later; once it was opened again, the day on
    which it was closed with its last answer.
    """
    version = last_version(session)
    if version is None:
        return None
    closed_on = timezone.localdate(version.closing.closed_at)
    if session.reason or session.held_on is None:
        return closed_on
    return min(session.held_on, closed_on)


def decide(access: Access, decision: Decision, seen: int) -> Version | None:
    """Record what was decided about version number `seen` of a closed talk.

    That makes a further version: the document before it with the decision in it, and nothing that
    happened since. None, and nothing is stored, when another version came in the meantime. The
    same decision once more, sent again or typed again, is the one that is there.
    """
    with access.session.writing(access, closed=True) as write:
        last = last_version(write.session)
        if last is None:
            raise Refused(_("A decision can be recorded once the talk is closed."))
        outcome = last.document.get("outcome", {})
        decision.verdict = outcome.get("verdict", "")
        decision.answer = outcome.get("answer", "")
        decided = with_decision(last.document, decision)
        again = decided["decisions"][-1] in last.document.get("decisions", [])[-1:]
        known = Decision.known(write, [decision])  # may give it another id
        if again or decision.pk in known:
            return last
        if last.number != seen:
            return None
        decision.add(write)
        finding.later(write.session)
        return Version.objects.create(
            session=write.session,
            number=last.number + 1,
            cause=Version.Cause.DECISION,
            document=decided,
        )


def keep_promise(
    access: Access, promise: Promise, state: str | None, result: str | None, version: int
) -> tuple[Promise, bool]:
    """Store what became of `promise`: its state, and in words; None leaves one as it is.

    Gives the row as it is now, and False where somebody else said it in other words since.
    """
    with access.session.writing(access, closed=True) as write:
        row = type(promise).objects.standing().get(session=write.session, pk=promise.pk)
        if not write.session.is_closed:
            raise Refused(_("What became of the agreements can be said once the talk is closed."))
        if state is not None:
            row.mark(write, state=state)
        taken = result is None or row.edit(write, {"result": result}, version)
        finding.later(write.session)
    return row, taken


def still_stands(access: Access, review_on: datetime.date) -> None:
    """Somebody looked again at a closed talk: its answer still stands. The next day to look."""
    with access.session.writing(access, closed=True) as write:
        session = write.session
        if not session.is_closed:
            raise Refused(_("The talk is open. Choose the day to look again with its answer."))
        before, session.review_on = session.review_on, review_on
        if before != review_on:
            write.record("review", "session", "review_on", _iso(before), _iso(review_on))
