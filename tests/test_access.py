"""Every address, for everybody who may come there."""

import datetime
import re
import uuid
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

import pytest
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone, translation

from kompas.accounts.models import Organisation, User
from sessions import access
from sessions.document import document, load
from sessions.models import Action, Inquiry, Link, Session, Voice, new_secret, secret_hash
from sessions.steps import LISTS
from tests import cast

pytestmark = pytest.mark.django_db

# Who has a right, by what is asked; for all others see REFUSAL.
OPEN = "everybody"
LEAD = ["facilitator"]
WRITE = ["facilitator", "scribe"]
BOARD = ["facilitator", "board"]
SEAT = ["seat"]
READ = ["facilitator", "reader"]
ANY = ["facilitator", "scribe", "board", "seat", "reader"]
CLOSED: list[str] = []  # nobody, until the talk is closed: see AFTER

REFUSAL = {
    "anonymous": "gate",
    "stranger": "404",
    "administrator": "404",
    "reader": "why",
    "board": "why",
    "board expired": "gate",
    "facilitator revoked": "gate",
    "seat": "why",
    "facilitator": "why",
    "scribe": "why",
    "scribe expired": "gate",
    "facilitator elsewhere": "gate",
    "seat elsewhere": "gate",
    "decider": "why",
    "decider expired": "gate",
    "promises": "why",
    "promises revoked": "gate",
}


IN = ("stranger", "administrator")
OUT = tuple(actor for actor in REFUSAL if actor not in IN)
TO_LOG_IN = dict.fromkeys(("GET", "HEAD", "POST"), "log in")
AWAY = {"GET": "302", "HEAD": "302", "POST": "303"}


@dataclass(frozen=True)
class Address:
    """Who may come there, and what they are told then, by method; None where it is no method."""

    who: object
    get: str | None = None
    post: str | None = None
    data: dict = field(default_factory=dict)
    more: dict = field(default_factory=dict)  # parts of the address other than the usual
    others: dict = field(default_factory=dict)  # what others are told, where not as in REFUSAL
    stranger: str = "404"  # and who is logged in, and has no right there

    @property
    def methods(self) -> list[str]:
        return ["GET", "HEAD"] * bool(self.get) + ["POST"] * bool(self.post)

    def told(self, actor: str, method: str) -> str:
        answer = self.post if method == "POST" else self.get
        if self.who == OPEN or actor in self.who:
            return answer
        if self.others is TO_LOG_IN and actor in IN:
            return self.stranger
        return self.others.get(method, "") or REFUSAL[actor]


def row(**more):
    return {"step_key": "stakeholders", "slug": "betrokkenen", **more}


def promised(**more):
    return {"slug": "afspraken", "row_id": None, **more}


ID = {"id": str(uuid.uuid4()), "secret": "s" * 43}


def managed(**answers):
    """A page of an organisation that of these the installation's administrator manages."""
    more = {"slug": "linde"} | answers.pop("more", {})
    return Address(["administrator"], others=TO_LOG_IN, more=more, **answers)


