"""What happens in the room: where it is, what is given alone, and the moment of the reveal.

Each function is one write in one talk. What is given alone leaves no trail and touches no seat.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from . import practice, timing
from .access import SEAT, Access, Actor
from .clock import Clock
from .models import (
    Argument,
    Ballot,
    Change,
    Contribution,
    Item,
    Refused,
    Round,
    Seat,
    Session,
    Step,
    Tally,
    Value,
    Write,
    author,
    distributions,
    new_code,
)
from .steps import List, kind_of


def take_seat(actor: Actor, session: Session, key: str, *, leads: bool = False) -> str:
    """Sit down in the room with a phone's `key`; gives the key to keep.

    A phone that sits here already keeps its seat. Refused to others while the room is locked,
    but not to who leads.
    """
    access = Access(session, SEAT)
    own = actor.secret(SEAT, session.pk)
    with session.writing(access) as write:
        if write.session.table_count:
            raise Refused(_("This talk has several tables. Choose one of them."))
        if own and seat_of(session, own):
            return own
        if write.session.room_locked and not leads:
            raise Refused(_("The room is locked. Ask the facilitator to open it."))
        _seat, created = Seat.objects.get_or_create(
            session=session, key_hash=_seat_hash(key, session)
        )
        if created:
            write.touch()
    return key


def seat_of(session: Session, key: str) -> Seat | None:
    """The seat of the phone that has `key`."""
    return Seat.objects.filter(session=session, key_hash=_seat_hash(key, session)).first()


def leave_seat(session: Session, key: str) -> bool:
    """Give up a phone's seat, unless something that it gave is still unseen; whether it did."""
    with session.writing(Access(session, SEAT), closed=True) as write:
        seat = seat_of(session, key)
        if seat is None:
            return True
        if any(_holds(round, key) for round in unrevealed_rounds(write.session)):
            return False
        seat.delete()
        write.touch()
    return True


def _holds(round: Round, key: str) -> bool:
    """Whether an unrevealed round holds something of this phone."""
    owners = [round.owner(key), round.ready_owner(key)]
    if round.ballot_set.filter(owner__in=owners).exists():
        return True
    return any(
        model.everything.filter(round=round, author=owners[0]).exists()
        for model in alone_lists(round.session, round)
    )


def _seat_hash(key: str, session: Session) -> str:
    return author(key, "seat", session.pk)


def lock_room(access: Access, locked: bool) -> None:
    """Admit nobody new by the code, or do again. Who takes part already comes and goes."""
    with access.session.writing(access) as write:
        _is_no_table(write)
        if write.session.locked != locked:
            write.session.locked = locked
            write.record("lock" if locked else "unlock", "room")
            write.session.tell_tables()


def change_code(access: Access, before: str) -> None:
    """Another room code in the place of `before`; who takes part already notices nothing."""
    with access.session.writing(access) as write:
        _is_no_table(write)
        if write.session.code == before:
            write.session.code = new_code()
            write.record("code", "room")
            write.session.tell_tables()


def _is_no_table(write: Write) -> None:
    if write.session.plenary_id is not None:
        raise Refused(_("The door is the plenary's. It is locked and opened there."))


def set_clock(
    access: Access, change: Callable[[Clock | None], Clock | None], stamp: str | None = None
) -> None:
    """Change the clock; with a `stamp` only the one that has it, so that pressing twice is once."""
    with access.session.writing(access) as write:
        session, before = write.session, Clock.of(write.session)
        if stamp not in (None, before.stamp if before else ""):
            return
        clock = change(before)
        if clock != before:
            session.clock_ends = clock.ends if clock else None
            session.clock_left = clock.left if clock else None
            write.record("clock", "room", "", None, clock.stamp if clock else "")


def move_room(access: Access, step: str) -> None:
    """Bring the room to a step; the first time the talk begins, after a pause it goes on."""
    with access.session.writing(access) as write:
        _move(write, step)


def _move(write: Write, step: str) -> None:
    session = write.session
    if session.status == Session.Status.DRAFT:
        session.transition(Session.Status.RUNNING)
    begins, goes_on = not session.room_step, session.resume_on is not None
    if session.room_step != step:
        # What was felt first is no longer first once the talk has gone on.
        for round in unrevealed_rounds(session):
            if round.step == session.room_step and is_first_intuition(session, round):
                round.seal(write)
        before, session.room_step = session.room_step, step
        session.stop_clock()  # it was for what the group did there
        write.record("move", "room", "", before, step)
    if goes_on:
        write.set_day("resume_on", None)
    if goes_on or (begins and _begins_late(session)):
        _divide(write, step)


