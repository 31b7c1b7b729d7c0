"""Who cannot be at the table, heard before: what is asked of them, and what is done with it.

What is given locks its inquiry and not the talk: it leaves no trail and no time, and does not
move the day on which the talk is erased.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from kompas import live

from .access import Access
from .catalogues import same
from .models import (
    MOST_INQUIRIES,
    MOST_VOICES,
    Argument,
    Erasure,
    Inquiry,
    Origin,
    Refused,
    Session,
    Stakeholder,
    Step,
    Voice,
    Write,
)
from .models.text import BODY
from .upkeep import erase_voice

# What is typed of an inquiry, and is saved under its version.
WORDS = ("question", "asked", "for_children", "until")
SHOWN, HIDDEN, WAITING = Voice.State.SHOWN, Voice.State.HIDDEN, Voice.State.WAITING


class Full(Refused):
    """As many answers were given to an inquiry as it holds."""


# -- what is asked, by the facilitator ------------------------------------------------------------


def of_talk(session: Session) -> list[Inquiry]:
    """The inquiries of a talk, each with how many of its voices are in which state."""
    counts = {
        str(state): Count("voices", filter=Q(voices__state=state)) for state in Voice.State.values
    }
    found = list(Inquiry.objects.filter(session=session).annotate(**counts))
    for inquiry in found:
        inquiry.session = session
    return found


def inquiry_of(access: Access, inquiry_id: uuid.UUID) -> Inquiry:
    """One inquiry of a talk; 404 where there is none."""
    found = Inquiry.objects.filter(session=access.session, pk=inquiry_id).first()
    if found is None:
        raise Http404
    found.session = access.session
    return found


def voices_given(session: Session) -> int:
    """How many voices a talk has, seen or not: it grows with each that is given.

    What else can happen to a voice raises the talk's revision; together they tell of any change.
    """
    return Voice.objects.filter(inquiry__session=session).count()


def untold(of_talk: Iterable[Any]) -> list[Any]:
    """Of what was asked: what was answered, with nothing yet of what was done with the answers."""
    return [one for one in of_talk if not one.answer and one.waiting + one.shown + one.hidden]


def voices_of(inquiry: Inquiry) -> list[Voice]:
    """All voices of an inquiry, those to be read first; for who moderates, and nobody else."""
    order = list(map(str, (WAITING, SHOWN, HIDDEN)))
    found = list(Voice.objects.filter(inquiry=inquiry))
    return sorted(found, key=lambda voice: order.index(voice.state))


def heard(session: Session) -> list[Voice]:
    """The voices of a talk that are shown: what its screens may know of."""
    return list(_shown(session).select_related("inquiry").order_by("inquiry", "id"))


def _shown(session: Session) -> QuerySet[Voice]:
    """At a table, those that its plenary heard: who is asked beforehand is asked for all tables."""
    asked_by = session.plenary_id or session.pk
    return Voice.objects.filter(inquiry__session=asked_by, state=SHOWN)


def ask(access: Access, id: uuid.UUID, words: Mapping[str, Any]) -> Inquiry:
    """A new inquiry; the same `id` and words again is the one that is there."""
    with access.session.writing(access) as write:
        if write.session.plenary_id:
            raise Refused(_("Who is asked beforehand is asked for all tables, at the plenary."))
        known = Inquiry.objects.filter(session=write.session, pk=id).first()
        if known is not None and _said(known).items() >= _plain(words).items():
            return known
        if write.session.inquiries.count() >= MOST_INQUIRIES:
            raise Refused(
                _("A talk has room for %(n)d of these questions.") % {"n": MOST_INQUIRIES}
            )
        if Inquiry.objects.filter(pk=id).exists():
            id = uuid.uuid4()
        made = Inquiry.objects.create(pk=id, session=write.session, **words)
        write.record("add", "inquiry", made.pk, None, _said(made))
    return made


def reword(access: Access, inquiry: Inquiry, words: Mapping[str, Any], version: int) -> bool:
    """Save other words of an inquiry; False, and both are kept, if `version` is not the last."""
    with access.session.writing(access) as write:
        return _put(write, _locked(write, inquiry), words, version)


def tell(access: Access, inquiry: Inquiry, answer: str, version: int) -> bool:
    """Save what was done with the answers, also once the talk is closed; else as `reword`."""
    with access.session.writing(access, closed=True) as write:
        return _put(write, _locked(write, inquiry), {"answer": answer}, version)


def _put(write: Write, stored: Inquiry, words: Mapping[str, Any], version: int) -> bool:
    before = {name: value for name, value in _said(stored).items() if name in words}
    after = _plain(words)
    if before == after:
        return True
    if stored.version != version:
        write.record("refuse", "inquiry", stored.pk, before, after)
        return False
    for name, value in words.items():
        setattr(stored, name, value)
    stored.version += 1
    stored.save(update_fields=[*words, "version"])
    write.record("edit", "inquiry", stored.pk, before, after)
    return True


def _said(inquiry: Inquiry) -> dict[str, Any]:
    return _plain({name: getattr(inquiry, name) for name in (*WORDS, "answer")})


def _plain(words: Mapping[str, Any]) -> dict[str, Any]:
    """As plain JSON."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in words.items()
    }