ADDRESSES = {
    "healthz": Address(OPEN, get="200"),
    "theme": Address(OPEN, post="302"),
    "service_worker": Address(OPEN, get="200"),
    "set_language": Address(OPEN, get="302", post="302"),
    # Coming in; what happens there to whom, and all of organisations: tests/test_coming_in.py and
    # tests/test_organisations.py
    "account_login": Address(OUT, get="200", post="422", others=AWAY),
    "account_logout": Address(OPEN, post="303"),
    "account_inactive": Address(OPEN, get="200"),
    "account_reauthenticate": Address(IN, get="why", post="why", others=TO_LOG_IN),
    "account_change_password": Address(IN, get="302", post="303", others=TO_LOG_IN),
    "account_set_password": Address(IN, get="200", post="422", others=TO_LOG_IN),
    "account_reset_password": Address(OPEN, get="200", post="422"),
    "account_reset_password_done": Address(OPEN, get="200"),
    "account_reset_password_from_key": Address(OPEN, get="200", post="200"),
    "account_reset_password_from_key_done": Address(OPEN, get="200"),
    "accounts:account": Address(IN, get="200", post="422", others=TO_LOG_IN),
    "accounts:logins": Address(IN, get="200", others=TO_LOG_IN),
    "accounts:logins_end": Address(IN, post="303", others=TO_LOG_IN),
    "accounts:login_end": Address(IN, post="303", more={"login_id": ID["id"]}, others=TO_LOG_IN),
    # The second step, of who has no password: tests/test_two_factor.py
    "mfa_authenticate": Address(IN, get="302", post="303", others=TO_LOG_IN),
    "mfa_login_webauthn": Address(OUT, get="log in", post="422", others=AWAY),
    "mfa_reauthenticate": Address(IN, get="why", post="why", others=TO_LOG_IN),
    "mfa_reauthenticate_webauthn": Address(IN, get="why", post="why", others=TO_LOG_IN),
    "mfa_index": Address(IN, get="200", others=TO_LOG_IN),
    "mfa_activate_totp": Address(IN, get="why", post="why", others=TO_LOG_IN),
    "mfa_deactivate_totp": Address(IN, get="why", post="why", others=TO_LOG_IN),
    "mfa_view_recovery_codes": Address(IN, get="why", others=TO_LOG_IN),
    "mfa_generate_recovery_codes": Address(IN, get="why", post="why", others=TO_LOG_IN),
    "mfa_add_webauthn": Address(IN, get="why", post="why", others=TO_LOG_IN),
    "mfa_remove_webauthn": Address(IN, get="why", post="why", more={"pk": 1}, others=TO_LOG_IN),
    # By another service, of which there is none: tests/test_openid.py
    "openid_connect_login": Address(OPEN, post="404", more={"provider_id": "entree"}),
    "openid_connect_callback": Address(OPEN, get="404", more={"provider_id": "entree"}),
    "accounts:connect": Address(OPEN, get="log in", post="log in"),
    "accounts:begin_to_connect": Address(
        IN, post="why", more={"provider_id": "entree"}, others=TO_LOG_IN
    ),
    "accounts:disconnect": Address(IN, post="303", more={"connected_id": 1}, others=TO_LOG_IN),
    "accounts:join_request": managed(post="303", more={"request_id": ID["id"]}),
    "accounts:invitation": Address(OPEN, get="404", post="404"),  # there is none
    "accounts:invitation_link": Address(OPEN, get="303"),
    "accounts:organisations": Address(IN, get="200", others=TO_LOG_IN),
    "accounts:make": Address(
        ["administrator"], get="200", post="422", others=TO_LOG_IN, stranger="why"
    ),
    "accounts:organisation": managed(get="200"),
    "accounts:log": managed(get="200"),
    "accounts:name": managed(post="303", data={"name": "De Eik"}),
    "accounts:school": managed(post="303", data={**ID, "name": "De Beuk"}),
    "accounts:role": managed(post="404", data={"person": ID["id"], "role": "facilitator"}),
    "accounts:role_end": managed(post="303", more={"membership_id": 0}),
    "accounts:invite": managed(
        get="200",
        post="200",
        data={**ID, "email": "a@school.nl", "role": "facilitator", "how": "link"},
    ),
    "accounts:again": managed(post="303", data=ID, more={"invitation_id": ID["id"]}),
    "accounts:revocation": managed(post="303", more={"invitation_id": ID["id"]}),
    # The front door
    "sessions:home": Address(OPEN, get="200"),
    "sessions:start": Address(
        OPEN, get="200", post="303", data={**ID, "question": "Mag dat?", "language": "nl"}
    ),
    "sessions:join": Address(OPEN, get="200", post="303", data={"code": "FOUT", "key": "s" * 43}),
    "sessions:join_code": Address(
        OPEN, get="200", post="303", data={"code": "FOUT", "key": "s" * 43}
    ),
    "sessions:code": Address(OPEN, get="200", post="422", data={"code": "FOUT"}),
    "sessions:inquiry_code": Address(OPEN, get="404"),  # no such code
    "sessions:give": Address(OPEN, post="404", data={"code": "FOUT", "text": "Ja"}),
    "sessions:join_tables": Address(
        OPEN, get="303", post="303", data={"number": "1", "key": "s" * 43}
    ),
    "sessions:join_table": Address(
        OPEN, get="303", post="303", data={"number": "1", "key": "s" * 43}
    ),
    "sessions:examples": Address(OPEN, get="200"),
    "sessions:import": Address(OPEN, get="200", post="422"),
    "sessions:clear": Address(OPEN, post="303"),
    "sessions:cleared": Address(OPEN, get="200"),
    "sessions:offline": Address(OPEN, get="200"),
    "sessions:about": Address(OPEN, get="200"),
    "sessions:questions": Address(OPEN, get="200"),
    "sessions:advice": Address(OPEN, post="200", data={"question": "Mag dat?", "language": "nl"}),
    # A talk
    "sessions:session": Address(ANY, get="302"),
    "sessions:link": Address(OPEN, get="gate"),
    "sessions:links": Address(
        LEAD, get="200", post="200", data={"role": "board", "secret": "s" * 43}
    ),
    "sessions:revocation": Address(LEAD, post="303"),
    "sessions:device": Address(LEAD, post="303"),
    "sessions:details": Address(LEAD, get="200", post="303"),
    "sessions:prepare": Address(LEAD, get="200", post="303"),
    "sessions:naming": Address(LEAD, post="why", data={"naming": "name"}),  # it runs
    "sessions:calendar": Address(LEAD, get="why"),  # there is no day yet
    "sessions:inquiries": Address(
        LEAD, get="200", post="303", data={**ID, "asked": "Ouders", "question": "Wat merk je?"}
    ),
    "sessions:inquiry": Address(
        LEAD,
        get="200",
        post="303",
        data={**ID, "version": "1", "asked": "Ouders", "question": "Anders?"},
    ),
    "sessions:told": Address(LEAD, post="303", data={"version": "1", "answer": "Gelezen"}),
    "sessions:inquiry_door": Address(LEAD, post="303", data={"act": "shut"}),
    "sessions:inquiry_removal": Address(LEAD, post="why"),  # somebody has answered
    "sessions:cards_typed": Address(LEAD, post="303", data={**ID, "text": "Nee"}),
    "sessions:voices": Address(LEAD, post="303"),
    "sessions:voice": Address(LEAD, post="303", data={"act": "hide"}),
    "sessions:take_over": Address(
        LEAD, post="303", data={"as": "interest"}, more={"step_key": "stakeholders"}
    ),
    # Somebody sits there, so it gets no tables; a plenary is walked in tests/test_tables.py.
    "sessions:tables": Address(LEAD, get="200", post="why", data={"number": "3"}),
    "sessions:table_links": Address(LEAD, post="404", data={"secret": "s" * 43}),
    "sessions:table": Address(LEAD, post="404", data={"secret": "s" * 43}),
    "sessions:table_removal": Address(LEAD, post="303"),
    "sessions:entry": Address(LEAD, get="200", post="422"),
    "sessions:entry_weights": Address(LEAD, post="422"),
    "sessions:overview": Address(LEAD, get="200"),
    "sessions:pause": Address(
        LEAD, get="200", post="303", data={"id": str(uuid.uuid4()), "resume_on": "2099-01-31"}
    ),
    "sessions:pause_calendar": Address(LEAD, get="404"),  # no day was chosen
    "sessions:close": Address(LEAD, get="200", post="303", data={"unrevealed": "discard"}),
    "sessions:reopen": Address(LEAD, get="303", post="303"),
    "sessions:copy": Address(READ, get="200", post="303", data=ID),
    "sessions:practise": Address(READ, get="200", post="303", data=ID),
    "sessions:export": Address(READ, get="200"),
    # A closed talk
    "sessions:handover": Address(LEAD, get="303", post="303"),
    "sessions:decider_mail": Address(LEAD, post="303"),
    "sessions:decision": Address(CLOSED, get="200", post="303"),
    "sessions:promises": Address(CLOSED, get="200"),
    "sessions:promises_mail": Address(LEAD, post="303"),
    "sessions:promise": Address(CLOSED, post="303", more=promised()),
    "sessions:promises_calendar": Address(CLOSED, get="200"),
    "sessions:promise_calendar": Address(CLOSED, get="200", more=promised()),
    "sessions:review_calendar": Address(CLOSED, get="200"),
    # The facilitator's laptop
    "sessions:room": Address(LEAD, post="303", data={"step": "facts"}),
    "sessions:connected": Address(LEAD, get="200"),
    "sessions:text": Address(
        WRITE,
        post="303",
        data={"body": "Anders", "version": 1},
        more={"step_key": "outcome", "prompt": "answer"},
    ),
    "sessions:earlier": Address(WRITE, get="200", more={"step_key": "outcome", "prompt": "answer"}),
    "sessions:step": Address(WRITE, get="200"),
    "sessions:time_plan": Address(LEAD, post="303"),
    "sessions:clock": Address(LEAD, post="303", data={"act": "stop"}),
    "sessions:door": Address(LEAD, post="303", data={"act": "lock"}),
    "sessions:end_time": Address(LEAD, post="303"),
    "sessions:round": Address(LEAD, post="303"),
    "sessions:made_up": Address(LEAD, post="why"),  # in a practice talk only
    "sessions:seal": Address(LEAD, post="303"),
    "sessions:reveal": Address(LEAD, post="303"),
    "sessions:discard": Address(LEAD, post="303"),
    "sessions:expectation": Address(LEAD, post="303", data={"expected": "5"}),
    "sessions:cards": Address(LEAD, get="200", post="303"),
    "sessions:passed": Address(LEAD, get="200", post="422"),
    "sessions:passed_on": Address(LEAD, get="200"),
    "sessions:contributions": Address(WRITE, post="303", data={"name": "Buren"}, more=row()),
    "sessions:contribution": Address(
        WRITE, post="303", data={"name": "Buren", "version": 1}, more=row()
    ),
    "sessions:removal": Address(WRITE, post="303", more=row()),
    "sessions:restoration": Address(WRITE, post="303", more=row()),
    "sessions:unsigning": Address(WRITE, post="303", more=row()),
    "sessions:place": Address(WRITE, post="303", data={"to": "down"}, more=row()),
    "sessions:merger": Address(WRITE, post="why", more=row()),  # into nothing
    "sessions:choice": Address(WRITE, post="303", data={"origin": "heard"}, more=row()),
    "sessions:review": Address(LEAD, post="303", data={"months": "6"}),
    "sessions:moved": Address(LEAD, post="why", more={"step_key": "outcome"}),  # nothing is asked
    "sessions:withdrawal": Address(
        LEAD, post="303", more=row(step_key="outcome", slug="minderheid")
    ),
    "sessions:dialogue": Address(
        WRITE,
        post="303",
        data={"dialogue": "Rust", "version": "1"},
        more=row(step_key="arguments", slug="argumenten"),
    ),
    # The room
    "sessions:board": Address(BOARD, get="200"),
    "sessions:phone": Address(SEAT, get="200"),
    "sessions:preview": Address(LEAD, get="200"),
    "sessions:own_seat": Address(LEAD, post="303", data={"key": "s" * 43}),
    "sessions:phone_board": Address(SEAT, get="200"),
    "sessions:own": Address(SEAT, post="404"),  # the room is weighing
    "sessions:ready": Address(SEAT, post="404"),
    "sessions:ballot": Address(SEAT, post="422"),
    # The report
    "reports:report": Address(READ, get="200"),
    "reports:report_pdf": Address(READ, get="200"),
    "reports:report_docx": Address(READ, get="200"),
    "reports:version_pdf": Address(READ, get="404"),  # not closed yet
    "reports:version_docx": Address(READ, get="404"),
    "reports:explanation": Address(LEAD, get="200"),
    "reports:explanation_part": Address(
        LEAD, post="303", data={"body": "Anders", "version": 0}, more={"part": "answer"}
    ),
    "reports:explanation_pdf": Address(READ, get="200"),
    "reports:explanation_docx": Address(READ, get="200"),
    "reports:inquiry_card": Address(LEAD, get="200"),
    "reports:pack": Address(READ, get="200"),
    "reports:pack_part": Address(READ, get="200", more={"part": "kaarten"}),
    "reports:method_pack": Address(OPEN, get="200"),
    "reports:method_part": Address(OPEN, get="200", more={"part": "kaarten"}),
}


