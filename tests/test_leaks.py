"""Before the reveal nothing of what is given alone is sent to anybody else."""

import re
import uuid
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.urls import reverse

from kompas.live import rights
from sessions import room as acts
from sessions.models import Argument, Item, Round, Session
from tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SCREENS = [
    "session", "board", "phone", "phone_board", "links", "details", "close", "copy", "export",
    "step", "cards", "passed", "passed_on", "earlier", "report", "report_pdf", "preview",
]  # fmt: skip
RANDOM = re.compile(
    r'name="(?:csrfmiddlewaretoken|key|secret|id)" value="[^"]*"|X-CSRFToken[^}]*|data-tag="[^"]*"'
)


@pytest.fixture(autouse=True)
def one_window(monkeypatch):
    """Streams' addresses change every ten minutes; here all is seen within the same ten."""
    window = rights.window()
    monkeypatch.setattr(rights, "window", lambda: window)


@pytest.fixture(autouse=True)
def papers_as_html(monkeypatch):
    monkeypatch.setattr("reports.views.make", lambda report, *_: report.html().encode())


def addresses(talk):
    """Every page of the talk, each step included."""
    for name in SCREENS:
        space = "reports" if name.startswith("report") else "sessions"
        if name in ("step", "cards", "passed", "passed_on"):
            for step in talk.session.steps:
                if name == "step" or step.key in ("question", "weighing"):
                    yield reverse(f"{space}:{name}", args=[talk.id, step.key])
        elif name == "earlier":
            yield reverse("sessions:earlier", args=[talk.id, "outcome", "answer"])
        else:
            yield reverse(f"{space}:{name}", args=[talk.id])
    yield from (reverse(f"sessions:{name}") for name in ("home", "examples"))


class Room:
    """A talk with one phone that gives something, and all the others who look."""

    def __init__(self):
        self.talk = cast.whole()
        self.giver = self.talk.phone()
        self.open: dict[str, list[str]] = {}
        self.others = {
            "facilitator": self.talk.leader,
            "board": self.talk.board(),
            "scribe": self.talk.scribe(),
            "other phone": self.talk.phone(),
        }

    def seen_by_others(self) -> dict[tuple[str, str], str]:
        """All that is sent to everybody else, but for what is random in every answer."""
        seen = {}
        for who, person in self.others.items():
            client = person.client()
            for url in self.open_to(who, client):
                response = client.get(url)
                text = RANDOM.sub("", response.content.decode())
                seen[who, url] = f"{response.status_code} {response.get('Location', '')} {text}"
        return seen

    def open_to(self, who, client) -> list[str]:
        """What is not refused to somebody, the doors being tried once."""
        if who not in self.open:
            doors = addresses(self.talk)
            self.open[who] = [url for url in doors if client.head(url).status_code != 403]
        return self.open[who]

    def seen_after(self, give) -> dict[tuple[str, str], str]:
        """What others see after `give`, of which nothing stays."""
        with transaction.atomic():
            give()
            seen = self.seen_by_others()
            transaction.set_rollback(True)
        return seen

    def post(self, name, data):
        url = reverse(f"sessions:{name}", args=[self.talk.id, self.talk.session.room_step])
        response = self.giver.client().post(url, data)
        assert (response.status_code, urlsplit(response["Location"]).path) == (
            303,
            reverse("sessions:phone", args=[self.talk.id]),
        )

    def argue(self, text, side, id=None):
        self.post("own", {"id": id or str(uuid.uuid4()), "text": text, "side": side})

    def feel(self, weight):
        item = Item.objects.get(round__session=self.talk.id, round__state="open")
        self.post("ballot", {"id": str(uuid.uuid4()), f"w-{item.pk}": weight})

    def choose(self, *names, own=""):
        self.post("own", {"names": names, "own": own})

    def differ(self, text, would_change_if):
        self.post(
            "own", {"id": str(uuid.uuid4()), "text": text, "would_change_if": would_change_if}
        )

    def weigh(self, *weights):
        ballot = self.talk.ballot(*weights)
        weights = {f"w-{item}": weight for item, weight in ballot.items()}
        self.post("ballot", {"id": str(uuid.uuid4()), **weights})


@pytest.fixture
def room():
    return Room()


def different(one, other):
    return sorted(key for key in one if one[key] != other[key])


def test_nobody_sees_what_somebody_argues_alone(room):
    room.talk.go("arguments")
    room.talk.open("arguments")
    id = str(uuid.uuid4())
    light = room.seen_after(lambda: room.argue("Geheimwoord", "for", id))
    heavy = room.seen_after(lambda: room.argue("Iets heel anders en veel langer", "against", id))
    assert different(light, heavy) == []
    room.argue("Geheimwoord", "for", id)
    leaks = [
        key for key, text in room.seen_by_others().items() if "Geheimwoord" in text or id in text
    ]
    assert leaks == []
    own = room.giver.client().get(reverse("sessions:phone", args=[room.talk.id]))
    assert "Geheimwoord" in own.content.decode()
    room.talk.reveal("arguments")
    shown = {key for key, text in room.seen_by_others().items() if "Geheimwoord" in text}
    talk = room.talk.id
    assert shown >= {
        ("facilitator", reverse("sessions:step", args=[talk, "arguments"])),
        ("facilitator", reverse("reports:report", args=[talk])),
        ("facilitator", reverse("reports:report_pdf", args=[talk])),
        ("facilitator", reverse("sessions:export", args=[talk])),
        ("board", reverse("sessions:board", args=[talk])),
        ("other phone", reverse("sessions:phone", args=[talk])),
        ("other phone", reverse("sessions:phone_board", args=[talk])),
    }


