"""An edited copy: words blacked out are gone, it is given by a link, and it ends."""

import datetime
import io
import json
import re
import uuid
import zipfile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from kompas.accounts.models import Event, Role
from kompas.logs import SECRETS
from kompas.signals import restored, tick
from reports import pdf, word
from reports.kept import report_of_copy
from reports.report import EditedReport
from sessions import blackout, copies
from sessions.blackout import BLOCK, WHOLE
from sessions.document import as_json, normalise
from sessions.models import Change, EditedCopy, Erasure, Method, Session
from tests import cast, documents, staff

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def dutch():
    with translation.override("nl"):
        yield


# Words


@pytest.mark.parametrize(
    ("text", "out", "left"),
    [
        ("Vraag het Anna, of Piet.", [2], "Vraag het ████, of Piet."),
        ("Vraag het Anna de Vries nu.", [2, 3, 4], "Vraag het ████ nu."),
        ("Anna, Piet en ik", [0, 1], "████, ████ en ik"),
        ("Anna\nPiet zegt", [0, 1], "████\n████ zegt"),
        ("“Anna” zegt", [0], "“████” zegt"),
        ("Anna.", [0], BLOCK),
        ("Een hele tekst", [WHOLE], BLOCK),
        ("Niets hier", [], "Niets hier"),
        ("Niets hier", [7], "Niets hier"),
        ("  ruimte  blijft  ", [0], "  ████  blijft  "),
    ],
)
def test_words_go_and_what_stands_around_them_stays(text, out, left):
    assert blackout.blackout(text, out) == left


def test_block_tells_nothing_of_how_much_stood_there():
    left = {
        blackout.blackout(f"Vraag het {name} nu.", range(2, 2 + count))
        for name, count in (("Jo", 1), ("Annemarie van den Bergh", 4))
    }
    assert left == {"Vraag het ████ nu."}


def test_text_that_would_grow_too_long_goes_as_a_whole():
    text = "x y " * 15
    assert len(text) == 60
    assert blackout.blackout(text, range(0, 30, 2), 60) == BLOCK


@pytest.mark.parametrize(
    ("text", "phrase", "said"),
    [
        ("Anna zegt het.", "anna", ["Anna"]),
        ("Anna's jas, en van ANNA!", "Anna", ["Anna's", "ANNA"]),
        ("Zoë en Zoe", "zoe", ["Zoë", "Zoe"]),
        ("Mail anna@school.nl of Anna/Piet", "Anna", ["anna@school.nl", "Anna/Piet"]),
        ("Juf Anna, en juf Bea", "juf Anna", ["Juf", "Anna"]),
        ("06-12 34 56 78", "06-12 34 56 78", ["06-12", "34", "56", "78"]),
        ("Annabel", "Anna", []),
        ("Wat dan ook", " .,! ", []),
    ],
)
def test_phrase_is_found_wherever_its_words_stand(text, phrase, said):
    places = blackout.places_of(text, phrase)
    spans = blackout.spans(text)
    assert [text[slice(*spans[place])] for place in sorted(places)] == said


# A whole document


@pytest.fixture
def methods():
    documents.publish_methods()


def strings(value, path=""):
    if isinstance(value, dict):
        for key, member in value.items():
            yield from strings(member, f"{path}.{key}")
    elif isinstance(value, list):
        for member in value:
            yield from strings(member, path)
    elif isinstance(value, str):
        yield path, value


# What is chosen and not typed, and so not looked at.
FIXED = re.compile(
    r"(^|\.)(format|method|language|status|naming|step|prompt|kind|core|effect|origin|side|verdict"
    r"|state|group|role|legal|council|held_on|begins|ends|review_on|resume_on|decide_by|decided_on"
    r"|due)$|^\.decisions\.result$"
)


