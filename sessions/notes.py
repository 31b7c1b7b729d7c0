"""What a school writes about a talk afterwards, and by which words it is found: not the talk."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from .access import Access
from .models import Note, Refused, Session, Tag

MOST_TAGS = 12  # of one talk
SUGGESTED = 8
OFFERED = 200  # of which a browser may complete what one types


def notes(access: Access) -> list[Note]:
    """The notes about a talk, the oldest first; of those taken away only one's own."""
    found = Note.objects.filter(session=access.session)
    found = found.filter(Q(removed_at=None) | Q(author=access.user))
    return list(found.select_related("author"))


def write_note(access: Access, id: uuid.UUID, text: str) -> Note:
    """A note under one's name. The same id and text again is the note that is there."""
    session, author = access.session, access.user
    with transaction.atomic():
        known = Note.objects.filter(pk=id).first()
        same = known is not None and known.session_id == session.pk and known.author == author
        if known is not None and not (same and known.text == text):
            id = uuid.uuid5(id, f"{session.pk} {author.pk} {text}")
        return Note.objects.get_or_create(
            pk=id, defaults={"session": session, "author": author, "text": text}
        )[0]


def edit_note(access: Access, note_id: uuid.UUID, text: str) -> None:
    note = own_note(access, note_id)
    if note.removed_at is not None:
        raise Refused(_("This note was taken away. Put it back first."))
    note.text = text
    note.save(update_fields=["text"])


def remove_note(access: Access, note_id: uuid.UUID) -> None:
    """Take one's own note out of sight; `restore_note` brings it back."""
    note = own_note(access, note_id)
    if note.removed_at is None:
        note.removed_at = timezone.now()
        note.save(update_fields=["removed_at"])


def restore_note(access: Access, note_id: uuid.UUID) -> None:
    note = own_note(access, note_id)
    note.removed_at = None
    note.save(update_fields=["removed_at"])


def own_note(access: Access, note_id: uuid.UUID) -> Note:
    """One's own note about this talk; 404 where there is none, Refused where it is another's."""
    note = Note.objects.filter(session=access.session, pk=note_id).first()
    if note is None or (note.removed_at is not None and note.author_id != access.user.pk):
        raise Http404
    if note.author_id != access.user.pk:
        raise Refused(_("Somebody else wrote this note. Only they can change it."))
    return note


# Words by which talks are found together


def add_tag(access: Access, name: str) -> None:
    """Give a talk a word by which it is found; giving it twice is once."""
    with transaction.atomic():
        # Waits for who adds one at the same moment, so that no two go over the limit together.
        session = Session.objects.select_for_update(of=("self",), no_key=True).get(
            pk=access.session.pk
        )
        known = list(session.tags.values_list("name", flat=True))
        if name not in known and len(known) >= MOST_TAGS:
            raise Refused(
                _("A talk has %(n)s words at most. Take one away first.") % {"n": MOST_TAGS}
            )
        Tag.objects.get_or_create(session=session, name=name)


def remove_tag(access: Access, name: str) -> None:
    Tag.objects.filter(session=access.session, name=name).delete()


def tags(session: Session) -> tuple[list[str], list[str]]:
    """The words of a talk, and what the organisation calls its others, the most used first."""
    of_school = Tag.objects.filter(session__removed_on=None).filter(
        Q(session=session.pk) | Q(session__organisation=session.organisation_id)
    )
    counted = (
        of_school.order_by()
        .values("name")
        .annotate(talks=Count("pk"), here=Count("pk", filter=Q(session=session.pk)))
    )
    rows = counted.order_by("-here", "-talks", "name")[:OFFERED]
    return (
        sorted(one["name"] for one in rows if one["here"]),
        [one["name"] for one in rows if not one["here"]],
    )
