"""Every address, for everybody who may come there."""

import datetime
import re
import uuid
from dataclasses import dataclass, field
from functools import cache
from http.cookies import SimpleCookie

import pytest
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone, translation

from kompas.accounts.models import Membership, Organisation, Role, User
from sessions import access
from sessions.document import document, load
from sessions.models import (
    Action,
    Inquiry,
    Link,
    Session,
    Share,
    Version,
    Voice,
    new_secret,
    secret_hash,
)
from sessions.steps import LISTS
from tests import cast

pytestmark = pytest.mark.django_db

# Who has a right, by what is asked; for all others see REFUSAL.
OPEN = "everybody"
LEAD = ["facilitator", "owner"]
WRITE = [*LEAD, "scribe"]
BOARD = [*LEAD, "board"]
SEAT = ["seat"]
READ = [*LEAD, "reader"]
MANAGE = ["owner", "administrator here", "administrator above"]
ANY = [*LEAD, "scribe", "board", "seat", "reader", *MANAGE]
CLOSED: list[str] = []  # nobody, until the talk is closed: see AFTER

REFUSAL = {
    "anonymous": "gate",
    "stranger": "404",
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
    # By an account, in the talk's organisation or above it.
    "administrator": "why",  # of the installation
    "owner": "why",
    "colleague": "404",  # who knows nothing of a talk that was never closed
    "school leader": "why",
    "board reader": "404",  # nothing is shared of a talk that was never closed
    "board reader without a share": "404",
    "administrator here": "why",
    "administrator above": "why",
    "who left": "404",
    "who is shut out": "gate",
    # The same roles under another board.
    "facilitator of another": "404",
    "school leader of another": "404",
    "board reader of another": "404",
    "administrator of another": "404",
}
LOGGED_IN = ["stranger", *[name for name in REFUSAL if name not in list(REFUSAL)[:16]]]
LOGGED_IN.remove("who is shut out")
ASK_HEAD = {"anonymous", "stranger", "reader", "seat", "facilitator"}
# A few at a time share a talk, which takes a while to make.
GROUPS = [list(REFUSAL)[at : at + 6] for at in range(0, len(REFUSAL), 6)]


OUT = tuple(actor for actor in REFUSAL if actor not in LOGGED_IN)
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
    apart: dict = field(default_factory=dict)  # what some actors are told, other than the rest

    def sent(self, method: str, world: "World") -> dict:
        data = self.data if method == "POST" else {}
        return {name: value(world) if callable(value) else value for name, value in data.items()}

    @property
    def methods(self) -> list[str]:
        return ["GET", "HEAD"] * bool(self.get) + ["POST"] * bool(self.post)

    def told(self, actor: str, method: str) -> str:
        answer = self.post if method == "POST" else self.get
        if actor in self.apart:
            return self.apart[actor]
        if self.who == OPEN or actor in self.who:
            return answer
        if self.others is TO_LOG_IN and actor in LOGGED_IN:
            return self.stranger
        return self.others.get(method, "") or REFUSAL[actor]


def row(**more):
    return {"step_key": "stakeholders", "slug": "betrokkenen", **more}


def promised(**more):
    return {"slug": "afspraken", "row_id": None, **more}