def addresses(resolver=None, namespace="") -> dict[str, set[str]]:
    """Name and parts of every address that there is, but for the administration's."""
    found = {}
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            found[f"{namespace}{pattern.name}"] = set(pattern.pattern.converters)
        elif pattern.namespace != "admin":
            space = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            found |= addresses(pattern, space)
    return found


OF_A_TALK = sorted(name for name, parts in addresses().items() if "session_id" in parts)


def test_every_address_stands_in_the_table():
    assert sorted(ADDRESSES) == sorted(addresses())


def test_every_address_of_a_talk_asks_for_a_right():
    free = [name for name in OF_A_TALK if ADDRESSES[name].who == OPEN]
    assert free == ["sessions:link"]  # asks for the link's own secret


class World:
    """A talk that is being weighed, an example, another talk, and everybody around them."""

    def __init__(self):
        self.talk = talk = cast.whole()
        talk.open("weighing")
        inquiry = Inquiry.objects.create(session=talk.session, question="Wat merk je?")
        self.voice = Voice.objects.create(inquiry=inquiry, text="Niets", state="shown")
        self.example = load(document(talk.session), kind=Session.Kind.EXAMPLE)
        elsewhere = cast.Talk()
        Organisation.objects.create(name="De Linde", slug="linde")
        self.people = {
            "board": talk.board(),
            "board expired": talk.board(),
            "facilitator revoked": self.revoked(),
            "seat": talk.phone(),
            "facilitator": talk.leader,
            "scribe": talk.scribe(),
            "scribe expired": self.ended(talk.scribe(), "expires_at"),
            "facilitator elsewhere": self.pretending(elsewhere.leader),
            "seat elsewhere": self.pretending(elsewhere.phone()),
            "decider": talk.decider(),
            "decider expired": self.ended(talk.decider(), "expires_at"),
            "promises": talk.promiser(),
            "promises revoked": self.ended(talk.promiser(), "revoked_at"),
        }
        self.ended(self.people["board expired"], "expires_at")

    def revoked(self):
        secret = new_secret()
        access_link(self.talk, secret)
        return self.ended(cast.Person(self.talk.id, access.FACILITATOR, secret), "revoked_at")

    def ended(self, person, how):
        """A link that worked until a second ago."""
        a_second_ago = timezone.now() - datetime.timedelta(seconds=1)
        links = Link.objects.filter(secret_hash=secret_hash(person.secret))
        assert links.update(**{how: a_second_ago}) == 1
        return person

    def pretending(self, person):
        """Their secret of another talk, sent as if it were of this one."""
        return cast.Person(self.talk.id, person.role, person.secret)

    def client(self, actor: str) -> Client:
        if actor in self.people:
            return self.people[actor].client()
        client = Client()
        if actor == "stranger":
            client.force_login(User.objects.create_user("vreemd@school.nl"))
        if actor == "administrator":
            client.force_login(User.objects.create_superuser("beheer@school.nl"))
        return client

    def url(self, name: str, session_id: uuid.UUID) -> str:
        slug = ADDRESSES[name].more.get("slug", "betrokkenen")
        model = next((one.model for one in LISTS.values() if one.slug == slug), Action)
        rows = model.objects.filter(session=session_id)
        known = {
            "session_id": session_id,
            "step_key": "weighing",
            "row_id": rows.values_list("pk", flat=True).first() or uuid.uuid4(),
            "link_id": self.people["board"].access.link.pk,
            "secret": "s" * 43,
            "inquiry_id": self.voice.inquiry_id,
            "voice_id": self.voice.pk,
            "number": 1,
            "method": "alles",
            "code": "FOUT",
            "uidb36": "1",
            "key": "fout",
        }
        known |= ADDRESSES[name].more
        known["row_id"] = known["row_id"] or self.action(session_id)
        return reverse(name, kwargs={part: known[part] for part in addresses()[name]})

    def action(self, session_id):
        rows = Action.objects.filter(session=session_id)
        return rows.values_list("pk", flat=True).first() or uuid.uuid4()