def full() -> dict:
    """A document with a text in every place where one can stand, each other words."""
    data = json.loads(documents.EXAMPLES[0].read_text(encoding="utf-8"))
    talk = documents.talk(
        language="nl",
        method=data["method"],
        status="closed",
        naming="name",
        title="Titel qz1",
        context="Context qz2",
        place="Lokaal qz3",
        team="Team qz4",
        note="Noot qz5",
        source=["Bron qz6", "https://voorbeeld.nl/qz7"],
        mandate={"kind": "advice", "decider": "Directeur qz8", "readers": "Lezers qz9"},
        preparation={
            "invitation": "Blijft binnen b1",
            "emotion": "Blijft binnen b2",
            "legal": "clear",
            "legal_note": "Jurist qz10",
        },
        explanation={"question": "Blijft binnen b3"},
        invited=[{"function": "Ouder qz11", "merged": ["Vader qz12"]}],
        inquiries=[
            {
                "question": "Wat qz13",
                "asked": "Ouders qz14",
                "answer": "Gedaan qz15",
                "voices": [{"text": "Stem qz16", "role": "parent"}],
            }
        ],
        facts=[
            {"text": "Feit qz17", "owner": "Piet qz18", "kind": "unknown", "result": "Uit qz19"}
        ],
        stakeholders=[{"name": "Groep qz20", "interest": "Belang qz21", "merged": ["Ook qz22"]}],
        values=[{"name": "Waarde qz23", "core": "autonomie", "meaning": "Betekent qz24"}],
        options=[{"title": "Optie qz25"}],
        arguments=[
            {
                "side": "for",
                "text": "Omdat qz26",
                "stakeholder": "Groep qz20",
                "value": "Waarde qz23",
                "option": "Optie qz25",
                "dialogue": "Gezegd qz27",
                "said_by": "Anna qz28",
                "weights": [1, 2, 3],
                "decisive": True,
            }
        ],
        outcome={
            "verdict": "yes_if",
            "answer": "Antwoord qz29",
            "reasons": "Redenen qz30",
            "conditions": [{"text": "Mits qz31", "owner": "Jan qz32", "result": "Zo qz33"}],
            "minority_views": [
                {"text": "Anders qz34", "would_change_if": "Als qz35", "said_by": "Bea qz36"}
            ],
        },
        actions=[{"what": "Doen qz37", "who": "Cor qz38", "result": "Klaar qz39"}],
        decisions=[
            {
                "result": "adopted",
                "reasons": "Want qz40",
                "by": "Bestuur qz41",
                "verdict": "yes_if",
                "answer": "Antwoord qz29",
            }
        ],
        parked=[{"text": "Later qz42"}],
        question="Vraag qz43",
    )
    return normalise(talk)


def test_every_text_of_every_example_is_shown(methods):
    for data in [
        full(),
        *(json.loads(file.read_text(encoding="utf-8")) for file in documents.EXAMPLES),
    ]:
        shown = {one.text for one in blackout.passages(normalise(data))}
        kept = blackout.mapped(normalise(data), lambda text, _place: text)
        missed = {
            (path, text)
            for path, text in strings(kept)
            if text not in shown and not FIXED.search(path)
        }
        assert missed == set()


def test_what_stays_inside_is_not_in_a_copy(methods):
    left = as_json(blackout.redacted(full(), {}))
    assert "Blijft binnen" not in left
    assert "Jurist qz10" in left


def test_document_without_changes_stays_a_document(methods):
    for file in documents.EXAMPLES:
        data = normalise(json.loads(file.read_text(encoding="utf-8")))
        left = blackout.redacted(data, {})
        assert normalise(left) == left
        dropped = {"explanation", "preparation"}
        assert {**left, **{key: data[key] for key in dropped if key in data}} == data


def forms_of(data):
    """Everything that a copy can be made into, but for the PDF: it takes a second."""
    report = EditedReport(
        data, Method.objects.get(slug=data["method"], version=data["method_version"])
    )
    docx = zipfile.ZipFile(io.BytesIO(word.render(report.html())))
    parts = [docx.read(name).decode("utf-8", "ignore") for name in docx.namelist()]
    return report, [as_json(data), report.html(), report.content(), report.file_name("pdf"), *parts]


@pytest.mark.once
@pytest.mark.parametrize("everything", [False, True])
def test_word_that_goes_is_nowhere_in_any_form(methods, everything):
    data = full()
    found = blackout.passages(data)
    # Of each text the word that no other has, or all of it.
    out = {one.key: [WHOLE] if everything else [len(one.spans) - 1] for one in found}
    left = blackout.redacted(data, out)
    assert normalise(left) == left
    report, forms = forms_of(left)
    written = pdf.render(*report.sizes())
    reader = PdfReader(io.BytesIO(written))
    text = "\n".join(page.extract_text() for page in reader.pages)
    forms += [text, str(reader.metadata), str(reader.outline), written.decode("latin-1")]
    for number in range(1, 44):
        gone = re.compile(rf"\bqz{number}\b")
        assert [form for form in forms if gone.search(form)] == []
    assert "Bewerkte kopie" in reader.pages[0].extract_text()
    assert "Dit is een bewerkte kopie." in " ".join(reader.pages[0].extract_text().split())


