"""What happens in the room: where it is, what is given alone, and the moment of the reveal.

Each function is one write in one talk. What is given alone leaves no trail and touches no seat.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from django.http import Http404
from django.utils.translation import gettext as _

from .access import SEAT, Access, Actor
from .models import (
    Argument,
    Contribution,
    Item,
    Refused,
    Round,
    Seat,
    Session,
    Step,
    Write,
    author,
)
from .steps import List, kind_of


def take_seat(actor: Actor, session: Session, key: str) -> str:
    """Sit down in the room with a phone's `key`; gives the key to keep.

    A phone that sits here already keeps its seat.
    """
    access = Access(session, SEAT)
    own = actor.secret(SEAT, session.pk)
    with session.writing(access) as write:
        if own and Seat.objects.filter(session=session, key_hash=_seat_hash(own, session)):
            return own
        _seat, created = Seat.objects.get_or_create(
            session=session, key_hash=_seat_hash(key, session)
        )
        if created:
            write.touch()
    return key


def _seat_hash(key: str, session: Session) -> str:
    return author(key, "seat", session.pk)


def move_room(access: Access, step: str) -> None:
    """Bring the room to a step; the first time, the talk begins."""
    with access.session.writing(access) as write:
        session = write.session
        if session.status == Session.Status.DRAFT:
            session.transition(Session.Status.RUNNING)
        if session.room_step != step:
            before, session.room_step = session.room_step, step
            write.record("move", "room", "", before, step)


def open_rounds(session: Session) -> list[Round]:
    return list(Round.objects.filter(session=session, state=Round.State.OPEN))


def alone_lists(session: Session, round: Round):
    """The models of what is given alone in a round, for its reveal."""
    step = session.step(round.step)
    return [one.model for one in kind_of(step).alone] if step else []


def open_round(access: Access, step) -> Round:
    """Ask each alone what `step` asks alone; arguments are all revealed before any is weighed."""
    kind = kind_of(step)
    with access.session.writing(access) as write:
        if not kind.weighs:
            return Round.open(write, step.key, Round.Purpose.CONTRIBUTIONS)
        if any(
            round.purpose == Round.Purpose.CONTRIBUTIONS for round in open_rounds(write.session)
        ):
            raise Refused(_("Show all arguments first. Then weigh them."))
        arguments = list(Argument.objects.standing().filter(session=write.session))
        if not arguments:
            raise Refused(_("There is no argument to weigh yet."))
        return Round.open(write, step.key, Round.Purpose.WEIGHTS, arguments)


def reveal_round(access: Access, step) -> None:
    """Show what was given alone in the open round of `step`; a second click changes nothing."""
    _end_round(access, step, reveal=True)


def discard_round(access: Access, step) -> None:
    """Throw away, unseen, what was given alone in the open round of `step`."""
    _end_round(access, step, reveal=False)


def _end_round(access: Access, step, *, reveal: bool) -> None:
    with access.session.writing(access) as write:
        for round in open_rounds(write.session):
            if round.step == step.key:
                end = round.reveal if reveal else round.discard
                end(write, alone_lists(write.session, round))


def _open_round(write: Write, step: Step) -> Round:
    """The open round of a step, on the locked talk; Refused when there is none any more."""
    for round in open_rounds(write.session):
        if round.step == step.key:
            return round
    raise Refused(_("This round is no longer open."))


def expect(access: Access, step: Step, expected: int | None) -> None:
    with access.session.writing(access) as write:
        _open_round(write, step).expect(write, expected)


def raise_cards(
    access: Access, step: Step, counts: Iterable[tuple[Item, Mapping[int, int]]]
) -> None:
    """Set the cards raised for each item; none are lost that stand in another round."""
    with access.session.writing(access) as write:
        round = _open_round(write, step)
        round.raise_cards(write, {item.pk: of_item for item, of_item in counts})


def give_passed(access: Access, step: Step, id: uuid.UUID, weights: Mapping) -> None:
    """One ballot from the device that is passed round."""
    with access.session.writing(access) as write:
        _open_round(write, step).give_passed(write, id, weights)


def give_ballot(access: Access, step: Step, weights: Mapping[uuid.UUID, int]) -> None:
    """The ballot of one phone; a later one takes its place until the reveal."""
    with access.session.writing(access) as write:
        asked = Round.objects.filter(
            session=write.session,
            step=step.key,
            purpose=Round.Purpose.WEIGHTS,
            state__in=[Round.State.OPEN, Round.State.REVEALED],
        )
        rounds = list(asked.order_by("number"))
        if not rounds or not rounds[-1].is_open:
            raise Refused(_("This round is no longer open."))
        round = rounds[-1]
        earlier = rounds[-2].owner(access.key) if rounds[1:] else ""
        round.give(write, round.owner(access.key), weights, earlier)


def give_alone(access: Access, step: Step, form) -> None:
    """Store or change what one phone contributes, unseen until the reveal."""
    with access.session.writing(access) as write:
        round = _open_round(write, step)
        row: Contribution = form.contribution()
        row.round, row.author = round, round.owner(access.key)
        own = type(row).everything.filter(pk=row.pk, author=row.author, round=round).first()
        version = form.cleaned_data.get("version")
        if own is not None and version and own.edit(write, row, version):
            return
        # New, or changed on a second screen in the meantime: then both are kept.
        row.add(write)


def take_back(access: Access, step: Step, one: List, row_id: str) -> None:
    """Delete something that this phone gave and that is unseen yet."""
    with access.session.writing(access) as write:
        round = _open_round(write, step)
        own = one.model.everything.filter(round=round, author=round.owner(access.key))
        for row in own:
            if str(row.pk) == row_id:
                row.remove(write)


def be_ready(access: Access, step: Step, ready: bool) -> None:
    """Say "I am done" in a round that collects contributions, or take that back."""
    with access.session.writing(access) as write:
        round = _open_round(write, step)
        owner = round.ready_owner(access.key)
        if ready:
            round.give(write, owner, {})
        else:
            round.ballot_set.filter(owner=owner).delete()
            write.touch_unseen()


def row(access: Access, one: List, step: str, row_id: uuid.UUID) -> Contribution:
    """A shared row of a list; 404 where there is none."""
    found = one.model.objects.filter(session=access.session, step=step, pk=row_id).first()
    if found is None:
        raise Http404
    return found