def access_link(talk, secret):
    from sessions.lifecycle import new_link

    return new_link(talk.lead, Link.Role.FACILITATOR, secret)


@pytest.fixture
def world(monkeypatch):
    monkeypatch.setattr("reports.views.make", lambda *_: b"%PDF")
    monkeypatch.setattr("reports.views.blank", lambda *_: b"%PDF")
    return World()


def told(response) -> str:
    """What somebody was told: the status, or which of the pages with 403."""
    if response.get("Location", "").startswith(reverse("account_login")):
        return "log in"
    if response.status_code != 403:
        return str(response.status_code)
    names = [template.name for template in response.templates]
    if "sessions/gate.html" in names:
        return "gate"
    assert names[0] == "403.html"
    return "why"


def count(session_id):
    return Session.objects.values_list("revision", "unseen_revision").get(pk=session_id)


def ask(client, method, url, data):
    """One request, of which nothing stays."""
    with transaction.atomic():
        response = client.generic(method, url) if method != "POST" else client.post(url, data)
        transaction.set_rollback(True)
    return response


@pytest.mark.parametrize("actor", REFUSAL)
def test_every_address_for(actor, world):
    session_id = world.example.pk if actor == "reader" else world.talk.id
    client = world.client(actor)
    cookies, before = client.cookies, count(session_id)
    expected, found = {}, {}
    for name, address in ADDRESSES.items():
        url = world.url(name, session_id)
        for method in address.methods:
            client.cookies = SimpleCookie({key: one.value for key, one in cookies.items()})
            with transaction.atomic():  # nothing of it stays
                data = address.data if method == "POST" else {}
                response = getattr(client, method.lower())(url, data)
                written = count(session_id) != before
                transaction.set_rollback(True)
            expected[name, method] = address.told(actor, method)
            found[name, method] = told(response)
            assert method != "HEAD" or response.content == b""
            assert not (written and response.status_code in (403, 404))
    assert {key: found[key] for key in found if found[key] != expected[key]} == {}


