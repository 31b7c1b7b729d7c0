"""What is handed over once a talk is closed: links in words that one can send, and mail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from kompas import mail, throttle

from . import calendars
from .access import DECIDER, PROMISES, Access, ends_at
from .endings import end_links
from .models import Condition, Council, Link, Mandate, Session, secret_hash
from .said import together
from .screen import ClosedScreen

SHORT = 600  # characters of a question or an answer in a mail; the report has all of it
PER_TALK, PER_CLIENT = 40, 100  # mails a day
DAY = 24 * 3600


def may_mail(session: Session, client: str, times: int) -> bool:
    """Count so many mails of a talk and of a client's address, and say whether they may go."""
    return all(
        [
            throttle.allowed("mail-talk", str(session.pk), PER_TALK, DAY, times=times),
            throttle.allowed("mail-client", client, PER_CLIENT, DAY, times=times),
        ]
    )


# Links


def new_links(access: Access, role: str, secrets: Sequence[str]) -> list[Link] | None:
    """A link for each secret; None if they were made before: then this is the same form again."""
    with access.session.writing(access, closed=True) as write:
        hashes = [secret_hash(secret) for secret in secrets]
        if Link.objects.filter(secret_hash__in=hashes).exists():
            return None
        expires_at = ends_at(role, write.session)
        links = Link.objects.bulk_create(
            Link(
                session=write.session,
                role=role,
                secret_hash=hash,
                expires_at=expires_at,
                made_by=access.answers,
            )
            for hash in hashes
        )
        write.record("mail", "link", "", None, {"role": role, "links": len(links)})
    return links


def take_back(access: Access, links: Sequence[Link]) -> None:
    """End links that never arrived."""
    with access.session.writing(access, closed=True) as write:
        ids = [link.pk for link in links]
        end_links(Link.objects.filter(session=write.session, pk__in=ids))
        write.record("unsent", "link", "", None, {"role": links[0].role, "links": len(links)})


# Words


def subject(shown: ClosedScreen, role: str) -> str:
    words = {
        DECIDER: _("What do you decide about: %(title)s"),
        PROMISES: _("What we agreed: %(title)s"),
    }[role]
    return Truncator(" ".join((words % {"title": shown.title}).split())).chars(120)


def words(shown: ClosedScreen, role: str, link: str) -> str:
    """What one can send with a link: plain text, in the language of the talk."""
    parts = _for_decider(shown, link) if role == DECIDER else _for_promises(shown, link)
    return "\n\n".join(part for part in parts if part) + "\n"


def _for_decider(shown: ClosedScreen, link: str) -> list[str]:
    return [
        _("Hello,"),
        _practice(shown.session),
        _("We had a talk about this question:"),
        _short(shown.question),
        _answer(shown),
        _conditions(shown),
        _mandate(shown),
        _("Here you read the report, and record what is decided:") + f"\n{link}",
        _works(shown) + " " + _("Give it only to the person who decides about this."),
        _erased(shown.session),
    ]


def _for_promises(shown: ClosedScreen, link: str) -> list[str]:
    review = shown.session.review_on
    return [
        _("Hello,"),
        _practice(shown.session),
        _("We had a talk about this question:"),
        _short(shown.question),
        _answer(shown),
        _("This is what we agreed:"),
        "\n".join(f"- {promise}" for promise in shown.promised),
        _("Is something done, or done differently? Say so here:") + f"\n{link}",
        _works(shown),
        _("On %(day)s we look at the answer again.") % {"day": _day(review)} if review else "",
        _erased(shown.session),
    ]


def _works(shown: ClosedScreen) -> str:
    day = _day(shown.link_ends)
    return _("The link works until %(day)s, without an account.") % {"day": day}


def _practice(session: Session) -> str:
    return _("This was a practice talk: nothing needs to be done.") if session.is_practice else ""