ID = {"id": str(uuid.uuid4()), "secret": "s" * 43, "organisation": "guest"}


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
    "account_reauthenticate": Address(LOGGED_IN, get="why", post="why", others=TO_LOG_IN),
    "account_change_password": Address(LOGGED_IN, get="302", post="303", others=TO_LOG_IN),
    "account_set_password": Address(LOGGED_IN, get="200", post="422", others=TO_LOG_IN),
    "account_reset_password": Address(OPEN, get="200", post="422"),
    "account_reset_password_done": Address(OPEN, get="200"),
    "account_reset_password_from_key": Address(OPEN, get="200", post="200"),
    "account_reset_password_from_key_done": Address(OPEN, get="200"),
    "accounts:account": Address(LOGGED_IN, get="200", post="422", others=TO_LOG_IN),
    "accounts:logins": Address(LOGGED_IN, get="200", others=TO_LOG_IN),
    "accounts:logins_end": Address(LOGGED_IN, post="303", others=TO_LOG_IN),
    "accounts:login_end": Address(
        LOGGED_IN, post="303", more={"login_id": ID["id"]}, others=TO_LOG_IN
    ),
    # The second step, of who has no password: tests/test_two_factor.py
    "mfa_authenticate": Address(LOGGED_IN, get="302", post="303", others=TO_LOG_IN),
    "mfa_login_webauthn": Address(OUT, get="log in", post="422", others=AWAY),
    "mfa_reauthenticate": Address(LOGGED_IN, get="why", post="why", others=TO_LOG_IN),
    "mfa_reauthenticate_webauthn": Address(LOGGED_IN, get="why", post="why", others=TO_LOG_IN),
    "mfa_index": Address(LOGGED_IN, get="200", others=TO_LOG_IN),
    "mfa_activate_totp": Address(LOGGED_IN, get="why", post="why", others=TO_LOG_IN),
    "mfa_deactivate_totp": Address(LOGGED_IN, get="why", post="why", others=TO_LOG_IN),
    "mfa_view_recovery_codes": Address(LOGGED_IN, get="why", others=TO_LOG_IN),
    "mfa_generate_recovery_codes": Address(LOGGED_IN, get="why", post="why", others=TO_LOG_IN),
    "mfa_add_webauthn": Address(LOGGED_IN, get="why", post="why", others=TO_LOG_IN),
    "mfa_remove_webauthn": Address(
        LOGGED_IN, get="why", post="why", more={"pk": 1}, others=TO_LOG_IN
    ),
    # By another service, of which there is none: tests/test_openid.py
    "openid_connect_login": Address(OPEN, post="404", more={"provider_id": "entree"}),
    "openid_connect_callback": Address(OPEN, get="404", more={"provider_id": "entree"}),
    "accounts:connect": Address(OPEN, get="log in", post="log in"),
    "accounts:begin_to_connect": Address(
        LOGGED_IN, post="why", more={"provider_id": "entree"}, others=TO_LOG_IN
    ),
    "accounts:disconnect": Address(
        LOGGED_IN, post="303", more={"connected_id": 1}, others=TO_LOG_IN
    ),
    "accounts:join_request": managed(post="303", more={"request_id": ID["id"]}),
    "accounts:invitation": Address(OPEN, get="404", post="404"),  # there is none
    "accounts:invitation_link": Address(OPEN, get="303"),
    "accounts:organisations": Address(
        LOGGED_IN,
        get="200",
        others=TO_LOG_IN,
        # Who manages the one organisation that they belong to is there at once.
        apart={f"administrator {where}": "303" for where in ("here", "above", "of another")},
    ),
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
    "sessions:mine": Address(LOGGED_IN, get="200", others=TO_LOG_IN),
    # Whose a talk is
    "sessions:ownership": Address([*MANAGE, "facilitator"], get="200"),
    "sessions:taking_in": Address(MANAGE, post="422", apart={"facilitator": "gate"}),
    "sessions:owner": Address(MANAGE, post="422"),
    "sessions:sharing": Address(CLOSED, post="303"),
    "sessions:archive": Address(MANAGE, post="303", data={"act": "away"}),
    "sessions:talk_removal": Address(MANAGE, post="303", data={"reason": "Dubbel"}),
    "sessions:talk_restoration": Address(MANAGE, post="303"),
    # Looking back; what each finds there: tests/test_register.py
    "sessions:register": Address(LOGGED_IN, get="200", others=TO_LOG_IN),
    # The board's page and bundles; who may there: tests/test_board_page.py, tests/test_bundles.py
    "sessions:board_page": Address(CLOSED, get="200", others=TO_LOG_IN, more={"slug": "de-eik"}),
    "sessions:board_talks": Address(CLOSED, get="200", others=TO_LOG_IN, more={"slug": "de-eik"}),
    "sessions:installation": Address(["administrator"], get="200", others=TO_LOG_IN),
    "reports:bundles": Address(LOGGED_IN, get="200", post="422", others=TO_LOG_IN),
    "reports:bundle_choice": Address(LOGGED_IN, get="200", others=TO_LOG_IN),
    "reports:year_report": Address(
        CLOSED,
        post="303",
        others=TO_LOG_IN,
        data={"id": str(uuid.uuid4()), "organisation": "de-eik", "year": "2025"},
    ),
    "reports:bundle": Address(CLOSED, get="200", others=TO_LOG_IN),
    "reports:bundle_file": Address(CLOSED, get="200", others=TO_LOG_IN),
    "reports:bundle_retry": Address(CLOSED, post="303", others=TO_LOG_IN),
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
    # What is kept, and how long; for who administers an organisation see tests/test_keeping.py
    "sessions:retention": Address(
        LOGGED_IN, get="404", post="404", more={"slug": "nergens"}, others=TO_LOG_IN
    ),
    "sessions:taking_along": Address(
        LOGGED_IN, get="404", post="404", more={"slug": "nergens"}, others=TO_LOG_IN
    ),
    "sessions:own_data": Address(LOGGED_IN, get="200", post="422", others=TO_LOG_IN),
    "sessions:own_data_file": Address(LOGGED_IN, get="200", others=TO_LOG_IN),
    "sessions:account_gone": Address(OPEN, get="200"),
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
    # Looking back; what accounts may is in tests/test_memory.py
    "sessions:due": Address(LOGGED_IN, get="200", others=TO_LOG_IN),
    "sessions:look_again": Address(LEAD, get="303", post="303"),
    "sessions:follow": Address(CLOSED, get="200", post="303"),
    "sessions:memory": Address(["owner"], get="200"),
    "sessions:versions": Address(["owner"], get="404"),
    "sessions:notes": Address(CLOSED, post="303", data={**ID, "text": "Let op"}),
    "sessions:note": Address(CLOSED, post="303", data={"text": "Let op"}),
    "sessions:note_removal": Address(CLOSED, post="303"),
    "sessions:note_restoration": Address(CLOSED, post="303"),
    "sessions:tags": Address(["owner"], post="303", data={"name": "privacy"}),
    "sessions:tag_removal": Address(["owner"], post="303", data={"name": "privacy"}),
    # Beside other talks, and outside: by account only, see test_compare.py and test_edited_copy.py.
    "sessions:compare": Address(OPEN, get="200"),
    "sessions:others": Address(CLOSED, get="200"),
    "sessions:edited_copies": Address(CLOSED, get="200", post="303", data=ID),
    "sessions:edited_copy": Address(CLOSED, get="200"),
    "sessions:edited_copy_page": Address(CLOSED, get="200", post="303"),
    "sessions:edited_copy_everywhere": Address(CLOSED, post="303"),
    "sessions:edited_copy_publication": Address(CLOSED, get="303", post="200"),
    "sessions:edited_copy_revocation": Address(CLOSED, post="303"),
    "sessions:copy_link": Address(OPEN, get="404"),  # no such copy
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
    "reports:copy_preview": Address(CLOSED, get="200"),
    "reports:edited_copy": Address(OPEN, get="404"),
    "reports:edited_copy_pdf": Address(OPEN, get="404"),
    "reports:pack": Address(READ, get="200"),
    "reports:pack_part": Address(READ, get="200", more={"part": "kaarten"}),
    "reports:method_pack": Address(OPEN, get="200"),
    "reports:method_part": Address(OPEN, get="200", more={"part": "kaarten"}),
}