def test_no_address_knows_other_methods(world):
    client = world.client("facilitator")
    known = {"GET", "HEAD", "POST", "PUT", "DELETE"}
    answers = {
        (name, method): client.generic(method, world.url(name, world.talk.id)).status_code
        for name, address in ADDRESSES.items()
        if name != "set_language"  # Django's own
        for method in known - set(address.methods)
    }
    assert set(answers.values()) == {405}


# Nobody in particular

SECRETS = re.compile(
    r'(name="(?:csrfmiddlewaretoken|key|secret|id)" value=)"[^"]*"|(X-CSRFToken[^,}]*)'
)


def page(response, *known):
    """The whole answer, without what is random in every answer."""
    text = SECRETS.sub(r"\1", response.content.decode())
    for one in known:
        text = text.replace(str(one), "*")
    # "Expires" tells the second in which the answer was given.
    told = response.headers.items()
    headers = {name: value for name, value in told if name not in ("Content-Length", "Expires")}
    return response.status_code, headers, text


def test_without_a_grant_every_talk_looks_alike(world):
    for name in OF_A_TALK:
        method = "GET" if ADDRESSES[name].get else "POST"
        pages = []
        for id in (world.talk.id, uuid.uuid4()):
            url = world.url(name, id)
            pages.append(page(ask(Client(), method, url, ADDRESSES[name].data), url, id))
        assert (name, pages[0][0], pages[0]) == (name, 403, pages[1])


