"""The people of a talk, and what they do there."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.test import Client

from kompas.accounts.models import Membership, Organisation, Role, User
from sessions import catalogues, lifecycle, room
from sessions.access import (
    BOARD,
    COOKIE,
    DECIDER,
    FACILITATOR,
    PROMISES,
    SCRIBE,
    SEAT,
    Access,
    Actor,
    find,
)
from sessions.document import document
from sessions.models import (
    Argument,
    Contribution,
    Link,
    Method,
    Round,
    Session,
    Step,
    Text,
    new_secret,
)
from sessions.steps import LISTS, required_prompts
from sessions.steps.arguments import OwnArgumentForm

QUESTION = "Mag er een camera in de klas?"
ASKED = {
    "question": ["question", "context"],
    "outcome": ["verdict", "answer", "reasons"],
}
KEYS = ["question", "facts", "stakeholders", "values", "arguments", "weighing", "outcome"]
# The step in which each list is kept.
HOME = {
    "facts": "facts",
    "stakeholders": "stakeholders",
    "values": "values",
    "options": "arguments",
    "arguments": "arguments",
    "conditions": "outcome",
    "minority_views": "outcome",
    "actions": "outcome",
}
MODELS: dict[str, type[Contribution]] = {name: one.model for name, one in LISTS.items()}


def method(slug: str = "alles") -> Method:
    """A method with a step of every kind, each under the name of its kind."""

    def texts(key: str) -> dict:
        return {
            "title": key.capitalize(),
            "purpose": f"Waar {key} voor is.",
            "prompts": [
                {
                    "key": prompt,
                    "text": f"Wat is {prompt}?",
                    "answer": "line" if prompt == "verdict" else "text",
                }
                for prompt in ASKED.get(key, [])
            ],
        }

    definition = {
        "slug": slug,
        "version": 1,
        "languages": {
            language: {"title": slug, "audience": "Een team", "summary": "Alle soorten stappen"}
            for language in ("nl", "en")
        },
        "group": [3, 7],
        "steps": [
            {"key": key, "kind": key, "minutes": 10, "nl": texts(key), "en": texts(key)}
            for key in KEYS
        ],
    }
    return Method.publish(definition, required_prompts())


# What each role is for.
ACTS = {
    FACILITATOR: "lead",
    SCRIBE: "write",
    BOARD: "board",
    SEAT: "contribute",
    DECIDER: "decide",
    PROMISES: "promise",
}


@dataclass(frozen=True)
class Person:
    """Somebody's browser, with the secret that it was granted in one talk."""

    session_id: uuid.UUID
    role: str
    secret: str

    @property
    def cookie(self) -> str:
        return COOKIE.format(role=self.role, session=self.session_id.hex)

    @property
    def actor(self) -> Actor:
        return Actor(None, {self.cookie: self.secret})

    @property
    def access(self) -> Access:
        """What this person may do now; asked anew, as a request does."""
        return find(self.actor, self.session_id, ACTS[self.role])

    def client(self, **options: Any) -> Client:
        client = Client(**options)
        client.cookies[self.cookie] = self.secret
        return client