def test_nobody_sees_who_signs_what_is_unseen(room):
    Session.objects.filter(pk=room.talk.id).update(naming="name")
    room.talk.go("arguments")
    room.talk.open("arguments")
    id = str(uuid.uuid4())
    words = {"id": id, "text": "Kort", "side": "for"}
    short = room.seen_after(lambda: room.post("own", words | {"said_by": "A"}))
    long = room.seen_after(lambda: room.post("own", words | {"said_by": "Roepnaam van iemand"}))
    assert different(short, long) == []
    room.post("own", words | {"said_by": "Roepnaam"})
    assert [key for key, text in room.seen_by_others().items() if "Roepnaam" in text] == []
    room.talk.reveal("arguments")
    shown = {who for (who, _url), text in room.seen_by_others().items() if "Roepnaam" in text}
    assert shown == {"facilitator", "scribe", "board", "other phone"}


def test_discarded_argument_is_shown_to_nobody(room):
    room.talk.go("arguments")
    room.talk.open("arguments")
    room.argue("Geheimwoord", "for")
    room.talk.discard("arguments")
    assert [key for key, text in room.seen_by_others().items() if "Geheimwoord" in text] == []
    assert Argument.everything.filter(text="Geheimwoord").count() == 0


def test_nobody_sees_how_somebody_weighs(room):
    room.talk.open("weighing")
    light = room.seen_after(lambda: room.weigh(1, 1, 1))
    heavy = room.seen_after(lambda: room.weigh(5, 4, 0))
    assert different(light, heavy) == []
    room.weigh(5, 4, 0)
    room.talk.reveal("weighing")
    after = room.seen_by_others()
    talk = room.talk.id
    assert set(different(heavy, after)) >= {
        ("facilitator", reverse("sessions:step", args=[talk, "weighing"])),
        ("facilitator", reverse("reports:report", args=[talk])),
        ("facilitator", reverse("sessions:export", args=[talk])),
        ("board", reverse("sessions:board", args=[talk])),
        ("other phone", reverse("sessions:phone", args=[talk])),
    }


def test_nobody_sees_what_somebody_feels_first(room):
    room.talk.go("question")
    room.talk.open("question")

    def kept_for_later(weight):
        room.feel(weight)
        room.talk.go("facts")

    no, yes = (room.seen_after(lambda weight=weight: room.feel(weight)) for weight in (1, 5))
    assert different(no, yes) == []
    no, yes = (room.seen_after(lambda weight=weight: kept_for_later(weight)) for weight in (1, 5))
    assert different(no, yes) == []
    # and: with the last one it is shown
    kept_for_later(1)
    room.talk.go("outcome")
    acts.open_round(room.talk.lead, room.talk.step("outcome"), "intuition")
    before = room.seen_by_others()
    room.talk.reveal("outcome")
    shown = different(before, room.seen_by_others())
    assert ("facilitator", reverse("sessions:export", args=[room.talk.id])) in shown


def test_nobody_sees_which_values_somebody_chooses_alone(room):
    room.talk.go("values")
    room.talk.open("values")
    few = room.seen_after(lambda: room.choose("Privacy"))
    many = room.seen_after(lambda: room.choose("Zorg", "Contact", own="Geheimwoord"))
    assert different(few, many) == []
    room.choose("Zorg", own="Geheimwoord")
    own = room.giver.client().get(reverse("sessions:phone", args=[room.talk.id]))
    assert "Geheimwoord" in own.content.decode()
    assert [key for key, text in room.seen_by_others().items() if "Geheimwoord" in text] == []
    room.talk.reveal("values")
    shown = {key for key, text in room.seen_by_others().items() if "Geheimwoord" in text}
    talk = room.talk.id
    assert shown >= {
        ("facilitator", reverse("sessions:step", args=[talk, "values"])),
        ("facilitator", reverse("sessions:export", args=[talk])),
        ("board", reverse("sessions:board", args=[talk])),
        ("other phone", reverse("sessions:phone", args=[talk])),
    }


def test_nobody_sees_who_sees_it_otherwise(room):
    room.talk.go("outcome")
    acts.open_round(room.talk.lead, room.talk.step("outcome"), "contributions")
    one = room.seen_after(lambda: room.differ("Geheimwoord", "Nooit"))
    other = room.seen_after(lambda: room.differ("Iets heel anders, en veel langer", ""))
    assert different(one, other) == []
    room.differ("Geheimwoord", "Nooit")
    assert [key for key, text in room.seen_by_others().items() if "Geheimwoord" in text] == []
    room.talk.reveal("outcome")
    shown = {who for (who, _url), text in room.seen_by_others().items() if "Geheimwoord" in text}
    assert shown == {"facilitator", "board", "scribe", "other phone"}