def set_open(access: Access, inquiry: Inquiry, is_open: bool) -> None:
    """Let nobody answer any more, or let them again; a second press changes nothing."""
    with access.session.writing(access) as write:
        stored = _locked(write, inquiry)
        if stored.closed == is_open:
            stored.closed = not is_open
            stored.save(update_fields=["closed"])
            write.record("open" if is_open else "shut", "inquiry", stored.pk)


def take_away(access: Access, inquiry: Inquiry) -> None:
    """Delete an inquiry to which nobody answered."""
    with access.session.writing(access) as write:
        stored = _locked(write, inquiry)
        if stored.voices.exists():
            raise Refused(_("Somebody has answered already, so this question stays."))
        write.record("remove", "inquiry", stored.pk, _said(stored), None)
        stored.delete()


def _locked(write: Write, inquiry: Inquiry) -> Inquiry:
    """An inquiry of the talk that is written in; its own lock keeps who gives waiting."""
    return _lock(session=write.session, pk=inquiry.pk)


def _lock(**which: Any) -> Inquiry:
    found = Inquiry.objects.select_for_update(no_key=True).filter(**which).first()
    if found is None:
        raise Http404
    return found


# -- what is given --------------------------------------------------------------------------------


def give(
    inquiry: Inquiry, form_id: uuid.UUID, text: str, role: str = "", *, paper: bool = False
) -> None:
    """Store one voice, to be read by the facilitator; sending it again stores nothing new.

    A card may be typed as long as the talk is open; else it must still be asked. Raises Refused.
    """
    # Of form and words: other words from the same form are another voice. An erased one has left
    # its id behind, so that it cannot come back.
    id = uuid.uuid5(form_id, f"{inquiry.pk} {role} {text}")
    with transaction.atomic():
        locked = _lock(pk=inquiry.pk)
        # Asked after the lock: closing waits for this lock too, and takes away what is not shown.
        locked.session = Session.objects.get(pk=locked.session_id)
        if Voice.objects.filter(pk=id).exists() or Erasure.objects.filter(pk=id).exists():
            return
        if locked.session.is_closed or not (paper or locked.is_open):
            raise Refused(_("Answers can no longer be given here."))
        if locked.voices.count() >= MOST_VOICES:
            raise Full(_("So many have answered that nothing more can be added."))
        Voice.objects.create(pk=id, inquiry=locked, text=text, role=role, paper=paper)
        # The facilitator's page has the number of voices in its tag; no other screen changes.
        live.changed(locked.session.leading_topic)


# -- what is shown of it --------------------------------------------------------------------------


def moderate(access: Access, inquiry: Inquiry, voice_id: uuid.UUID, state: str) -> None:
    """Show a voice to all, or do not; the trail tells that, and none of its words."""
    with access.session.writing(access) as write:
        voice = _voice(write, inquiry, voice_id)
        if voice.state != state:
            write.record("moderate", "voice", voice.pk, voice.state, state)
            voice.state = state
            voice.save(update_fields=["state"])
            write.session.tell_tables()