class Talk:
    """A talk, from the hands of those who are in it."""

    def __init__(self, question: str = QUESTION, of: Method | None = None):
        secret = new_secret()
        begun = lifecycle.begin(uuid.uuid4(), secret, of or method(), "nl", question)
        self.id = begun.pk
        self.leader = Person(self.id, FACILITATOR, secret)

    @classmethod
    def brought_in(cls, data: dict) -> Talk:
        """A talk from a file, which is quicker than having it."""
        talk, secret = cls.__new__(cls), new_secret()
        talk.id = lifecycle.bring_in(data, uuid.uuid4(), secret).pk
        talk.leader = Person(talk.id, FACILITATOR, secret)
        return talk

    @property
    def session(self) -> Session:
        """The row as it stands now."""
        return Session.objects.select_related("method").get(pk=self.id)

    @property
    def lead(self) -> Access:
        return self.leader.access

    def writing(self):
        return self.session.writing(self.lead)

    def step(self, key: str) -> Step:
        step = self.session.step(key)
        assert step is not None
        return step

    # Who is there

    def with_link(self, role: str) -> Person:
        """Somebody who got a link from the facilitator."""
        secret = new_secret()
        lifecycle.new_link(self.lead, role, secret)
        return Person(self.id, role, secret)

    def board(self) -> Person:
        return self.with_link(BOARD)

    def scribe(self) -> Person:
        return self.with_link(SCRIBE)

    def decider(self) -> Person:
        return self.with_link(DECIDER)

    def promiser(self) -> Person:
        return self.with_link(PROMISES)

    def phone(self) -> Person:
        key = room.take_seat(Actor(None, {}), self.session, new_secret())
        return Person(self.id, SEAT, key)

    # What they do

    def go(self, step: str) -> None:
        room.move_room(self.lead, step)

    def add(self, name: str, /, **content: Any) -> Any:
        """A row of the list with that name in the exchange format."""
        model = MODELS[name]
        if model is Argument:
            content.setdefault("side", "for")
        with self.writing() as write:
            return model(step=HOME.get(name, ""), **content).add(write)

    def text(self, step: str, prompt: str, body: str) -> Text:
        stored = Text.objects.filter(session=self.id, step=step, prompt=prompt).first()
        with self.writing() as write:
            return Text.put(write, step, prompt, body, stored.version if stored else 0)[0]

    def open(self, step: str) -> Round:
        return room.open_round(self.lead, self.step(step))

    def reveal(self, step: str) -> None:
        room.reveal_round(self.lead, self.step(step))

    def discard(self, step: str) -> None:
        room.discard_round(self.lead, self.step(step))

    def argue(self, phone: Person, text: str, side: str = "for", **more: Any) -> None:
        """Give an argument alone."""
        data = {"id": str(uuid.uuid4()), "side": side, "text": text, **more}
        form = OwnArgumentForm(data, session=self.session, step="arguments")
        assert form.is_valid(), form.errors
        room.give_alone(phone.access, self.step("arguments"), form)

    def weigh(self, phone: Person, *weights: int) -> None:
        """Give a ballot: a weight for each item of the open round, in order."""
        room.give_ballot(phone.access, self.step("weighing"), self.ballot(*weights))

    def ballot(self, *weights: int) -> Mapping[uuid.UUID, int]:
        items = Round.objects.get(session=self.id, step="weighing", state="open").items.all()
        return {item.pk: weight for item, weight in zip(items, weights, strict=True) if weight}

    def choose_values(self, phone: Person, *names: str) -> None:
        """Choose values alone; what the catalogue does not know is one's own."""
        known = {name: catalogues.value(name, "nl") for name in names}
        cores = {name: one.core if one else "" for name, one in known.items()}
        room.choose_values(phone.access, self.step("values"), cores)

    def close(self, unrevealed: str = ""):
        return lifecycle.close(self.lead, unrevealed)

    def reopen(self, reason: str = "Er was nog iets") -> None:
        lifecycle.reopen(self.lead, reason)


_whole: dict = {}


def whole() -> Talk:
    """A talk with something in every list and text, weighed by two phones, not yet closed."""
    if not _whole:
        had = _had()
        _whole.update(document(had.session))
        had.session.delete()
    method()
    return Talk.brought_in(_whole)


def _had() -> Talk:
    talk = Talk()
    talk.text("", "title", "De camera")
    talk.text("", "team", "Leraren en ouders")
    talk.text("", "note", "Na schooltijd")
    talk.text("question", "context", "Er wordt gestolen.")
    talk.add("facts", text="Er zijn drie dingen weg", kind="fact", owner="Directie")
    pupils = talk.add(
        "stakeholders", name="Leerlingen", interest="Zich vrij voelen", at_table=False
    )
    talk.add("stakeholders", name="Leraren", at_table=True)
    freedom = talk.add("values", name="Vrijheid", core="autonomie", meaning="Niet bekeken worden")
    lock = talk.add("options", title="Een kast op slot")
    talk.add("arguments", text="Wie bekeken wordt, durft minder.", side="against", value=freedom)
    talk.add("arguments", text="Er wordt minder gestolen.", kind="assumption", option=lock)
    talk.add("arguments", text="Het kalmeert.", stakeholder=pupils)
    phones = [talk.phone(), talk.phone()]
    talk.go("weighing")
    talk.open("weighing")
    talk.weigh(phones[0], 5, 2, 1)
    talk.weigh(phones[1], 4, 4, 0)
    talk.reveal("weighing")
    talk.text("outcome", "verdict", "yes_if")
    talk.text("outcome", "answer", "Alleen in de gang.")
    talk.text("outcome", "reasons", "Daar wordt gestolen.")
    talk.add("conditions", text="Een bord bij de ingang", owner="Conciërge")
    talk.add(
        "minority_views",
        text="Ook de gang is van leerlingen.",
        would_change_if="Er een eind aan zit",
    )
    talk.add("actions", what="Bord kopen", who="Conciërge")
    return talk