def _short(text: str) -> str:
    return Truncator(text.strip()).chars(SHORT)


def _day(day) -> str:
    return date_format(day, "j F Y")


def _answer(shown: ClosedScreen) -> str:
    if not (shown.verdict or shown.answer):
        return _("We found no answer yet.")
    return _("Our answer:") + "\n" + together(shown.verdict, _short(shown.answer))


def _conditions(shown: ClosedScreen) -> str:
    rows = [f"- {one}" for one in shown.promised if isinstance(one.row, Condition)]
    return "\n".join([_("Under these conditions:"), *rows]) if rows else ""


def _mandate(shown: ClosedScreen) -> str:
    """What is asked of who decides, and by when."""
    asked: dict[str, str] = {
        Mandate.EXPLORATION: _("We explored the question. What do you do with it?"),
        Mandate.ADVICE: _("This is advice. What do you decide?"),
        Mandate.DECISION: _("This is what we decided. Do you agree?"),
    }
    by = shown.session.decide_by
    council: dict[str, str] = {
        Council.INFORMED: _("The participation council is informed."),
        Council.ADVICE: _("The participation council gives advice."),
        Council.CONSENT: _("The participation council must consent."),
    }
    until = _("Please record your decision by %(day)s.") % {"day": _day(by)} if by else ""
    parts = (
        asked.get(shown.text("", "mandate"), _("What do you decide?")),
        until,
        council.get(shown.text("", "council"), ""),
    )
    return " ".join(part for part in parts if part)


def _erased(session: Session) -> str:
    if session.gone_on is None:
        return ""
    if session.organisation_id:
        return _("The talk goes on %(day)s. Keep the report before that day.") % {
            "day": _day(session.gone_on)
        }
    return _("The talk and its report are erased on %(day)s. Keep the report before that day.") % {
        "day": _day(session.gone_on)
    }


# Mail


def send(
    shown: ClosedScreen, role: str, secrets: Mapping[str, str], address_of: Callable[[str], str]
) -> list[str] | None:
    """Mail each their own link, by address; gives the addresses that it did not go to.

    None if this very form was sent before. No address is stored, and none is logged.
    """
    links = new_links(shown.access, role, list(secrets.values()))
    if links is None:
        return None
    with translation.override(shown.session.language):
        mails = [
            _mail(shown, role, address, address_of(secret)) for address, secret in secrets.items()
        ]
    unsent = mail.send(mails)
    failed = [link for link, one in zip(links, mails, strict=True) if one in unsent]
    if failed:
        take_back(shown.access, failed)
    return [one.to[0] for one in unsent]


def _mail(shown: ClosedScreen, role: str, address: str, link: str) -> EmailMessage:
    made = EmailMessage(subject(shown, role), words(shown, role, link), to=[address])
    if role == PROMISES:
        for name, content in files(shown).items():
            made.attach(name, content, calendars.CONTENT_TYPE.partition(";")[0])
    return made


# Days


def files(shown: ClosedScreen) -> dict[str, bytes]:
    """The days of a talk as files for a calendar, by name; none where there is no day."""
    found = {}
    if shown.session.review_on:
        found[_("look-again") + ".ics"] = review_file(shown)
    if any(promise.due for promise in shown.promised):
        found[_("agreements") + ".ics"] = promises_file(shown)
    return found


def review_file(shown: ClosedScreen) -> bytes:
    made = calendars.review(
        shown.session,
        _("Look again: %(title)s") % {"title": _short(shown.title)},
        words=f"{_short(shown.question)}\n\n{_answer(shown)}",
    )
    return calendars.calendar(*([made] if made else []))


def promises_file(shown: ClosedScreen, only=None) -> bytes:
    """Everything promised that has a day, or one thing."""
    rows = [promise.row for promise in shown.promised if only in (None, promise.row)]
    return calendars.calendar(
        *calendars.promises(shown.session, rows, words=_short(shown.question))
    )