def test_without_a_grant_nothing_is_kept_or_listed(world):
    response = Client().get(world.url("sessions:step", world.talk.id))
    assert response["Cache-Control"] == "no-store"
    assert cast.QUESTION not in response.content.decode()


def test_expired_board_asks_for_a_new_link(world):
    response = world.client("board expired").get(world.url("sessions:board", world.talk.id))
    assert (response.status_code, response.context["expired"]) == (403, True)
    response = Client().get(world.url("sessions:board", world.talk.id))
    assert response.context["expired"] is False


# The reasons


def reason(response):
    found = re.search(r"<p[^>]*data-reason[^>]*>(.*?)</p>", response.content.decode(), re.DOTALL)
    return " ".join(found[1].split())


def said(sentence):
    with translation.override("nl"):
        return translation.gettext(sentence)


REASONS = {
    ("reader", "sessions:step"): "This example can be read and copied, not changed.",
    ("reader", "sessions:contributions"): "This example can be read and copied, not changed.",
    ("board", "sessions:step"): "This link shows the board only.",
    ("board", "sessions:room"): "This link shows the board only.",
    ("seat", "sessions:close"): "Only the facilitator can do this.",
    ("decider", "sessions:decision"): "A decision can be recorded once the talk is closed.",
    ("decider", "sessions:links"): "Only the facilitator can do this.",
    ("promises", "reports:report"): "This link shows the agreements only.",
    ("promises", "sessions:promises"): (
        "What became of the agreements can be said once the talk is closed."
    ),
    ("seat", "reports:report"): "The report can be read here once the talk is closed.",
    ("facilitator", "sessions:phone"): "Join with the room code to take part on this device.",
    ("facilitator", "sessions:phone_board"): "Join with the room code to take part on this device.",
}


def test_who_is_refused_is_told_why(world):
    found = {}
    for actor, name in REASONS:
        session_id = world.example.pk if actor == "reader" else world.talk.id
        method = "GET" if ADDRESSES[name].get else "POST"
        response = ask(world.client(actor), method, world.url(name, session_id), {})
        assert response.status_code == 403
        found[actor, name] = reason(response)
    assert found == {key: said(sentence) for key, sentence in REASONS.items()}


# A closed talk


@pytest.fixture
def closed(world):
    day = datetime.date(2027, 1, 15)
    Action.objects.filter(session=world.talk.id).update(due=day)
    Session.objects.filter(pk=world.talk.id).update(review_on=day)
    world.talk.close("reveal")
    return world


def test_closed_talk_is_read_by_who_was_in_it(closed):
    answers = {
        actor: told(closed.client(actor).get(closed.url("reports:report", closed.talk.id)))
        for actor in REFUSAL
        if actor != "reader"
    }
    may = {"facilitator": "200", "seat": "200", "decider": "200"}
    assert answers == {
        actor: may.get(actor, refusal) for actor, refusal in REFUSAL.items() if actor != "reader"
    }


# What is done with a talk once it is closed.
PROMISE = ["facilitator", "decider", "promises"]
AFTER = {
    "sessions:handover": Address(LEAD, get="200", post="200", data={"role": "decider", **ID}),
    "sessions:decider_mail": Address(
        LEAD, post="303", data={"addresses": "directie@school.nl", **ID}
    ),
    "sessions:decision": Address(
        ["facilitator", "decider"],
        get="200",
        post="303",
        data={"result": "adopted", "decided_on": timezone.localdate(), "version": 1, **ID},
    ),
    "sessions:promises": Address(PROMISE, get="200"),
    "sessions:promises_mail": Address(
        LEAD, post="303", data={"addresses": "a@school.nl b@school.nl", **ID}
    ),
    "sessions:promise": Address(PROMISE, post="303", data={"state": "done", "version": 1}),
    "sessions:promises_calendar": Address([*PROMISE, "seat"], get="200"),
    "sessions:promise_calendar": Address([*PROMISE, "seat"], get="200"),
    "sessions:review_calendar": Address([*PROMISE, "seat"], get="200"),
    "sessions:session": Address([*PROMISE, "scribe", "board", "seat"], get="302"),
    "reports:report": Address(["facilitator", "decider", "seat"], get="200"),
    "reports:report_pdf": Address(["facilitator", "decider", "seat"], get="200"),
    "reports:version_pdf": Address(["facilitator", "decider", "seat"], get="200"),
    "sessions:export": Address(LEAD, get="200"),
    "sessions:links": Address(LEAD, get="200"),
}