class Forms(HTMLParser):
    """The forms of a page, each with what a browser would send of it untouched."""

    def __init__(self, html: str):
        super().__init__()
        self.found: list[dict[str, Any]] = []
        self.links: list[str] = []
        self._form: dict[str, Any] | None = None
        self._area = self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list) -> None:
        had = dict(attributes)
        name, value = had.get("name") or "", had.get("value") or ""
        if tag == "a" and had.get("href"):
            self.links.append(had["href"])
        elif tag == "form":
            self._form = {
                "action": had.get("action") or "",
                "button": {},
                "fields": {},
                "names": set(),
            }
            self.found.append(self._form)
        elif tag == "button" and self._form is not None and had.get("formaction"):
            # The same fields to another address.
            more = {"action": had["formaction"], "button": {name: value} if name else {}}
            self.found.append(self._form | more)
        elif self._form is None or not name:
            if tag == "option" and self._form is not None and "selected" in had:
                self._form["fields"][self._select] = value
            return
        elif tag == "input" and had.get("type") in ("radio", "checkbox"):
            self._form["names"].add(name)
            if "checked" in had:
                self._form["fields"][name] = value if "value" in had else "on"
        elif tag == "input":
            self._form["names"].add(name)
            self._form["fields"][name] = value
        elif tag == "textarea":
            self._form["names"].add(name)
            self._form["fields"][name], self._area = "", name
        elif tag == "select":
            self._form["names"].add(name)
            self._form["fields"][name], self._select = "", name

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._area:
            before = self._form["fields"][self._area]
            self._form["fields"][self._area] = before + data if before else data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = ""


class Browser:
    """A browser without JavaScript: opens pages, and sends the forms that stand on them."""

    def __init__(self):
        self.client = Client(enforce_csrf_checks=True)
        self.url = self.text = ""
        self.status = 0

    def open(self, url: str) -> Browser:
        return self._take(self.client.get(url, follow=True), url)

    def _take(self, response, url: str) -> Browser:
        self.url = response.redirect_chain[-1][0] if response.redirect_chain else url
        self.status, self.content = response.status_code, response.content
        self.text = "" if response["Content-Type"] == "application/pdf" else self.content.decode()
        assert self.status in (200, 422), f"{self.status} at {self.url}"
        return self

    def form(self, action: str, **holds: str) -> dict[str, Any]:
        """The form with an action that ends so, and with these values in it."""
        found = Forms(self.text).found
        for form in found:
            form["action"] = urljoin(self.url, form["action"])
        fits = [
            form
            for form in found
            if urlsplit(form["action"]).path.endswith(action)
            and all(form["fields"].get(name) == value for name, value in holds.items())
        ]
        assert fits, f"No form for {action} at {self.url}"
        return fits[0]

    def submit(
        self, action: str, *, holds: Mapping[str, str] | None = None, **typed: str
    ) -> Browser:
        form = self.form(action, **(holds or {}))
        data = {**form["fields"], **form["button"], **typed}
        response = self.client.post(form["action"], data, follow=True)
        return self._take(response, form["action"])


# A school, and who is what there


def stand(
    talk: Talk, organisation: Organisation, owner: User | None = None, **columns: Any
) -> Talk:
    """Let a talk be an organisation's; its links, those of who made them there, work on."""
    Session.objects.filter(pk=talk.id).update(organisation=organisation, owner=owner, **columns)
    maker = owner or User.objects.get_or_create(email=f"links@{organisation.slug}.example")[0]
    if owner is None:
        Membership.objects.get_or_create(
            user=maker, organisation=organisation, role=Role.FACILITATOR
        )
    Link.objects.filter(session=talk.id).update(made_by=maker)
    return talk


class School:
    """An organisation below a board, with somebody in each role."""

    def __init__(self, slug: str = "school"):
        self.board = Organisation.objects.create(name=f"Bestuur {slug}", slug=f"bestuur-{slug}")
        self.organisation = Organisation.objects.create(
            name=f"School {slug}", slug=slug, parent=self.board
        )
        self.slug = slug
        self.owner = self.member("leider", Role.FACILITATOR)

    def member(self, name: str, role: str, at: Organisation | None = None) -> User:
        """Somebody with an account, in one role; the same name is the same person."""
        user = User.objects.filter(email=f"{name}@{self.slug}.example").first()
        user = user or User.objects.create_user(
            f"{name}@{self.slug}.example", name=name.capitalize()
        )
        there = at or self.organisation
        Membership.objects.get_or_create(user=user, organisation=there, role=role)
        return user

    def take(self, talk: Talk, owner: User | None = None) -> Talk:
        """Make a talk one of this school, led by its owner, whose links work on."""
        return stand(talk, self.organisation, owner or self.owner)

    def access(self, user: User, talk: Talk, action: str = "history") -> Access:
        """What a user may do in a talk, asked anew as a request does."""
        return find(Actor(user, {}), talk.id, action)


def logged_in(user: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client
