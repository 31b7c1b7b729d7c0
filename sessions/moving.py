"""A whole organisation as one file, that another installation takes in.

A zip: `organisation.json` (its schools, its people, its log) and a file for each talk. What another
installation cannot use is not in it: passwords, links, room codes, phones, what is not revealed.
"""

from __future__ import annotations

import datetime
import json
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kompas import mail
from kompas.accounts.models import Event, Membership, Organisation, Role, User
from kompas.backup import snapshot
from kompas.nesting import is_too_deep

from .document import DocumentError, document, load, normalise
from .document.format import day_of
from .models import Erasure, Note, Session, Share, Tag, Version, read_families
from .own_data import account_id

FORMAT, VERSION = "kompas-organisation", 1
HEAD = "organisation.json"
LARGEST = 64 * 1024 * 1024  # bytes of one file in it
MOST = 500_000  # files in it
DAYS = ("closed_on", "changed_on", "archived_on", "removed_on")


class MovingError(Exception):
    """Says in one line what is wrong with the file. Nothing was stored."""


class _HereAlready(Exception):
    """All of it was taken in before."""


def below(organisation: Organisation) -> list[Organisation]:
    """The organisation and all that is part of it, each after what it is part of."""
    found, level = [], [organisation]
    while level:
        found += level
        level = list(Organisation.objects.filter(parent__in=level).order_by("public_id"))
    return found


# Taking along


def ask(organisation: Organisation, user: User) -> None:
    """Ask whoever runs the installation for the file; once a day.

    It holds all that was said, which is not an administrator's to read: so nobody downloads it.
    """
    if asked_on(organisation) == timezone.localdate():
        return
    Event.record(organisation, user, "ask_export", "organisation", organisation.public_id)
    if not mail.is_set_up():
        return
    with translation.override(settings.LANGUAGE_CODE):
        words = [
            _("Hello,"),
            _("%(name)s asks for a file with all that it has in Kompas.")
            % {"name": organisation.name},
            _("Make it on the server with this command:"),
            f"manage.py export_organisation {organisation.slug} --output {organisation.slug}.zip",
            _("It holds all that was said. Give it only to who may read that."),
        ]
        subject = _("An organisation asks for its file")
        for one in User.objects.filter(is_superuser=True, is_active=True):
            mail.send([EmailMessage(subject, "\n\n".join(words) + "\n", to=[one.email])])


def asked_on(organisation: Organisation) -> datetime.date | None:
    """The day on which the file was last asked for."""
    asked = Event.objects.filter(organisation=organisation, action="ask_export").first()
    return timezone.localdate(asked.at) if asked else None


def export(organisation: Organisation, file: Path) -> int:
    """Write all of an organisation to a file, as it is at one moment; counts the talks."""
    with nullcontext() if connection.in_atomic_block else snapshot():
        scope = below(organisation)
        talks = Session.objects.filter(organisation__in=scope, plenary=None)
        talks = talks.exclude(kind=Session.Kind.EXAMPLE).select_related("method", "organisation")
        count = 0
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            _put(packed, HEAD, _head(scope))
            for session in talks.order_by("pk").iterator(chunk_size=100):
                _put(packed, f"talks/{session.pk}.json", _talk(session, scope))
                count += 1
    return count