def _begins_late(session: Session) -> bool:
    """Whether there is an end time, and less time until then than was meant, or it is not known."""
    now = timing.clock(timezone.now())
    if session.ends is None or timing.minutes_until(now, session.ends) <= 0:
        return False
    return session.begins is None or timing.minutes_until(session.begins, now) > 0


def divide_time(access: Access, step: Step) -> None:
    """Divide the time that is left anew, from now and from this step on."""
    with access.session.writing(access) as write:
        _divide(write, step.key)


def _divide(write: Write, step: str) -> None:
    session = write.session
    before = session.planned_from
    session.planned_from, session.planned_at = step, timezone.now()
    write.record("plan", "session", "", before, step)


def set_end(access: Access, ends: datetime.time | None) -> None:
    """Change when the talk ends; under way, what is left is divided anew from where it is."""
    with access.session.writing(access) as write:
        session = write.session
        if session.ends == ends:
            return
        write.set_day("ends", ends)
        if session.room_step:
            _divide(write, session.room_step)


def unrevealed_rounds(session: Session) -> list[Round]:
    """The rounds, open or sealed, that hold what nobody has seen yet."""
    return list(_unrevealed(session))


def _unrevealed(session: Session) -> QuerySet[Round]:
    states = (Round.State.OPEN, Round.State.SEALED)
    return Round.objects.filter(session=session, state__in=states)


def _holding(session: Session) -> QuerySet[Any]:
    """Those of them, each with whether anybody gave anything in it, `is_given`, in one query.

    To say "I am done" is to give nothing where arguments are collected, of which all see how many
    there are. Elsewhere it counts as something: else one could tell who is done from who differs.
    """
    kinds = {step.key: kind_of(step) for step in session.steps}
    counted = [
        key for key, kind in kinds.items() if any(one.model is Argument for one in kind.alone)
    ]
    holds = Q(Exists(Ballot.objects.filter(round=OuterRef("pk"))))
    holds &= ~Q(purpose=Round.Purpose.CONTRIBUTIONS, step__in=counted)
    holds |= Q(Exists(Tally.objects.filter(item__round=OuterRef("pk"))))  # cards, or slips
    for model in {one.model for kind in kinds.values() for one in kind.alone}:
        holds |= Q(Exists(model.everything.filter(round=OuterRef("pk"))))
    return _unrevealed(session).annotate(
        is_given=ExpressionWrapper(holds, output_field=BooleanField())
    )


def given_rounds(session: Session) -> list[Round]:
    """The unrevealed rounds in which anybody gave anything."""
    return [round for round in _holding(session) if round.is_given]


class NothingGiven(Refused):
    """A reveal would show nothing: no phone gave it, no hand told it."""


def holds_nothing(session: Session, step: Step) -> bool:
    """Whether a reveal in `step` would show nothing."""
    return _show_nothing([round for round in _holding(session) if round.step == step.key])


def _show_nothing(rounds: list[Any]) -> bool:
    return bool(rounds) and not any(one.is_given or one.asked is not None for one in rounds)


def is_first_intuition(session: Session, round: Round) -> bool:
    step = session.step(round.step)
    return (
        round.purpose == Round.Purpose.INTUITION
        and step is not None
        and kind_of(step).intuition == "first"
    )


def alone_lists(session: Session, round: Round):
    """The models of what is given alone in a round, for its reveal."""
    step = session.step(round.step)
    if step is None or round.purpose != Round.Purpose.CONTRIBUTIONS:
        return []
    return [one.model for one in kind_of(step).alone]


def open_round(access: Access, step: Step, purpose: str = "") -> Round:
    """Ask each alone what `step` asks alone, or of several things the one with that purpose.

    Whoever is asked looks at where the room is, so the room comes along. Arguments are all
    revealed before any is weighed; of those chosen, or of all if none is.
    """
    kind = kind_of(step)
    ask = kind.ask(purpose)
    if ask is None:
        raise Http404
    purpose = ask.purpose
    with access.session.writing(access) as write:
        _asks_here(write.session)
        if purpose == Round.Purpose.INTUITION and kind.intuition == "first":
            _must_be_first(write)
            if any(one.step == step.key for one in unrevealed_rounds(write.session)):
                _must_not_have_gone_on(write.session, step)
        if not ask.again:
            _must_be_unseen(write, step, purpose)
        asked = _to_weigh(write) if purpose == Round.Purpose.WEIGHTS else []
        _move(write, step.key)
        return Round.open(write, step.key, purpose, asked)