def test_names_under_an_argument_go_with_those_on_their_list(methods):
    data = full()
    group = next(one for one in blackout.passages(data) if one.text == "Groep qz20")
    left = blackout.redacted(data, {group.key: [1]})
    assert left["stakeholders"][0]["name"] == "Groep ████"
    assert left["arguments"][0]["stakeholder"] == "Groep ████"


def test_decision_stays_about_the_answer(methods):
    from sessions.decided import decided

    data = full()
    answer = next(one for one in blackout.passages(data) if one.text == "Antwoord qz29")
    left = blackout.redacted(data, {answer.key: [1]})
    assert decided(left).current["answer"] == "Antwoord ████" == left["outcome"]["answer"]


letters = st.text("qwzx", min_size=6, max_size=9)


@pytest.mark.once
@given(
    places=st.lists(st.integers(0, 42), min_size=1, max_size=6, unique=True),
    secret=letters,
    around=st.sampled_from(["{0}", "({0})", "{0}'s", "{0}, {0}", "a {0} b", "{0}\n{0}", "“{0}”…"]),
    typed=st.booleans(),
)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_blacked_out_wherever_is_gone_and_what_is_left_is_a_document(
    methods, places, secret, around, typed
):
    text = as_json(full())
    for place in places:
        said = json.dumps(around.format(secret))[1:-1]
        text = re.sub(rf"\bqz{place + 1}\b", lambda _found, said=said: said, text)
    data = normalise(json.loads(text))
    out = {
        one.key: blackout.places_of(one.text, secret.upper())
        if typed
        else [place for place, span in enumerate(one.spans) if secret in one.text[slice(*span)]]
        for one in blackout.passages(data)
    }
    left = blackout.redacted(data, out)
    assert normalise(left) == left
    _report, forms = forms_of(left)
    assert [form for form in forms if secret in form] == []
    assert BLOCK in forms[1]


def test_very_odd_texts_can_be_blacked_out(methods):
    odd = [
        "…",
        "👩‍👧 zegt",
        "مرحبا بالعالم",
        "<b>vet</b> & 'zo'",
        "a" * 20_000,
        "x " * 9_999,
        "\t\n ",
    ]
    for text in odd:
        for out in ([0], [WHOLE]):
            left = blackout.blackout(text, out)
            assert len(left) <= 20_000
    assert blackout.blackout("…", [0]) == "…"  # no word to take, and all of it can go


# Making one


class World:
    """A closed talk at a school, its owner, and everybody around."""

    def __init__(self):
        self.board = staff.organisation("Bestuur")
        self.school = staff.organisation("Zon", self.board)
        self.owner = staff.person("Olga", (self.school, Role.FACILITATOR))
        self.others = {
            "colleague": staff.person("Coen", (self.school, Role.FACILITATOR)),
            "leader": staff.person("Lara", (self.school, Role.SCHOOL_LEADER)),
            "administrator": staff.person("Ad", (self.board, Role.ADMINISTRATOR)),
            "stranger": staff.person("Els"),
        }
        talk = staff.settle(cast.whole(), self.school, self.owner)
        talk.text("", "note", "Vraag het juf Anna, of mail anna@voorbeeld.nl.")
        talk.add("facts", text="Ook Anna weet het, en Annemarie niet.", kind="fact")
        talk.close("discard")
        self.talk = talk
        self.client = staff.client(self.owner)

    def url(self, name, *parts, of=None):
        space = "reports" if name.startswith("copy_preview") else "sessions"
        return reverse(f"{space}:{name}", args=[(of or self.talk).id, *parts])

    def begin(self):
        id = uuid.uuid4()
        response = self.client.post(self.url("edited_copies"), {"id": id})
        assert response["Location"] == self.url("edited_copy", id)
        return EditedCopy.objects.get(pk=id)

    def look(self, copy):
        """Look at every text, page after page, and send what stands there."""
        for page in copies.Making(copy).pages:
            url = self.url("edited_copy_page", copy.pk, page.number)
            response = self.client.post(url, ticked(self.client.get(url).content.decode()))
            assert response.status_code == 303
        copy.refresh_from_db()
        return copy

    def give(self, copy, secret="s" * 43, days=7):
        return self.client.post(
            self.url("edited_copy_publication", copy.pk), {"secret": secret, "days": days}
        )