@pytest.mark.parametrize("actor", [actor for actor in REFUSAL if actor != "reader"])
def test_closed_talk_for(actor, closed, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    client = closed.client(actor)
    cookies, before = client.cookies, count(closed.talk.id)
    expected, found = {}, {}
    for name, address in AFTER.items():
        for method in address.methods:
            client.cookies = SimpleCookie({key: one.value for key, one in cookies.items()})
            data = address.data if method == "POST" else {}
            with transaction.atomic():
                response = getattr(client, method.lower())(closed.url(name, closed.talk.id), data)
                written = count(closed.talk.id) != before
                transaction.set_rollback(True)
            expected[name, method] = address.told(actor, method)
            found[name, method] = told(response)
            assert written == (method == "POST" and response.status_code in (200, 303))
    assert {key: found[key] for key in found if found[key] != expected[key]} == {}


# What there is of a talk that is open again: its last version, to who had it before.
AGAIN = {
    "reports:report": Address(["facilitator", "decider"], get="200"),
    "reports:report_pdf": Address(["facilitator", "decider"], get="200"),
    "reports:version_pdf": Address(["facilitator", "decider"], get="200"),
    "reports:explanation_pdf": Address(["facilitator", "decider"], get="200"),
    "sessions:promises": Address(PROMISE, get="200"),
    "sessions:promise": Address(CLOSED, post="303", data={"state": "done", "version": 1}),
    "sessions:decision": Address(CLOSED, get="200", post="303"),
    "sessions:review_calendar": Address(CLOSED, get="200"),
    "sessions:promises_calendar": Address(CLOSED, get="200"),
    "sessions:session": Address([*PROMISE, "scribe", "board", "seat"], get="302"),
    "sessions:export": Address(LEAD, get="200"),
}


@pytest.mark.parametrize("actor", [actor for actor in REFUSAL if actor != "reader"])
def test_talk_that_is_open_again_for(actor, closed):
    closed.talk.reopen()
    client, before = closed.client(actor), count(closed.talk.id)
    expected, found = {}, {}
    for name, address in AGAIN.items():
        for method in address.methods:
            data = address.data if method == "POST" else {}
            response = ask(client, method, closed.url(name, closed.talk.id), data)
            expected[name, method], found[name, method] = (
                address.told(actor, method),
                told(response),
            )
            assert count(closed.talk.id) == before
    assert {key: found[key] for key in found if found[key] != expected[key]} == {}


WRITES = sorted(
    name
    for name in OF_A_TALK
    if ADDRESSES[name].post
    and name
    not in (
        # New links, this device, a copy and opening again are of a closed talk too.
        "sessions:links",
        "sessions:revocation",
        "sessions:device",
        "sessions:copy",
        "sessions:close",
        "sessions:reopen",
        "sessions:told",
        "reports:explanation_part",
        *AFTER,
    )
)


def test_closed_talk_is_not_written_in(closed):
    before, answers = count(closed.talk.id), set()
    for name in WRITES:
        for actor in ("facilitator", "scribe", "seat"):
            url = closed.url(name, closed.talk.id)
            answers.add(told(closed.client(actor).post(url, ADDRESSES[name].data)))
            assert (name, count(closed.talk.id)) == (name, before)
    # 303: cards, now that no round is open; 404: it has no tables.
    assert answers == {"why", "422", "303", "404"}


def test_room_code_admits_until_the_talk_is_closed(world):
    code = world.talk.session.code
    for typed in (code, code.lower(), f"{code[:3]} {code[3:]}", f"{code[:3]}-{code[3:]}"):
        assert access.joinable_session(typed).pk == world.talk.id
    world.talk.close("discard")
    assert access.joinable_session(code) is None
    assert access.joinable_session("") is None


# Links


def test_link_opens_its_screen_without_the_secret_in_the_address(world):
    secret = world.people["board"].secret
    client = Client()
    response = client.get(reverse("sessions:link", args=[world.talk.id, secret]))
    assert (response.status_code, secret in response["Location"]) == (302, False)
    cookie = client.cookies[world.people["board"].cookie]
    assert (cookie.value, cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (
        secret,
        True,
        "Lax",
        "",
    )
    assert client.get(response["Location"])["Location"].endswith("/bord/")


def test_link_of_another_talk_opens_nothing_here(world):
    other = cast.Talk()
    response = Client().get(reverse("sessions:link", args=[world.talk.id, other.leader.secret]))
    assert (told(response), response.context["wrong_link"]) == ("gate", True)


@pytest.mark.parametrize("actor", ["board expired", "facilitator revoked"])
def test_link_that_ended_says_so(actor, world):
    secret = world.people[actor].secret
    response = Client().get(reverse("sessions:link", args=[world.talk.id, secret]))
    assert (told(response), response.context["expired"]) == ("gate", True)
    assert response.cookies.keys() <= {"csrftoken"}


def test_secrets_are_stored_as_hashes_only(world):
    secrets = {person.secret for person in world.people.values()}
    stored = {
        str(value)
        for model in (Link, type(world.people["seat"].access.seat), Session)
        for values in model.objects.values_list()
        for value in values
    }
    assert secrets & stored == set()


def test_last_facilitator_link_stays(world):
    client = world.client("facilitator")
    own = world.talk.lead.link.pk
    url = reverse("sessions:revocation", args=[world.talk.id, own])
    assert told(client.post(url)) == "why"
    access_link(world.talk, new_secret())
    assert told(client.post(url)) == "303"
    assert told(client.get(world.url("sessions:links", world.talk.id))) == "gate"


def test_link_form_sent_twice_is_one_link(world):
    client, url = world.client("facilitator"), world.url("sessions:links", world.talk.id)
    before = Link.objects.count()
    for _ in range(2):
        assert client.post(url, ADDRESSES["sessions:links"].data).status_code == 200
    assert Link.objects.count() == before + 1


def test_clearing_this_computer_forgets_every_grant(world):
    client = world.client("facilitator")
    client.cookies[world.people["seat"].cookie] = world.people["seat"].secret
    response = client.post(reverse("sessions:clear"))
    gone = {name for name, cookie in response.cookies.items() if cookie["max-age"] == 0}
    assert {world.people["facilitator"].cookie, world.people["seat"].cookie} <= gone
    assert told(client.get(world.url("sessions:step", world.talk.id))) == "gate"


@pytest.mark.parametrize(
    ("hour", "day"),
    [(3, 22), (4, 23), (13, 23)],
)
def test_board_link_ends_at_four_at_night(hour, day, monkeypatch):
    zone = timezone.get_current_timezone()
    now = datetime.datetime(2026, 11, 22, hour, 0, tzinfo=zone)
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert access.until_four_at_night() == datetime.datetime(2026, 11, day, 4, 0, tzinfo=zone)


# One browser with several rights


def test_facilitator_who_took_a_seat_has_both(world):
    both = access.Actor(
        None,
        {
            world.people[actor].cookie: world.people[actor].secret
            for actor in ("facilitator", "seat")
        },
    )
    assert access.led_session(both, world.talk.id).role == access.FACILITATOR
    assert access.joined_session(both, world.talk.id).role == access.SEAT


def test_user_with_a_link_is_its_facilitator(world):
    client = world.client("stranger")
    client.cookies[world.talk.leader.cookie] = world.talk.leader.secret
    assert client.get(world.url("sessions:step", world.talk.id)).status_code == 200


def test_door_raises_what_it_says(world):
    nobody = access.Actor(None, {})
    stranger = access.Actor(User(email="x@school.nl"), {})
    for session_id in (world.talk.id, uuid.uuid4()):
        with pytest.raises(access.NoGrant):
            access.led_session(nobody, session_id)
        with pytest.raises(Http404):
            access.led_session(stranger, session_id)
    with pytest.raises(PermissionDenied):
        access.led_session(nobody, world.example.pk)


# The administration


def test_administration_knows_no_talks():
    labels = {model._meta.app_label for model in admin.site._registry}
    assert labels & {"deliberation", "reports"} == set()


def test_administration_is_for_administrators(world):
    def urls(resolver, prefix):
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLPattern):
                if not pattern.pattern.converters and not pattern.pattern.regex.groups:
                    yield f"{prefix}{pattern.pattern}"
            else:
                yield from urls(pattern, f"{prefix}{pattern.pattern}")

    found = next(one for one in get_resolver().url_patterns if str(one.pattern) == "beheer/")
    closed = [url for url in urls(found, "/beheer/") if not re.search("login|logout", url)]
    assert len(closed) > 5
    for actor in ("anonymous", "stranger", "facilitator"):
        client = world.client(actor)
        for url in closed:
            response = client.get(url)
            assert (response.status_code, response["Location"].split("?")[0]) == (
                302,
                reverse("admin:login"),
            )