def _asks_here(session: Session) -> None:
    """At a plenary nobody sits, so nothing is asked there of each alone."""
    if session.table_count:
        raise Refused(_("This talk has several tables. Each asks this itself."))


def _to_weigh(write: Write) -> list[Argument]:
    """What a round of weights asks; all of what was given alone must be shown before."""
    if any(
        Argument in alone_lists(write.session, round) for round in unrevealed_rounds(write.session)
    ):
        raise Refused(_("Show all arguments first. Then weigh them."))
    arguments = list(Argument.objects.standing().filter(session=write.session))
    if not arguments:
        raise Refused(_("There is no argument to weigh yet."))
    return [argument for argument in arguments if argument.chosen] or arguments


def weigh_on_paper(
    access: Access, step: Step, number: int, counts: Mapping[uuid.UUID, Mapping[int, int]]
) -> None:
    """A round that was held on paper: its weights per argument, shown at once.

    `number` is the one that the round gets, so that sending twice makes one round.
    """
    with access.session.writing(access) as write:
        _asks_here(write.session)
        rounds = Round.objects.filter(
            session=write.session, step=step.key, purpose=Round.Purpose.WEIGHTS
        )
        if any(round.number >= number for round in rounds):
            return
        round = Round.open(write, step.key, Round.Purpose.WEIGHTS, _to_weigh(write))
        items = {item.argument_id: item.pk for item in round.items.all()}
        round.raise_cards(
            write, {items[one]: of_one for one, of_one in counts.items() if one in items}
        )
        round.reveal(write)


def _must_be_first(write: Write) -> None:
    """A first intuition that was shown is not asked again: it would not be the first."""
    if Round.objects.filter(
        session=write.session, purpose=Round.Purpose.INTUITION, state=Round.State.REVEALED
    ).exists():
        raise Refused(_("The first feeling was shown already."))


def has_gone_on(session: Session, step: Step) -> bool:
    """Whether the group was at `step`, and went to another from there."""
    moves = Change.objects.filter(session=session, thing="room", thing_id="", action="move")
    return moves.filter(before=step.key).exists()


def _must_not_have_gone_on(session: Session, step: Step) -> None:
    """What was felt first is no longer first once the talk has gone on."""
    if has_gone_on(session, step):
        raise Refused(_("The group has gone on. What everyone felt first stays as it is."))


def _must_be_unseen(write: Write, step: Step, purpose: str) -> None:
    """What people chose alone is counted once: nobody would be there twice."""
    if Round.objects.filter(
        session=write.session, step=step.key, purpose=purpose, state=Round.State.REVEALED
    ).exists():
        raise Refused(_("This was shown already."))


def reveal_round(access: Access, step: Step, *, empty: bool = True) -> list[Round]:
    """Show what was given alone in the last round of `step`, and tell which rounds that ended.

    A second click changes nothing. Without `empty` it raises `NothingGiven` where nothing would be
    shown.
    """
    return _end_round(access, step, reveal=True, empty=empty)


def discard_round(access: Access, step) -> None:
    """Throw away, unseen, what was given alone in the last round of `step`."""
    _end_round(access, step, reveal=False)


def _end_round(access: Access, step: Step, *, reveal: bool, empty: bool = True) -> list[Round]:
    with access.session.writing(access) as write:
        waiting = list(_holding(write.session))
        ending = [round for round in waiting if round.step == step.key]
        if not empty and _show_nothing(ending):
            raise NothingGiven
        if reveal and any(is_last_intuition(write.session, round) for round in ending):
            # The first intuition is shown beside the last, and never before it.
            ending += [round for round in waiting if is_first_intuition(write.session, round)]
        elif reveal and any(is_first_intuition(write.session, round) for round in ending):
            raise Refused(_("The first feeling stays unseen until the end of the talk."))
        for round in ending:
            # What nobody weighed is not weighed: it is asked anew, and the step is not done.
            nobody = round.purpose == Round.Purpose.WEIGHTS and not distributions([round])[round.pk]
            end = round.reveal if reveal and not nobody else round.discard
            end(write, alone_lists(write.session, round))
    return ending