def ticked(html):
    """What a browser sends of a page of words: each box that is ticked, by name."""
    sent: dict[str, list[str]] = {}
    for name, value in re.findall(
        r'<input type="checkbox" name="([^"]+)" value="([^"]+)" checked>', html
    ):
        sent.setdefault(name, []).append(value)
    return sent


@pytest.fixture
def world():
    return World()


def test_copy_is_made_looked_at_given_and_read(world):
    copy = world.begin()
    assert copy.document == {}
    page = world.client.get(world.url("edited_copy", copy.pk)).content.decode()
    assert "juf Anna" in page  # suggested
    assert "anna@voorbeeld.nl" in page
    answer = world.client.post(
        world.url("edited_copy_everywhere", copy.pk),
        {"found": ["juf Anna"], "typed": "ANNA\r\nniemand"},  # as browsers send lines
    )
    assert answer.status_code == 303
    copy = world.look(copy)
    assert world.client.get(world.url("copy_preview", copy.pk)).content.decode().count(BLOCK) > 2
    response = world.give(copy)
    assert response.status_code == 200
    assert "/kopie/" + "s" * 43 in response.content.decode()
    copy.refresh_from_db()
    assert (copy.work, copy.works) == ({}, True)
    told = as_json(copy.document)
    assert "Anna" not in told
    assert "anna@" not in told
    assert "Annemarie" in told
    assert normalise(copy.document) == copy.document
    reader = Client()
    response = reader.get("/kopie/" + "s" * 43 + "/")
    assert (response.status_code, response["Location"]) == (302, f"/kopie/lezen/{copy.pk}/")
    assert reader.cookies[f"kompas-copy-{copy.pk.hex}"]["httponly"]
    response = reader.get(response["Location"])
    page = response.content.decode()
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    assert "noindex" in page
    assert "Dit is een bewerkte kopie." in page
    assert "Anna" not in page.replace("Annemarie", "")
    assert str(world.talk.id) not in page
    response = reader.get(f"/kopie/lezen/{copy.pk}/verslag.pdf")
    assert (response.status_code, response.content[:4]) == (200, b"%PDF")
    assert "no-store" in response["Cache-Control"]
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(response.content)).pages)
    assert "Bewerkte kopie" in text
    assert "Anna" not in text.replace("Annemarie", "")


def test_what_somebody_signed_with_is_blacked_out_before_anybody_looks(world, methods):
    talk = staff.settle(
        cast.Talk.brought_in({**full(), "status": "running"}), world.school, world.owner
    )
    talk.close()
    copy = copies.begin(cast_access(world, talk), uuid.uuid4())
    left = copies.Making(copy).document
    assert left["arguments"][0]["said_by"] == BLOCK
    assert left["outcome"]["minority_views"][0]["said_by"] == BLOCK
    assert left["actions"][0]["who"] == "Cor qz38"  # a function often: somebody has to look


def cast_access(world, talk):
    from sessions.access import shared_session

    return shared_session(staff.actor(world.owner), talk.id)


def test_copy_that_nobody_looked_at_whole_is_not_given(world):
    copy = world.begin()
    response = world.give(copy)
    assert response.status_code == 403
    assert "Bekijk eerst elke tekst." in response.content.decode()
    copy.refresh_from_db()
    assert (copy.document, copy.is_published) == ({}, False)
    making = copies.Making(copy)
    first = making.pages[0]
    world.client.post(world.url("edited_copy_page", copy.pk, 1), {})
    copy.refresh_from_db()
    making = copies.Making(copy)
    assert making.seen_count == len(first.passages)
    page = world.client.get(world.url("edited_copy", copy.pk)).content.decode()
    assert f"{making.seen_count} van de {making.count} teksten gezien" in page