def test_nobody_sees_what_waits_once_the_input_is_closed(room):
    talk = room.talk
    talk.go("arguments")
    talk.open("arguments")

    def waits(text, side):
        room.argue(text, side)
        acts.seal_round(talk.lead, talk.step("arguments"))

    light = room.seen_after(lambda: waits("Geheimwoord", "for"))
    heavy = room.seen_after(lambda: waits("Iets heel anders en veel langer", "against"))
    assert different(light, heavy) == []
    assert [key for key, text in light.items() if "Geheimwoord" in text] == []


def test_nobody_sees_whether_anybody_sees_it_otherwise(room):
    room.talk.go("outcome")
    acts.open_round(room.talk.lead, room.talk.step("outcome"), "contributions")
    before = room.seen_by_others()
    agrees = room.seen_after(lambda: room.post("ready", {"ready": "yes", "text": ""}))
    differs = room.seen_after(lambda: room.differ("Geheimwoord", "Nooit"))
    assert different(agrees, differs) == []
    # and: both are heard of, as one more who is ready
    assert different(before, agrees) != []


def test_nobody_sees_what_somebody_feels_last(room):
    talk = room.talk
    talk.go("question")
    acts.open_round(talk.lead, talk.step("question"), "intuition")
    room.feel(2)
    talk.go("outcome")
    acts.open_round(talk.lead, talk.step("outcome"), "intuition")
    stayed = room.seen_after(lambda: room.feel(2))
    moved = room.seen_after(lambda: room.feel(5))
    assert different(stayed, moved) == []
    room.feel(5)
    talk.reveal("outcome")
    after = room.seen_by_others()
    assert set(different(moved, after)) >= {
        ("facilitator", reverse("sessions:step", args=[talk.id, "outcome"])),
        ("facilitator", reverse("sessions:export", args=[talk.id])),
        ("board", reverse("sessions:board", args=[talk.id])),
        ("other phone", reverse("sessions:phone", args=[talk.id])),
    }
    # One phone alone: that it moved would point at it.
    assert [key for key, text in after.items() if "kijkt er nu anders naar" in text] == []


def test_nobody_sees_whether_somebody_moved(room):
    room.talk.open("weighing")
    room.weigh(2, 2, 2)
    room.talk.reveal("weighing")
    room.talk.open("weighing")
    stayed = room.seen_after(lambda: room.weigh(2, 2, 2))
    moved = room.seen_after(lambda: room.weigh(3, 2, 2))
    assert different(stayed, moved) == []


def test_device_that_goes_round_shows_nothing_of_the_former_ballot(room):
    talk = room.talk
    talk.open("weighing")
    client = talk.leader.client()
    url = reverse("sessions:passed", args=[talk.id, "weighing"])

    def after(*weights):
        """The page between two ballots, and the next blank one."""
        data = {f"w-{item}": weight for item, weight in talk.ballot(*weights).items()}
        with transaction.atomic():
            response = client.post(url, {"id": str(uuid.uuid4()), **data})
            assert response.status_code == 303
            pages = [client.get(response["Location"]), client.get(url)]
            transaction.set_rollback(True)
        assert ["no-store" in page["Cache-Control"] for page in pages] == [True, True]
        return [RANDOM.sub("", page.content.decode()) for page in pages]

    assert after(5, 5, 5) == after(1, 2, 0)


def test_device_that_goes_round_shows_nothing_of_the_former_feeling(room):
    talk = room.talk
    talk.go("question")
    item = talk.open("question").items.get()
    client = talk.leader.client()
    url = reverse("sessions:passed", args=[talk.id, "question"])

    def after(weight):
        with transaction.atomic():
            response = client.post(url, {"id": str(uuid.uuid4()), f"w-{item.pk}": weight})
            assert response.status_code == 303
            pages = [client.get(response["Location"]), client.get(url)]
            transaction.set_rollback(True)
        return [RANDOM.sub("", page.content.decode()) for page in pages]

    assert after(1) == after(5)


def test_copy_made_before_the_reveal_holds_nothing_unseen(room):
    room.talk.go("arguments")
    room.talk.open("arguments")
    room.argue("Geheimwoord", "for")
    client = room.talk.leader.client()
    url = reverse("sessions:copy", args=[room.talk.id])
    response = client.post(url, {"id": str(uuid.uuid4()), "secret": "s" * 43})
    assert response.status_code == 303
    copies = Argument.everything.exclude(session=room.talk.id)
    assert sorted(map(str, copies)) == sorted(
        map(str, Argument.objects.filter(session=room.talk.id))
    )
    assert Round.objects.exclude(session=room.talk.id).filter(state="open").count() == 0


def test_unseen_texts_are_in_no_version(room):
    room.talk.go("arguments")
    room.talk.open("arguments")
    room.argue("Geheimwoord", "for")
    version = room.talk.close("discard")
    assert "Geheimwoord" not in str(version.document)