def is_last_intuition(session: Session, round: Round) -> bool:
    intuition = round.purpose == Round.Purpose.INTUITION
    return intuition and not is_first_intuition(session, round)


def seal_round(access: Access, step: Step) -> None:
    """Let nobody give any more in the open round of `step`; what was given stays unseen."""
    with access.session.writing(access) as write:
        for round in unrevealed_rounds(write.session):
            if round.step == step.key:
                round.seal(write)


def unseal_round(access: Access, step: Step) -> None:
    """Let everyone give again in the sealed round of `step`; the room comes along.

    Nothing happens when it was shown in the meantime: then nothing is asked anew.
    """
    with access.session.writing(access) as write:
        for round in unrevealed_rounds(write.session):
            if round.step == step.key and round.is_sealed:
                if is_first_intuition(write.session, round):
                    _must_not_have_gone_on(write.session, step)
                _move(write, step.key)
                round.unseal(write)


def _open_round(write: Write, step: Step, purpose: str) -> Round:
    """The open round of a step, on the locked talk; Refused when there is none any more."""
    for round in unrevealed_rounds(write.session):
        if round.step == step.key and purpose in ("", round.purpose):
            if round.refusal:
                raise Refused(round.refusal)
            return round
    raise Refused(_("This round is no longer open."))


def expect(access: Access, step: Step, expected: int | None) -> None:
    with access.session.writing(access) as write:
        _open_round(write, step, "").expect(write, expected)


def raise_cards(
    access: Access, step: Step, counts: Iterable[tuple[Item, Mapping[int, int]]]
) -> None:
    """Set the cards raised for each item; none are lost that stand in another round."""
    counted = {item.pk: of_item for item, of_item in counts}
    with access.session.writing(access) as write:
        for round in unrevealed_rounds(write.session):
            if round.step == step.key and round.items.filter(pk__in=counted).exists():
                round.raise_cards(write, counted)
                return
        raise Refused(_("This round is no longer open."))


def give_passed(access: Access, step: Step, id: uuid.UUID, weights: Mapping) -> None:
    """One ballot from the device that is passed round."""
    with access.session.writing(access) as write:
        _open_round(write, step, "").give_passed(write, id, weights)


def give_ballot(access: Access, step: Step, weights: Mapping[uuid.UUID, int]) -> None:
    """The ballot of one phone; a later one takes its place until the reveal."""
    with access.session.writing(access) as write:
        rounds = list(Round.objects.filter(session=write.session))
        # At most one in a step is not shown yet.
        here = [one for one in rounds if one.is_unrevealed and one.step == step.key]
        if not here or here[0].purpose == Round.Purpose.CONTRIBUTIONS:
            raise Refused(_("This round is no longer open."))
        round = here[0]
        if round.refusal:
            raise Refused(round.refusal)
        earlier = _earlier_round(write.session, round, rounds)
        round.give(
            write, round.owner(access.key), weights, earlier.owner(access.key) if earlier else ""
        )


def _earlier_round(session: Session, round: Round, rounds: list[Round]) -> Round | None:
    """Of a talk's rounds the one that this is told beside: the one before, or the first feeling."""
    alike = [one for one in rounds if one.purpose == round.purpose and one.pk != round.pk]
    if round.purpose == Round.Purpose.INTUITION:
        found = [one for one in alike if is_first_intuition(session, one)]
        waiting = [one for one in found if one.state != Round.State.DISCARDED]
        return waiting[-1] if waiting and is_last_intuition(session, round) else None
    before = [one for one in alike if one.step == round.step and one.is_revealed]
    return max(before, key=lambda one: one.number, default=None)


def tell_moved(access: Access, step: Step, moved: int | None, asked: int | None) -> None:
    """How many moved, of how many, as raised hands said; also once it is shown."""
    with access.session.writing(access) as write:
        rounds = Round.objects.filter(session=write.session, step=step.key).order_by("number")
        round = told_by_hands(write.session, rounds)
        if round is None:
            raise Refused(_("The answers tell this themselves."))
        round.tell_moved(write, moved, asked)


def told_by_hands(session: Session, rounds: Iterable[Round]) -> Round | None:
    """Of the rounds of a step the last intuition, shown or not, to which nobody gave a ballot."""
    found = [
        round
        for round in rounds
        if (round.is_unrevealed or round.is_revealed) and is_last_intuition(session, round)
    ]
    return found[-1] if found and not found[-1].has_ballots else None