def test_words_go_and_come_back_while_it_is_being_made(world):
    copy = world.begin()
    page = copies.Making(copy).pages[0]
    note = next(one for one in page.passages if "juf Anna" in one.text)
    url = world.url("edited_copy_page", copy.pk, 1)
    world.client.post(url, {f"word-{note.key}": ["3", "999", "x"]})
    copy.refresh_from_db()
    assert copies.Making(copy).document["note"] == "Vraag het juf ████, of mail anna@voorbeeld.nl."
    response = world.client.post(
        url, {f"word-{note.key}": ["3"], f"typed-{note.key}": "vraag, mail", "then": "again"}
    )
    assert response["Location"] == url
    copy.refresh_from_db()
    assert copies.Making(copy).document["note"] == "████ het juf ████, of ████ anna@voorbeeld.nl."
    world.client.post(url, {f"whole-{note.key}": "yes"})
    copy.refresh_from_db()
    assert copies.Making(copy).document["note"] == BLOCK
    world.client.post(url, {})
    copy.refresh_from_db()
    assert copies.Making(copy).document["note"] == note.text


def test_what_is_typed_wrong_is_said_and_nothing_is_lost(world):
    copy = world.begin()
    note = next(one for one in copies.Making(copy).passages if "juf Anna" in one.text)
    url = world.url("edited_copy_page", copy.pk, 1)
    response = world.client.post(
        url, {f"word-{note.key}": ["3"], f"typed-{note.key}": "een\x00twee"}
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "onzichtbaar" in page
    assert ticked(page)[f"word-{note.key}"] == ["3"]
    response = world.client.post(world.url("edited_copy_everywhere", copy.pk), {"typed": " "})
    assert response.status_code == 422
    assert "Kies een woord, of typ er een." in response.content.decode()
    response = world.client.post(
        world.url("edited_copy_everywhere", copy.pk), {"typed": "\n".join("abc" * 40)}
    )
    assert response.status_code == 422
    assert "Typ hoogstens 100 woorden of namen tegelijk." in response.content.decode()
    copy = world.look(copy)
    response = world.give(copy, days=400)
    assert response.status_code == 422
    assert "Kies hoelang iemand de kopie kan lezen." in response.content.decode()


def test_very_long_text_is_blacked_out_by_typing(world):
    talk = world.talk
    talk.reopen()
    talk.text("", "note", "woord " * 3000 + "Anna")
    talk.close()
    copy = world.begin()
    pages = copies.Making(copy).pages
    number = next(one.number for one in pages if any(not it.tappable for it in one.passages))
    url = world.url("edited_copy_page", copy.pk, number)
    page = world.client.get(url).content.decode()
    assert len(page) < 200_000
    assert "Deze tekst is lang" in page
    key = next(it.key for it in pages[number - 1].passages if not it.tappable)
    assert f'name="word-{key}"' not in page
    world.client.post(url, {f"typed-{key}": "Anna"})
    # What was typed before stays, when the page is sent again.
    page = world.client.get(url).content.decode()
    assert "Nu gaat er 1 woord weg." in page
    world.client.post(url, ticked(page) | {f"typed-{key}": ""})
    copy.refresh_from_db()
    assert copies.Making(copy).document["note"].endswith("woord ████")
    world.client.post(url, ticked(page) | {f"anew-{key}": "yes"})
    copy.refresh_from_db()
    assert copies.Making(copy).document["note"].endswith("woord Anna")


def test_double_press_makes_gives_and_takes_back_once(world):
    id = uuid.uuid4()
    for _ in range(2):
        world.client.post(world.url("edited_copies"), {"id": id})
    assert EditedCopy.objects.count() == 1
    copy = world.look(EditedCopy.objects.get())
    answers = [world.give(copy).status_code for _ in range(2)]
    assert answers == [200, 200]
    answer = world.client.get(world.url("edited_copy_publication", copy.pk))
    assert (answer.status_code, answer["Location"]) == (303, world.url("edited_copies"))
    # Another secret is another link: there is only one.
    assert world.give(copy, "t" * 43).status_code == 403
    for _ in range(2):
        assert world.client.post(world.url("edited_copy_revocation", copy.pk)).status_code == 303
    log = Event.objects.filter(thing="edited_copy").order_by("id").values_list("action", flat=True)
    assert list(log) == ["publish", "revoke"]
    trail = Change.objects.filter(session=world.talk.id, thing="edited_copy")
    assert [one.action for one in trail] == ["publish", "revoke"]
    assert "Anna" not in json.dumps([*Event.objects.values_list("details", flat=True)])


def test_copy_taken_back_ends_at_once_and_holds_no_words(world):
    copy = world.look(world.begin())
    world.give(copy)
    reader = Client()
    reader.get("/kopie/" + "s" * 43 + "/")
    assert reader.get(f"/kopie/lezen/{copy.pk}/").status_code == 200
    world.client.post(world.url("edited_copy_revocation", copy.pk))
    copy.refresh_from_db()
    assert copy.document == {}
    for address in (
        f"/kopie/lezen/{copy.pk}/",
        f"/kopie/lezen/{copy.pk}/verslag.pdf",
        "/kopie/" + "s" * 43 + "/",
    ):
        response = reader.get(address)
        assert response.status_code == 410
        assert "Deze kopie is er niet meer" in response.content.decode()
    page = world.client.get(world.url("edited_copies")).content.decode()
    assert "ingetrokken op" in page
    # A backup of before does not bring it back.
    EditedCopy.objects.update(revoked_at=None, document={"question": "x"})
    assert Erasure.objects.filter(session_id=copy.pk).exists()
    restored.send(sender=None, erased=set())
    assert not EditedCopy.objects.exists()


def test_copy_that_was_only_begun_is_thrown_away_without_a_trace(world):
    copy = world.begin()
    world.client.post(world.url("edited_copy_revocation", copy.pk))
    assert not EditedCopy.objects.exists()
    assert not Event.objects.filter(thing="edited_copy").exists()


def given_to_reader(world, days=7):
    copy = world.look(world.begin())
    world.give(copy, days=days)
    reader = Client()
    reader.get("/kopie/" + "s" * 43 + "/")
    copy.refresh_from_db()
    return copy, reader


@pytest.mark.parametrize("how", ["expired", "removed", "organisation gone"])
def test_copy_ends_with_its_days_its_talk_and_its_organisation(world, how):
    copy, reader = given_to_reader(world)
    today, address = timezone.localdate(), f"/kopie/lezen/{copy.pk}/"
    assert reader.get(address).status_code == 200
    if how == "expired":
        EditedCopy.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    elif how == "removed":
        Session.objects.filter(pk=world.talk.id).update(removed_on=today)
    else:
        world.school.ended_on = today
        world.school.save()
    assert reader.get(address).status_code == 410
    assert Client().get("/kopie/" + "s" * 43 + "/").status_code == 410


def test_erased_talk_takes_its_copies_along(world):
    copy, reader = given_to_reader(world)
    Session.objects.get(pk=world.talk.id).erase()
    assert not EditedCopy.objects.exists()
    assert reader.get(f"/kopie/lezen/{copy.pk}/").status_code == 404
    assert Client().get("/kopie/" + "s" * 43 + "/").status_code == 404


def test_what_has_ended_is_emptied_by_itself_and_what_was_begun_goes(world):
    copy, _reader = given_to_reader(world)
    begun = world.begin()
    tick.send(sender=None)
    assert EditedCopy.objects.get(pk=copy.pk).document
    EditedCopy.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    tick.send(sender=None)
    assert EditedCopy.objects.get().document == {}
    assert not EditedCopy.objects.filter(pk=begun.pk).exists()


def test_copy_can_be_read_for_as_long_as_was_chosen(world):
    copy, _reader = given_to_reader(world, 91)
    assert copy.ends_on == timezone.localdate() + datetime.timedelta(days=91)


# Who


def test_only_who_answers_for_the_talk_makes_and_takes_back(world):
    copy = world.look(world.begin())
    addresses = [
        ("get", world.url("edited_copies")),
        ("post", world.url("edited_copies")),
        ("get", world.url("edited_copy", copy.pk)),
        ("get", world.url("edited_copy_page", copy.pk, 1)),
        ("post", world.url("edited_copy_page", copy.pk, 1)),
        ("post", world.url("edited_copy_everywhere", copy.pk)),
        ("post", world.url("edited_copy_publication", copy.pk)),
        ("post", world.url("edited_copy_revocation", copy.pk)),
        ("get", world.url("copy_preview", copy.pk)),
    ]
    people = {name: staff.client(user) for name, user in world.others.items()}
    people |= {"link": world.talk.leader.client(), "anonymous": Client()}
    for name, client in people.items():
        answers = {getattr(client, method)(address).status_code for method, address in addresses}
        assert (name, answers) == (name, {404} if name == "stranger" else {403})
    assert EditedCopy.objects.filter(pk=copy.pk, published_at=None).exists()


def test_copy_of_one_talk_is_not_found_under_another(world):
    copy = world.begin()
    other = staff.settle(cast.whole(), world.school, world.owner)
    other.close("discard")
    for name in ("edited_copy", "copy_preview"):
        assert world.client.get(world.url(name, copy.pk, of=other)).status_code == 404
    answer = world.client.post(world.url("edited_copies", of=other), {"id": copy.pk})
    assert answer.status_code == 404


def test_nobody_reads_a_copy_that_was_not_given_or_of_another(world):
    copy = world.look(world.begin())
    reader = Client()
    assert reader.get(f"/kopie/lezen/{copy.pk}/").status_code == 404
    reader.cookies[f"kompas-copy-{copy.pk.hex}"] = "x" * 43
    assert reader.get(f"/kopie/lezen/{copy.pk}/").status_code == 404
    world.give(copy)
    assert reader.get(f"/kopie/lezen/{copy.pk}/").status_code == 404
    # Every id looks alike to who has no link.
    pages = [reader.get(f"/kopie/lezen/{id}/").status_code for id in (copy.pk, uuid.uuid4())]
    assert pages == [404, 404]
    # Who was given a copy gets no further.
    reader.get("/kopie/" + "s" * 43 + "/")
    assert reader.get(reverse("reports:report", args=[world.talk.id])).status_code == 403


def test_copy_waits_until_the_talk_is_closed_and_is_of_its_last_version(world):
    talk = staff.settle(cast.whole(), world.school, world.owner)
    response = world.client.post(world.url("edited_copies", of=talk), {"id": uuid.uuid4()})
    assert response.status_code == 403
    world.talk.reopen()
    world.talk.text("", "note", "Nog niet gesloten.")
    copy = world.begin()
    assert copy.version.number == 1
    assert "Nog niet gesloten." not in as_json(copies.Making(copy).document)


def test_why_the_talk_was_opened_again_is_in_no_copy(world):
    world.talk.reopen("Anna belde op")
    world.talk.close()
    copy = world.begin()
    making = copies.Making(copy)
    copy.version.session = world.talk.session
    assert "belde op" not in report_of_copy(copy, making.document).html()


def test_who_guesses_links_has_to_wait(world, monkeypatch):
    monkeypatch.setattr("kompas.throttle.exceeded", lambda *args: True)
    assert Client().get("/kopie/" + "s" * 43 + "/").status_code == 429


def test_log_holds_no_secret_of_a_copy():
    assert SECRETS.sub(r"\1…", f"GET /kopie/{'s' * 43}/ 302") == "GET /kopie/…/ 302"


def test_clearing_the_computer_forgets_the_copy(world):
    copy, reader = given_to_reader(world)
    reader.post(reverse("sessions:clear"))
    assert reader.get(f"/kopie/lezen/{copy.pk}/").status_code == 404


def test_number_of_queries_stays_however_many_texts_and_copies_there_are(world):
    def asked(url, client=world.client):
        with CaptureQueriesContext(connection) as made:
            assert client.get(url).status_code == 200
        return len(made)

    copy, reader = given_to_reader(world)
    begun = world.begin()
    addresses = {
        world.url("edited_copies"): world.client,
        world.url("edited_copy", begun.pk): world.client,
        world.url("edited_copy_page", begun.pk, 1): world.client,
        world.url("copy_preview", begun.pk): world.client,
        f"/kopie/lezen/{copy.pk}/": reader,
    }
    few = {url: asked(url, client) for url, client in addresses.items()}
    for _ in range(3):
        world.begin()
    many = {url: asked(url, client) for url, client in addresses.items()}
    assert few == many
    assert max(few.values()) <= 12, few


def test_texts_of_tables_are_looked_at_too(methods):
    table = {key: value for key, value in full().items() if key != "tables"}
    data = normalise({**full(), "tables": [{**table, "table": 1, "title": "Tafel van Anna"}]})
    found = blackout.passages(data)
    of_table = next(one for one in found if one.text == "Tafel van Anna")
    assert of_table.place.title == "Tafel 1: Gesprek"
    left = blackout.redacted(data, {of_table.key: [2]})
    assert left["tables"][0]["title"] == "Tafel van ████"
    assert normalise(left) == left