def _put(packed: zipfile.ZipFile, name: str, value: Any) -> None:
    """Add a file that is the same whenever and wherever it is made."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    packed.writestr(entry, text.encode() + b"\n")


def _head(scope: list[Organisation]) -> dict[str, Any]:
    members = Membership.objects.filter(organisation__in=scope).select_related("user")
    roles: dict[User, list[list[str]]] = {}
    ids = {one.pk: str(one.public_id) for one in scope}
    for one in members:
        roles.setdefault(one.user, []).append([ids[one.organisation_id], one.role])
    events = Event.objects.filter(organisation__in=scope).order_by("id")
    return {
        "format": FORMAT,
        "version": VERSION,
        "organisations": [
            {
                "id": str(one.public_id),
                "part_of": ids.get(one.parent_id) if one.parent_id else None,
                "name": one.name,
                "slug": one.slug,
                "keep_weights": one.keep_weights,
                "keep_talks": one.keep_talks,
                "retention_from": _iso(one.retention_from),
            }
            for one in scope
        ],
        "people": sorted(
            (
                {
                    "id": str(user.trail_id),
                    "email": user.email,
                    "name": user.name,
                    "roles": sorted(held),
                }
                for user, held in roles.items()
            ),
            key=lambda one: one["email"],
        ),
        "log": [
            {
                "organisation": ids[one.organisation_id],
                "at": _iso(one.at),
                "actor": str(one.actor) if one.actor else None,
                "action": one.action,
                "thing": one.thing,
                "thing_id": one.thing_id,
                "details": one.details,
            }
            for one in events
        ],
    }


def _talk(session: Session, scope: list[Organisation]) -> dict[str, Any]:
    """A talk with its tables: the documents, and what hangs on them."""
    read_families([session])
    ids = {one.pk: str(one.public_id) for one in scope}
    people = set(Membership.objects.filter(organisation__in=scope).values_list("user", flat=True))

    def person(user: User | None) -> str | None:
        return str(user.trail_id) if user is not None and user.pk in people else None

    before = session.follows_id or uuid.UUID(int=0)
    follows = Session.objects.filter(pk=before, organisation__in=scope)
    shares = Share.objects.filter(version__session=session, organisation__in=scope)
    return {
        "id": str(session.pk),
        "kind": session.kind,
        "organisation": ids[session.organisation_id or 0],
        "owner": person(session.owner),
        "follows": str(before) if follows.exists() else None,
        "document": document(session),
        **_kept(session),
        "tables": [{"number": one.table, **_kept(one)} for one in session.family],
        "tags": sorted(session.tags.values_list("name", flat=True)),
        "notes": [
            {
                "id": str(one.pk),
                "author": person(one.author),
                "text": one.text,
                "written_at": _iso(one.written_at),
                "removed_at": _iso(one.removed_at),
            }
            for one in session.notes.select_related("author").order_by("written_at", "id")
        ],
        "shares": [
            {
                "id": str(one.pk),
                "version": one.version.number,
                "organisation": ids[one.organisation_id],
                "shared_on": _iso(one.shared_on),
            }
            for one in shares.select_related("version").order_by("id")
        ],
    }


def _kept(session: Session) -> dict[str, Any]:
    """What the document of a talk does not say of it."""
    return {
        "reason": session.reason,
        **{name: _iso(getattr(session, name)) for name in DAYS},
        "versions": [
            {
                "number": one.number,
                "cause": one.cause,
                "reason": one.reason,
                "closed_at": _iso(one.closed_at),
                "document": one.document,
            }
            for one in session.versions.order_by("number")
        ],
    }


def _iso(moment: datetime.date | datetime.datetime | None) -> str | None:
    if isinstance(moment, datetime.datetime):
        moment = moment.astimezone(datetime.UTC)
    return moment.isoformat() if moment else None


# Taking in


@dataclass
class Taken:
    """What was taken in, and how many talks and people stay away, since they were erased here."""

    organisations: int = 0  # none where all was here already
    people: int = 0
    talks: int = 0
    erased: int = 0
    _organisations: dict[str, Organisation] = field(default_factory=dict)
    _people: dict[str, User] = field(default_factory=dict)


def take_in(file: Path) -> Taken:
    """Store what a file holds, whole or not at all. What was taken in before stays as it is.

    It adds nothing to what is here: to no organisation, to no talk, and to no account but a role
    in the organisations that it brings.

    Raises MovingError, with the file in it and the reason, when anything is wrong.
    """
    try:
        with zipfile.ZipFile(file) as packed, transaction.atomic():
            return _take_in(_files(packed))
    except _HereAlready:
        return Taken()
    except zipfile.BadZipFile:
        raise MovingError(f"{file} is no zip file, or is damaged.") from None
    except OSError as error:
        raise MovingError(f"{file} cannot be read: {error.strerror}.") from None
    except DatabaseError as error:
        raise MovingError(f"Nothing was stored: {' '.join(str(error).split())}") from None


def _files(packed: zipfile.ZipFile) -> Iterator[tuple[str, dict[str, Any]]]:
    """The files in it, the head first; each read when its turn comes."""
    entries = {one.filename: one for one in packed.infolist()}
    if HEAD not in entries:
        raise MovingError(f"There is no {HEAD} in it: this is not an organisation of Kompas.")
    if len(entries) > MOST or any(one.file_size > LARGEST for one in entries.values()):
        raise MovingError("This file is larger than an organisation can be.")
    for name in (HEAD, *sorted(entries.keys() - {HEAD})):
        if name != HEAD and not _is_talk(name):
            raise MovingError(f"{name[:80]!r} does not belong in it.")
        try:
            text = packed.read(name).decode("utf-8")
            value = None if is_too_deep(text) else json.loads(text)
        except ValueError:
            value = None
        if value is None:
            raise MovingError(f"{name}: this is no JSON.")
        yield name, value


def _is_talk(name: str) -> bool:
    id = name.removeprefix("talks/").removesuffix(".json")
    try:
        return name == f"talks/{uuid.UUID(id)}.json"
    except ValueError:
        return False


def _take_in(files: Iterator[tuple[str, dict[str, Any]]]) -> Taken:
    taken = Taken()
    follows: dict[uuid.UUID, uuid.UUID] = {}  # asked once all are here
    for name, value in files:
        try:
            if name == HEAD:
                _store_head(taken, value)
            else:
                _store_talk(taken, name, value, follows)
        except DocumentError as error:
            raise MovingError(f"{name}: {error}") from None
        except ValidationError as error:
            raise MovingError(f"{name}: {' '.join(error.messages)}") from None
        except KeyError as error:
            raise MovingError(f"{name}: {error.args[0]!r} is missing or not known.") from None
        except (TypeError, ValueError, AttributeError):
            raise MovingError(f"{name}: something in it is not of the kind it should be.") from None
    for id, before in follows.items():
        if Session.objects.filter(pk=before).exists():
            Session.objects.filter(pk=id).update(follows=before)
    return taken


def _store_head(taken: Taken, head: dict[str, Any]) -> None:
    if head.get("format") != FORMAT or head.get("version") != VERSION:
        raise MovingError(f"This is not {FORMAT} version {VERSION}.")
    ids = [uuid.UUID(one["id"]) for one in head["organisations"]]
    if erased := next(filter(_is_erased, ids), None):
        raise MovingError(f"Organisation {erased} was erased here, and does not come back.")
    # What is here already belongs to who is in it here: a file adds nobody and nothing to it.
    here = set(Organisation.objects.filter(public_id__in=ids).values_list("public_id", flat=True))
    if here == set(ids):
        raise _HereAlready
    if here:
        raise MovingError(f"Organisation {min(here)} is here already, and not all of this file is.")
    for one, id in zip(head["organisations"], ids, strict=True):
        made = Organisation(
            public_id=id,
            parent=taken._organisations[one["part_of"]] if one["part_of"] else None,
            name=one["name"],
            slug=_free_slug(one["slug"]),
            keep_weights=one["keep_weights"],
            keep_talks=one["keep_talks"],
            retention_from=day_of(one["retention_from"]),
        )
        made.full_clean()
        made.save()
        taken._organisations[one["id"]] = made
        taken.organisations += 1
    for one in head["people"]:
        _store_person(taken, one)
    Event.objects.bulk_create(
        Event(
            organisation=taken._organisations[one["organisation"]],
            at=_moment(one["at"]),
            actor=uuid.UUID(one["actor"]) if one["actor"] else None,
            action=one["action"],
            thing=one["thing"],
            thing_id=one["thing_id"],
            details=one["details"],
        )
        for one in head["log"]
    )


def _store_person(taken: Taken, one: dict[str, Any]) -> None:
    """An account without a password, where there is none yet; the roles are those of the file."""
    trail_id = uuid.UUID(one["id"])
    if _is_erased(account_id(trail_id)):
        taken.erased += 1
        return
    user = User.objects.filter(trail_id=trail_id).first()
    user = user or User.objects.filter(email=one["email"].strip().lower()).first()
    if user is None:
        user = User(email=one["email"], name=one["name"], trail_id=trail_id)
        user.set_unusable_password()
        user.full_clean()
        user.save()
        taken.people += 1
    taken._people[one["id"]] = user
    for id, role in one["roles"]:
        if role not in Role.values:
            raise MovingError(f"{HEAD}: there is no role {str(role)[:40]!r}.")
        Membership.objects.get_or_create(
            user=user, organisation=taken._organisations[id], role=role
        )


def _store_talk(
    taken: Taken, name: str, told: dict[str, Any], follows: dict[uuid.UUID, uuid.UUID]
) -> None:
    id, organisation = uuid.UUID(told["id"]), taken._organisations[told["organisation"]]
    if name != f"talks/{id}.json":
        raise MovingError(f"{name}: it holds another talk.")
    if _is_erased(id):
        taken.erased += 1
        return
    if Session.objects.filter(pk=id).exists():
        raise MovingError(f"{name}: this talk is here already, and not of this organisation.")
    if told["kind"] not in (Session.Kind.TALK, Session.Kind.PRACTICE):
        raise MovingError(f"{name}: there is no such kind of talk.")
    session = load(
        told["document"],
        session_id=id,
        kind=told["kind"],
        organisation=organisation,
        whole=False,
    )
    read_families([session])
    tables = {one.table: one for one in session.family}
    _store_kept(session, told, owner=taken._people.get(told["owner"] or ""))
    for one in told["tables"]:
        _store_kept(tables.pop(one["number"]), one)
    if tables:
        raise MovingError(f"{name}: not every table is told of.")
    _store_beside(taken, session, told)
    if told["follows"]:
        follows[id] = uuid.UUID(told["follows"])
    taken.talks += 1


def _store_kept(session: Session, told: dict[str, Any], owner: User | None = None) -> None:
    """What the document does not say, and every version, each checked as a document is."""
    Session.objects.filter(pk=session.pk).update(
        reason=_text(told["reason"]),
        owner=owner,
        **{name: day_of(told[name]) for name in DAYS},
    )
    Version.objects.filter(session=session).delete()
    versions = [
        Version(
            session=session,
            number=one["number"],
            cause=one["cause"],
            reason=_text(one["reason"]),
            closed_at=_moment(one["closed_at"]),
            document=one["document"],
        )
        for one in told["versions"]
    ]
    for version in versions:
        normalise(version.document, whole=False)
        version.full_clean(exclude=["session", "document"], validate_unique=False)
    Version.objects.bulk_create(versions)


def _store_beside(taken: Taken, session: Session, told: dict[str, Any]) -> None:
    """Tags, notes and shares."""
    rows: list[Tag | Note] = [Tag(session=session, name=name) for name in told["tags"]]
    rows += [
        Note(
            pk=uuid.UUID(one["id"]),
            session=session,
            author=taken._people.get(one["author"] or ""),
            text=one["text"],
            written_at=_moment(one["written_at"]),
            removed_at=_moment(one["removed_at"]) if one["removed_at"] else None,
        )
        for one in told["notes"]
    ]
    for row in rows:
        row.full_clean(exclude=["session", "author", "removed_at"])
        row.save(force_insert=True)
    versions = dict(session.versions.values_list("number", "pk"))
    Share.objects.bulk_create(
        Share(
            pk=uuid.UUID(one["id"]),
            version_id=versions[one["version"]],
            organisation=taken._organisations[one["organisation"]],
            shared_on=datetime.date.fromisoformat(one["shared_on"]),
        )
        for one in told["shares"]
    )


def _free_slug(slug: str) -> str:
    """The slug, or one with a number where another organisation here has it."""
    taken = set(Organisation.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    choices: Iterable[str] = (slug, *(f"{slug[:70]}-{number}" for number in range(2, 1000)))
    return next((one for one in choices if one not in taken), slug)


def _is_erased(id: uuid.UUID) -> bool:
    return Erasure.objects.filter(session_id=id).exists()


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _moment(value: str) -> datetime.datetime:
    moment = datetime.datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError
    return moment