def give_alone(access: Access, step: Step, form) -> None:
    """Store or change what one phone contributes, unseen until the reveal."""
    ask = kind_of(step).ask(Round.Purpose.CONTRIBUTIONS)
    with access.session.writing(access) as write:
        round = _open_round(write, step, Round.Purpose.CONTRIBUTIONS)
        if ask is not None and not ask.counted:
            # Else whoever has nothing to say would be ready first.
            round.give(write, round.ready_owner(access.key), {})
        row: Contribution = form.contribution()
        row.round, row.author = round, round.owner(access.key)
        of_phone = type(row).everything.filter(author=row.author, round=round)
        own = of_phone.filter(pk=row.pk).first()
        version = form.cleaned_data.get("version")
        if own is not None and version and own.edit(write, form.changes(), version):
            return
        # New, or changed on a second screen in the meantime: then both are kept.
        row.position = of_phone.count() + 1  # among one's own only, and until the reveal
        row.add(write)


def choose_values(access: Access, step: Step, names: Mapping[str, str]) -> None:
    """The values, each with its core value, that one phone chooses alone; and that it is ready.

    They take the place of what it chose before, so that sending twice changes nothing.
    """
    most = kind_of(step).picks
    with access.session.writing(access) as write:
        round = _open_round(write, step, Round.Purpose.CONTRIBUTIONS)
        if len(names) > most:
            raise Refused(_("Choose at most %(most)d values.") % {"most": most})
        owner = round.owner(access.key)
        own = Value.everything.filter(round=round, author=owner)
        held = set(own.values_list("name", flat=True))
        if held - names.keys():
            # Nothing points to what is unseen, so there is no need to look for it.
            own.exclude(name__in=names)._raw_delete(DEFAULT_DB_ALIAS)
        new = [
            Value(
                session=write.session,
                step=step.key,
                round=round,
                author=owner,
                name=name,
                core=core,
            )
            for name, core in names.items()
            if name not in held
        ]
        for row in new:
            row.first = row.digest()
        Value.everything.bulk_create(new)
        if new or held - names.keys():
            write.touch_unseen()
        round.give(write, round.ready_owner(access.key), {})


def take_back(access: Access, step: Step, one: List, row_id: str) -> None:
    """Delete something that this phone gave and that is unseen yet."""
    with access.session.writing(access) as write:
        round = _open_round(write, step, Round.Purpose.CONTRIBUTIONS)
        own = one.model.everything.filter(round=round, author=round.owner(access.key))
        for row in own:
            if str(row.pk) == row_id:
                row.remove(write)


def be_ready(access: Access, step: Step, ready: bool) -> None:
    """Say "I am done" in a round that collects contributions, or take that back."""
    with access.session.writing(access) as write:
        round = _open_round(write, step, Round.Purpose.CONTRIBUTIONS)
        owner = round.ready_owner(access.key)
        if ready:
            round.give(write, owner, {})
        else:
            round.ballot_set.filter(owner=owner).delete()
            write.touch_unseen()


def let_made_up_people_in(access: Access, step: Step) -> None:
    """In a practice talk: made-up people give what the open round of `step` asks of each alone."""
    with access.session.writing(access) as write:
        session = write.session
        if not session.is_practice:
            raise Refused(_("Made-up people take part in a practice talk only."))
        round = _open_round(write, step, "")
        for key in practice.KEYS:
            Seat.objects.get_or_create(session=session, key_hash=_seat_hash(key, session))
        write.touch()
        if round.purpose == Round.Purpose.CONTRIBUTIONS:
            for model in alone_lists(session, round):
                for row in practice.contributions(session, round, model):
                    row.add(write)
            for key in practice.KEYS:
                round.give(write, round.ready_owner(key), {})
            return
        earlier = _earlier_round(session, round, list(Round.objects.filter(session=session)))
        given = practice.weights(list(round.items.all()), later=earlier is not None)
        for key, weights in zip(practice.KEYS, given, strict=True):
            round.give(
                write, round.owner(key), weights, earlier.owner(key) if earlier is not None else ""
            )


def row(access: Access, one: List, step: str, row_id: uuid.UUID) -> Contribution:
    """A shared row of a list; 404 where there is none."""
    found = one.model.objects.filter(session=access.session, step=step, pk=row_id).first()
    if found is None:
        raise Http404
    return found