@cache
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
        self.link = self.people["board"].access.link.pk
        self.belongs()

    def belongs(self):
        """Two boards with a school each, and the talk with one of these schools."""
        top = Organisation.objects.create(name="Koepel", slug="koepel")
        self.board = Organisation.objects.create(name="Bestuur", slug="bestuur", parent=top)
        self.school = Organisation.objects.create(name="School", slug="school", parent=self.board)
        other = Organisation.objects.create(name="Ander", slug="ander")
        elsewhere = Organisation.objects.create(name="Elders", slug="elders", parent=other)
        roles = {
            "owner": (self.school, Role.FACILITATOR),
            "colleague": (self.school, Role.FACILITATOR),
            "school leader": (self.school, Role.SCHOOL_LEADER),
            "board reader": (self.board, Role.BOARD_READER),
            "board reader without a share": (self.school, Role.BOARD_READER),
            "administrator here": (self.school, Role.ADMINISTRATOR),
            "administrator above": (top, Role.ADMINISTRATOR),
            "who left": (self.school, Role.FACILITATOR),
            "who is shut out": (self.school, Role.FACILITATOR),
            "facilitator of another": (elsewhere, Role.FACILITATOR),
            "school leader of another": (elsewhere, Role.SCHOOL_LEADER),
            "board reader of another": (other, Role.BOARD_READER),
            "administrator of another": (other, Role.ADMINISTRATOR),
        }
        self.users, self.top = {}, top
        for name, (organisation, role) in roles.items():
            user = User.objects.create_user(f"{name.replace(' ', '-')}@school.nl", name=name)
            Membership.objects.create(user=user, organisation=organisation, role=role)
            self.users[name] = user
        self.users["stranger"] = User.objects.create_user("vreemd@school.nl")
        self.users["administrator"] = User.objects.create_superuser("beheer@school.nl")
        owner = self.users["owner"]
        Session.objects.filter(pk=self.talk.id).update(organisation=self.school, owner=owner)
        Link.objects.update(made_by=owner)

    def leave(self):
        """Who left and who is shut out go, with their browser still logged in."""
        Membership.objects.get(user=self.users["who left"]).delete()
        shut_out = self.users["who is shut out"]
        shut_out.is_active = False
        shut_out.save()

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
        if actor in self.users:
            client.force_login(self.users[actor])
        return client

    def clients(self, actors):
        """A browser of each of them, of whom those that leave do so after logging in."""
        found = {actor: self.client(actor) for actor in actors}
        self.leave()
        return found

    def url(self, name: str, session_id: uuid.UUID) -> str:
        slug = ADDRESSES[name].more.get("slug", "betrokkenen")
        model = next((one.model for one in LISTS.values() if one.slug == slug), Action)
        rows = model.objects.filter(session=session_id)
        known = {
            "session_id": session_id,
            "step_key": "weighing",
            "row_id": rows.values_list("pk", flat=True).first() or uuid.uuid4(),
            "link_id": self.link,
            "secret": "s" * 43,
            "inquiry_id": self.voice.inquiry_id,
            "voice_id": self.voice.pk,
            "number": 1,
            "copy_id": uuid.UUID(int=1),
            "method": "alles",
            "code": "FOUT",
            "uidb36": "1",
            "key": "fout",
            "note_id": uuid.uuid4(),
            "before": 1,
            "after": 2,
            "bundle_id": uuid.uuid4(),
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


def walk(world, actors, table, refusals, writes=None, methods=None):
    """What each is told at each address, by method, where that is not as it should be.

    `writes`: whether a status after a POST means that something is written in the talk. With
    `methods` no more than so many are tried at an address.
    """
    wrong = {}
    for actor, client in world.clients(actors).items():
        session_id = world.example.pk if actor == "reader" else world.talk.id
        cookies, before = client.cookies, count(session_id)
        for name, address in table.items():
            url = world.url(name, session_id)
            for method in address.methods[:methods]:
                if method == "HEAD" and actor not in ASK_HEAD:
                    continue  # the same door as GET
                client.cookies = SimpleCookie({key: one.value for key, one in cookies.items()})
                with transaction.atomic():  # nothing of it stays
                    response = getattr(client, method.lower())(url, address.sent(method, world))
                    written = count(session_id) != before
                    transaction.set_rollback(True)
                expected = address.told(actor, method)
                if expected == REFUSAL[actor]:
                    expected = refusals.get(actor, expected)
                if told(response) != expected:
                    wrong[actor, name, method] = (told(response), expected)
                assert method != "HEAD" or response.content == b""
                if writes is None:
                    assert not (written and response.status_code in (403, 404))
                else:
                    assert written == (method == "POST" and response.status_code in writes)
    return wrong


@pytest.mark.once
@pytest.mark.parametrize("actors", GROUPS, ids=", ".join)
def test_every_address_for(actors, world):
    assert walk(world, actors, ADDRESSES, {}) == {}


@pytest.mark.once
def test_no_address_knows_other_methods(world):
    client = world.client("facilitator")
    known = {"GET", "HEAD", "POST", "PUT", "DELETE"}
    answers = {
        (name, method): client.generic(method, world.url(name, world.talk.id)).status_code
        for name, address in ADDRESSES.items()
        if name != "set_language"  # Django's own
        for method in known - set(address.methods)
    }
    # The library's log-in pages send away whoever has nothing to do there, before they look.
    of_allauth = ("account_", "mfa_", "openid_")
    away = {key for key, status in answers.items() if status == 302}
    assert {name for name, _method in away if not name.startswith(of_allauth)} == set()
    assert {status for key, status in answers.items() if key not in away} == {405}


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


@pytest.mark.once
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
    ("facilitator", "sessions:memory"): (
        "For this you need an account in the organisation of this talk."
    ),
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
    cast.method("terugkijken")
    world.talk.close("reveal")
    version = Version.objects.get(session=world.talk.id)
    Share.objects.create(version=version, organisation=world.board)
    return world


# What is done with a talk once it is closed.
PROMISE = [*LEAD, "decider", "promises", "school leader"]
AGREED = [*PROMISE, "colleague"]
RESULT = [*LEAD, "decider", "colleague", "school leader", "board reader"]
GOES = [*AGREED, "scribe", "board", "seat", "board reader", *MANAGE]
# Who knows of a talk once it was closed and shared, and not before.
ONCE_CLOSED = {"board reader": "why", "colleague": "why"}
AFTER = {
    "sessions:ownership": Address([*MANAGE, "facilitator"], get="200"),
    "sessions:sharing": Address(
        ["owner"], post="303", data={"organisation": lambda world: world.top.pk, "version": "1"}
    ),
    "sessions:archive": Address(MANAGE, post="303", data={"act": "away"}),
    "sessions:talk_removal": Address(MANAGE, post="303", data={"reason": "Dubbel"}),
    "sessions:owner": Address(
        MANAGE, post="303", data={"user": lambda world: world.users["colleague"].pk}
    ),
    "sessions:handover": Address(LEAD, get="200", post="200", data={"role": "decider", **ID}),
    "sessions:decider_mail": Address(
        LEAD, post="303", data={"addresses": "directie@school.nl", **ID}
    ),
    "sessions:decision": Address(
        [*LEAD, "decider"],
        get="200",
        post="303",
        data={"result": "adopted", "decided_on": timezone.localdate(), "version": 1, **ID},
    ),
    "sessions:promises": Address(AGREED, get="200"),
    "sessions:promises_mail": Address(
        LEAD, post="303", data={"addresses": "a@school.nl b@school.nl", **ID}
    ),
    "sessions:promise": Address(PROMISE, post="303", data={"state": "done", "version": 1}),
    "sessions:promises_calendar": Address([*AGREED, "seat"], get="200"),
    "sessions:promise_calendar": Address([*AGREED, "seat"], get="200"),
    "sessions:review_calendar": Address([*AGREED, "seat"], get="200"),
    "sessions:look_again": Address(LEAD, get="200", post="303", data={"months": "6"}),
    "sessions:follow": Address([*LEAD, "colleague"], get="200", post="303", data=ID),
    "sessions:session": Address(GOES, get="302"),
    "reports:report": Address([*RESULT, "seat"], get="200"),
    "reports:report_pdf": Address([*RESULT, "seat"], get="200"),
    "reports:version_pdf": Address([*RESULT, "seat"], get="200"),
    "reports:explanation_pdf": Address([*RESULT, "seat"], get="200"),
    "sessions:export": Address([*LEAD, "colleague", "school leader"], get="200"),
    "sessions:links": Address(LEAD, get="200"),
}


def but_readers(actors):
    return [actor for actor in actors if actor != "reader"]


@pytest.mark.once
@pytest.mark.parametrize("actors", GROUPS, ids=", ".join)
def test_closed_talk_for(actors, closed, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert walk(closed, but_readers(actors), AFTER, ONCE_CLOSED, writes=(200, 303)) == {}


# What there is of a talk that is open again: its last version, to who had it before.
AGAIN = {
    "reports:report": Address(RESULT, get="200"),
    "reports:report_pdf": Address(RESULT, get="200"),
    "reports:version_pdf": Address(RESULT, get="200"),
    "reports:explanation_pdf": Address(RESULT, get="200"),
    "sessions:promises": Address(AGREED, get="200"),
    "sessions:promise": Address(CLOSED, post="303", data={"state": "done", "version": 1}),
    "sessions:decision": Address(CLOSED, get="200", post="303"),
    "sessions:review_calendar": Address(CLOSED, get="200"),
    "sessions:promises_calendar": Address(CLOSED, get="200"),
    "sessions:session": Address(GOES, get="302"),
    "sessions:export": Address(LEAD, get="200"),
}


@pytest.mark.once
@pytest.mark.parametrize("actors", GROUPS, ids=", ".join)
def test_talk_that_is_open_again_for(actors, closed):
    closed.talk.reopen()
    assert walk(closed, but_readers(actors), AGAIN, ONCE_CLOSED, writes=()) == {}


# What there is of a talk that was removed: for who manages it, the page to restore it.
REMOVED = {
    name: Address(CLOSED, get=ADDRESSES[name].get, post=None if ADDRESSES[name].get else "303")
    for name in OF_A_TALK
    if name != "sessions:link"
} | {
    "sessions:session": Address(MANAGE, get="302"),
    "sessions:ownership": Address(MANAGE, get="200"),
    "sessions:talk_restoration": Address(MANAGE, post="303"),
    "sessions:talk_removal": Address(MANAGE, post="303"),
}
GONE = {name: "gate" for name in REFUSAL if name not in LOGGED_IN} | {
    name: "404" for name in LOGGED_IN if name not in MANAGE
}


@pytest.mark.once
def test_talk_that_was_removed_is_there_for_nobody(closed):
    """By each way in that there is: a link, a seat, a role of one's own and one above."""
    today = timezone.localdate()
    Session.objects.filter(pk=closed.talk.id).update(removed_on=today)
    actors = (
        *("anonymous", "facilitator", "board", "seat", "promises"),
        *("owner", "colleague", "board reader", "administrator here", "administrator"),
    )
    assert walk(closed, actors, REMOVED, GONE, methods=1) == {}


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
        "sessions:taking_in",
        "sessions:talk_restoration",
        *AFTER,
    )
)


@pytest.mark.once
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


def test_last_facilitator_link_of_a_guest_stays(world):
    Session.objects.filter(pk=world.talk.id).update(organisation=None, owner=None)
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