def show_read(access: Access, inquiry: Inquiry, ids: Iterable[uuid.UUID]) -> None:
    """Show those of these voices that still wait: what was read, and none that came since."""
    with access.session.writing(access) as write:
        waiting = Voice.objects.filter(
            inquiry=inquiry, inquiry__session=write.session, state=WAITING, pk__in=ids
        )
        read = list(waiting.values_list("pk", flat=True))
        if read:
            write.record_each(("moderate", "voice", id, WAITING, SHOWN) for id in read)
            waiting.update(state=SHOWN)
            write.session.tell_tables()


def erase(access: Access, inquiry: Inquiry, voice_id: uuid.UUID) -> None:
    """Really delete a voice, for one that names somebody; neither a resend brings it back, nor a
    restored backup. One that is gone already stays so."""
    with access.session.writing(access) as write:
        voice = Voice.objects.filter(
            inquiry=inquiry, inquiry__session=write.session, pk=voice_id
        ).first()
        if voice is not None:
            erase_voice(voice)
            write.record("erase", "voice", voice_id)
            write.session.tell_tables()


def _voice(write: Write, inquiry: Inquiry, voice_id: uuid.UUID) -> Voice:
    found = Voice.objects.filter(
        inquiry=inquiry, inquiry__session=write.session, pk=voice_id
    ).first()
    if found is None:
        raise Http404
    return found


def drop_unshown(write: Write) -> None:
    """At closing: what was not shown is deleted; who is still giving is waited for."""
    list(Inquiry.objects.select_for_update(no_key=True).filter(session=write.session))
    Voice.objects.filter(inquiry__session=write.session).exclude(state=SHOWN).delete()


# -- taking it over -------------------------------------------------------------------------------

INTEREST = "interest"


def take_over(access: Access, step: Step, voice_id: uuid.UUID, as_: str) -> Stakeholder | Argument:
    """Make a shown voice a stakeholder's interest, or an argument for or against.

    Twice is once. Gives the row, to be edited in the ordinary way.
    """
    with access.session.writing(access) as write:
        voice = _shown(write.session).select_related("inquiry").filter(pk=voice_id).first()
        if voice is None:
            raise Http404
        if as_ == INTEREST:
            return _as_interest(write, step, voice)
        row = Argument(
            pk=uuid.uuid5(voice.pk, f"{step.key} {as_}"),
            session=write.session,
            step=step.key,
            side=as_,
            text=voice.text,
            origin=Origin.HEARD,
        )
        return _standing(write, row)


def _as_interest(write: Write, step: Step, voice: Voice) -> Stakeholder:
    """The words under whom they are from: who stands there by that name, or somebody new."""
    name = who_of(voice)
    rows = Stakeholder.objects.standing().filter(session=write.session, step=step.key)
    row = next((one for one in rows if same(one.name) == same(name)), None)
    if row is None:
        new = Stakeholder(
            pk=uuid.uuid5(voice.pk, step.key),
            session=write.session,
            step=step.key,
            name=name,
            interest=voice.text,
            at_table=False,
            origin=Origin.HEARD,
        )
        return _standing(write, new)
    if voice.text not in row.interest:
        interest = "\n".join(filter(None, [row.interest, voice.text]))
        if len(interest) > BODY:
            raise Refused(_("This text is full. Shorten it first."))
        row.edit(write, {"interest": interest, "origin": Origin.HEARD}, row.version)
    return row


def _standing(write: Write, row: Any) -> Any:
    """The row as it stands: stored now, or before; one that was taken away comes back."""
    stored = row.add(write)
    if stored.removed_at is not None:
        stored.restore(write)
    return stored


def who_of(voice: Voice) -> str:
    """Whom a voice is from, as far as that is known."""
    return voice.inquiry.asked or (voice.get_role_display() if voice.role else _("Heard before"))
