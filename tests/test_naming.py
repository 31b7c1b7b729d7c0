"""Whose words they are: chosen before the talk, typed with the words, and shown with them only."""

import json
import uuid
from io import BytesIO

import pytest
from django.urls import reverse
from docx import Document

from sessions import access, lifecycle, room
from sessions.document import document
from sessions.models import Argument, Change, MinorityView, Refused, Session
from tests.cast import Browser, Talk

pytestmark = pytest.mark.django_db

WHO = "Conciërge <b>van</b> de 'brug'"
WORDS = "Wie bekeken wordt, durft minder."


@pytest.fixture
def talk():
    return named("function")


def named(naming: str) -> Talk:
    talk = Talk()
    lifecycle.choose_naming(talk.lead, naming)
    return talk


def choose(talk, naming):
    return talk.leader.client().post(reverse("sessions:naming", args=[talk.id]), {"naming": naming})


def page(person, name, *args, space="sessions", **query):
    response = person.client().get(
        reverse(f"{space}:{name}", args=[person.session_id, *args]), query
    )
    assert response.status_code == 200
    return response.content.decode()


def give(phone, name="own", step="arguments", client=None, **data):
    data = {"id": str(uuid.uuid4()), "side": "for", "text": WORDS, "said_by": WHO, **data}
    url = reverse(f"sessions:{name}", args=[phone.session_id, step])
    return (client or phone.client()).post(url, data)


def writing(talk) -> Talk:
    """The same talk, in which everyone writes arguments alone."""
    talk.go("arguments")
    talk.open("arguments")
    return talk


def differing(talk) -> Talk:
    talk.go("outcome")
    room.open_round(talk.lead, talk.step("outcome"), "contributions")
    return talk


# What is chosen, and until when


def test_it_is_chosen_while_the_talk_is_prepared():
    talk = Talk()
    assert choose(talk, "name").status_code == 303
    choose(talk, "name")  # a double click
    assert talk.session.naming == "name"
    trail = Change.objects.filter(session=talk.id, thing_id="naming")
    assert [(one.before, one.after) for one in trail] == [("none", "name")]
    part = Browser()
    part.client = talk.leader.client()
    part.open(f"/gesprekken/{talk.id}/voorbereiding/?deel=naming")
    assert part.form("namen/")["fields"]["naming"] == "name"


def test_what_is_no_choice_is_told_and_changes_nothing(talk):
    response = choose(talk, "nickname")
    assert response.status_code == 422
    assert "Kies een van de drie." in response.content.decode()
    assert talk.session.naming == "function"


@pytest.mark.parametrize("state", ["running", "closed", "open again"])
def test_once_the_talk_began_it_stays(talk, state):
    talk.go("question")
    if state != "running":
        talk.close()
    if state == "open again":
        talk.reopen()
    response = choose(talk, "none")
    assert response.status_code == 403
    why = "Dit gesprek is gesloten." if state == "closed" else "Het gesprek is begonnen"
    assert why in response.content.decode()
    assert talk.session.naming == "function"
    shown = page(talk.leader, "prepare", deel="naming")
    assert why in shown
    assert 'name="naming"' not in shown


def test_with_tables_it_stays(talk):
    Session.objects.filter(pk=talk.id).update(table_count=2)
    with pytest.raises(Refused):
        lifecycle.choose_naming(talk.lead, "name")


# Where it is told


@pytest.mark.parametrize(
    ("naming", "told"),
    [
        ("none", "komt zonder naam op het bord"),
        ("function", "komt je functie te staan. Gewichten en gevoelens blijven anoniem"),
        ("name", "komt je naam te staan. Gewichten en gevoelens blijven anoniem"),
    ],
)
def test_it_is_told_before_the_talk_begins(naming, told, client):
    talk = named(naming)
    phone = talk.phone()
    joins = client.get(reverse("sessions:join_code", args=[talk.session.code])).content.decode()
    for shown in (
        joins,
        page(talk.board(), "board"),
        page(phone, "phone"),
        page(phone, "phone_board"),
    ):
        assert told in shown


def test_who_has_no_code_yet_is_promised_nothing_that_may_not_be(client):
    shown = client.get(reverse("sessions:join")).content.decode()
    assert "lees je dat voor je begint" in shown
    assert "niet nodig" not in shown.replace("geen account nodig", "")


def test_codes_in_addresses_are_guesses_too(talk, client):
    for number in range(31):
        client.get(reverse("sessions:join_code", args=[f"AAAA{number:02}"]))
    shown = client.get(reverse("sessions:join_code", args=[talk.session.code])).content.decode()
    assert "komt je functie te staan" not in shown


@pytest.mark.parametrize(
    ("naming", "promised", "not_promised"),
    [
        ("none", "Daarna hoort het niet meer bij je telefoon of je naam.", "staat je"),
        ("function", "Dan staat je functie erbij.", "niet meer bij je telefoon of je naam"),
        ("name", "Dan staat je naam erbij.", "niet meer bij je telefoon of je naam"),
    ],
)
def test_what_is_promised_where_one_writes_is_true(naming, promised, not_promised):
    talk = writing(named(naming))
    phone = talk.phone()
    form = page(phone, "phone").partition('id="promise"')[0]
    assert (promised in form, not_promised in form) == (True, False)
    talk.reveal("arguments")
    form = page(differing(talk) and phone, "phone").partition('id="promise"')[0]
    assert (promised in form, not_promised in form) == (True, False)


@pytest.mark.parametrize("step", ["question", "values", "weighing"])
def test_what_has_no_name_says_so_and_asks_none(talk, step):
    talk.add("arguments", text=WORDS)
    talk.go(step)
    talk.open(step)
    phone = talk.phone()
    shown = page(phone, "phone")
    assert "Dit is anoniem, ook in dit gesprek." in shown
    assert 'name="said_by"' not in shown
    if step != "values":
        assert "Dit is anoniem, ook in dit gesprek." in page(talk.leader, "passed", step)
    plain = Talk()
    plain.add("arguments", text=WORDS)
    plain.go(step)
    plain.open(step)
    assert "Dit is anoniem" not in page(plain.phone(), "phone")


# What one types, and what is kept of it


@pytest.mark.parametrize(("naming", "label"), [("function", "Je functie"), ("name", "Je naam")])
@pytest.mark.parametrize("begin", [writing, differing])
def test_it_is_asked_with_the_words(naming, label, begin):
    talk = begin(named(naming))
    phone, step = talk.phone(), talk.session.room_step
    assert f'<label for="id_said_by">{label}</label>' in page(phone, "phone")
    assert give(phone, step=step).status_code == 303
    model = Argument if step == "arguments" else MinorityView
    assert [row.said_by for row in model.everything.all()] == [WHO]


@pytest.mark.parametrize(
    ("said_by", "reason"),
    [
        ("", "Typ je functie."),
        ("   ", "Typ je functie."),
        ("x" * 61, "60"),
        ("Leraar\x00", "stuurteken"),
    ],
)
def test_what_cannot_be_said_is_told_beside_the_field(talk, said_by, reason):
    phone = writing(talk).phone()
    response = give(phone, said_by=said_by)
    shown = response.content.decode()
    beside = shown.partition('for="id_said_by"')[2].partition("<input")[0]
    assert (response.status_code, reason in beside) == (422, True)
    assert f"{WORDS}</textarea>" in shown
    assert Argument.everything.count() == 0


def test_what_is_sent_to_an_anonymous_talk_is_not_kept():
    talk = writing(Talk())
    phone = talk.phone()
    assert 'name="said_by"' not in page(phone, "phone")
    response = give(phone)
    assert (response.status_code, Argument.everything.get().said_by) == (303, "")
    assert access.SIGNATURE.format(session=talk.id.hex) not in response.cookies


def test_next_form_holds_what_was_typed_here_last(talk):
    phone = writing(talk).phone()
    client = phone.client()
    for who in ("Leraar", WHO):
        response = give(phone, client=client, said_by=who)
    cookie = response.cookies[access.SIGNATURE.format(session=talk.id.hex)]
    assert (cookie["max-age"], cookie["httponly"]) == (30 * 86400, True)
    shown = client.get(reverse("sessions:phone", args=[talk.id])).content.decode()
    assert 'value="Conciërge &lt;b&gt;van&lt;/b&gt; de &#x27;brug&#x27;"' in shown
    # and: not in another talk
    there = writing(named("function")).phone()
    client.cookies[there.cookie] = there.secret
    elsewhere = client.get(reverse("sessions:phone", args=[there.session_id])).content.decode()
    assert ('name="said_by"' in elsewhere, "Conciërge" in elsewhere) == (True, False)
    # and when: the device is cleared
    client.post(reverse("sessions:clear"))
    assert client.cookies[access.SIGNATURE.format(session=talk.id.hex)].value == ""


def test_own_words_can_be_changed_and_keep_who_said_them(talk):
    phone = writing(talk).phone()
    give(phone)
    row = Argument.everything.get()
    changing = page(phone, "phone", bewerk="1")
    assert "Conciërge" in changing
    give(phone, id=str(row.pk), version=1, text="Anders gezegd")
    row.refresh_from_db()
    assert (row.text, row.said_by, row.version) == ("Anders gezegd", WHO, 2)
    give(phone, id=str(row.pk), version=2, text="Anders gezegd", said_by="Leraar")
    row.refresh_from_db()
    assert (row.text, row.said_by) == ("Anders gezegd", "Leraar")


def test_sending_twice_is_one_whatever_the_name(talk):
    phone, id = writing(talk).phone(), str(uuid.uuid4())
    give(phone, id=id)
    give(phone, id=id, said_by="Leraar")
    assert [row.said_by for row in Argument.everything.all()] == [WHO]


def test_ready_gives_along_what_was_typed_with_who_says_it(talk):
    phone = writing(talk).phone()
    asks = give(phone, "ready", ready="yes")
    assert "Conciërge" in asks.content.decode()
    give(phone, "ready", ready="yes", typed="give")
    assert Argument.everything.get().said_by == WHO


# Where it is shown, and where never


def shown_talk(naming="function") -> Talk:
    talk = writing(named(naming))
    phone = talk.phone()
    give(phone, said_by="Roepnaam")
    talk.reveal("arguments")
    give(differing(talk) and phone, step="outcome", said_by="Anders-roepnaam")
    talk.reveal("outcome")
    return talk


def test_it_is_shown_beside_the_words_everywhere():
    talk = shown_talk()
    phone, board = talk.phone(), talk.board()
    view = [
        page(phone, "phone"), page(phone, "phone_board"), page(board, "board"),
        page(talk.leader, "step", "outcome"),
    ]  # fmt: skip
    talk.go("arguments")
    argued = [
        page(phone, "phone"), page(phone, "phone_board"), page(board, "board"),
        page(talk.leader, "step", "arguments"),
    ]  # fmt: skip
    report = page(talk.leader, "report", space="reports")
    assert [text.count("– Anders-roepnaam<") for text in view] == [1] * 4
    assert [text.count("– Roepnaam<") for text in argued] == [1] * 4
    assert report.count("Roepnaam") == 1
    assert report.count("Anders-roepnaam") == 1
    assert "Bij wat ieder alleen opschreef" in report
    told = document(talk.session)
    assert (told["naming"], told["arguments"][0]["said_by"]) == ("function", "Roepnaam")
    assert told["outcome"]["minority_views"][0]["said_by"] == "Anders-roepnaam"


def test_word_file_holds_it_as_it_was_typed():
    talk = writing(named("name"))
    give(talk.phone(), said_by="Anne <3 & סמי")
    talk.reveal("arguments")
    url = reverse("reports:report_docx", args=[talk.id])
    made = Document(BytesIO(talk.leader.client().get(url).content))
    assert "Geschreven door: Anne <3 & סמי" in [one.text for one in made.paragraphs]


def test_it_is_shown_beside_weights_and_not_where_one_weighs():
    talk = shown_talk()
    phone, board = talk.phone(), talk.board()
    talk.go("weighing")
    talk.open("weighing")
    assert "oepnaam" not in page(phone, "phone")
    talk.weigh(phone, 5)
    talk.reveal("weighing")
    for person in (phone, board):
        shown = page(person, "board" if person is board else "phone")
        assert shown.count("– Roepnaam<") == 1


def test_it_is_in_no_explanation_and_no_copy():
    talk = shown_talk()
    talk.text("outcome", "verdict", "yes")
    explained = page(talk.leader, "explanation", space="reports")
    copy = lifecycle.copy(talk.session, uuid.uuid4(), "s" * 43)
    copied = [*Argument.objects.filter(session=copy), *MinorityView.objects.filter(session=copy)]
    assert [(row.text, row.said_by) for row in copied] == [(WORDS, ""), (WORDS, "")]
    assert copy.naming == "none"
    assert WORDS in explained
    assert [text for text in (explained, str(document(copy))) if "oepnaam" in text] == []


def test_it_is_in_no_trail_and_no_digest():
    talk = shown_talk()
    rows = [*Argument.objects.all(), *MinorityView.objects.all()]
    assert [row.digest() for row in rows] == [row.first for row in rows]
    assert [name for row in rows for name in row.values() if name == "said_by"] == []
    with talk.writing() as write:
        for row in rows:
            row.edit(write, {"text": "Verbeterd"}, row.version)
            row.remove(write)
    trail = json.dumps(list(Change.objects.values("before", "after", "thing_id")))
    assert ("Verbeterd" in trail, "oepnaam" in trail) == (True, False)


def test_unseen_it_is_on_no_screen_of_another():
    talk = writing(named("name"))
    giver, other, board = talk.phone(), talk.phone(), talk.board()
    give(giver, said_by="Roepnaam")
    looks = [
        page(other, "phone"), page(other, "phone_board"), page(board, "board"),
        page(talk.leader, "step", "arguments"), page(talk.leader, "export"),
        page(talk.leader, "report", space="reports"), page(talk.leader, "close"),
    ]  # fmt: skip
    assert [text for text in looks if "Roepnaam" in text] == []
    assert "Roepnaam" in page(giver, "phone")


# Nobody's name stands under words that they did not say


def signed(talk, text="Een", who="Leraar", model="arguments"):
    row = talk.add(model, text=text)
    type(row).objects.filter(pk=row.pk).update(said_by=who)
    row.refresh_from_db()
    return row


@pytest.mark.parametrize(
    ("list_name", "changes", "kept"),
    [
        ("arguments", {"text": "Anders"}, ""),
        ("arguments", {"side": "against"}, ""),
        ("arguments", {"dialogue": "Hierover spraken we"}, "Leraar"),
        ("arguments", {"kind": "fact"}, "Leraar"),
        ("arguments", {"text": "Een"}, "Leraar"),
        ("arguments", {"text": "Een", "said_by": "Ik"}, "Leraar"),
        ("arguments", {"text": "Anders", "said_by": "Ik"}, ""),
        ("minority_views", {"text": "Anders"}, ""),
        ("minority_views", {"would_change_if": "Iets blijkt"}, ""),
    ],
)
def test_who_else_edits_the_words_takes_the_name_away(talk, list_name, changes, kept):
    row = signed(talk, model=list_name)
    with talk.writing() as write:
        assert row.edit(write, changes, row.version)
    row.refresh_from_db()
    assert row.said_by == kept


@pytest.mark.parametrize(
    ("marks", "kept"), [({"side": "against"}, ""), ({"chosen": True}, "Leraar")]
)
def test_other_side_is_not_what_was_said(talk, marks, kept):
    row = signed(talk)
    with talk.writing() as write:
        row.mark(write, **marks)
    row.refresh_from_db()
    assert row.said_by == kept


@pytest.mark.parametrize(
    ("one", "into", "kept"),
    [
        ("Leraar", "Leraar", "Leraar"),
        ("Ouder", "Leraar", ""),
        ("", "Leraar", "Leraar"),
        ("Ouder", "", ""),
    ],
)
def test_merging_with_another_name_takes_it_away(talk, one, into, kept):
    first, second = signed(talk, "Een", one), signed(talk, "Twee", into)
    with talk.writing() as write:
        first.merge(write, second)
    second.refresh_from_db()
    first.refresh_from_db()
    assert (second.said_by, first.said_by) == (kept, one)


def test_facilitator_takes_a_name_away(talk):
    row, other = signed(talk), talk.add("stakeholders", name="Ouders")
    talk.go("arguments")
    assert "Haal ‘Leraar’ weg" in page(talk.leader, "step", "arguments", bewerk=row.pk)
    url = reverse("sessions:unsigning", args=[talk.id, "arguments", "argumenten", row.pk])
    for _ in range(2):
        assert talk.leader.client().post(url).status_code == 303
    row.refresh_from_db()
    trail = Change.objects.filter(session=talk.id, action="unsign")
    assert (row.said_by, [(one.before, one.after) for one in trail]) == ("", [(None, None)])
    shown = page(talk.leader, "step", "arguments", bewerk=row.pk)
    assert "weg</button>" not in shown.replace("Haal weg</button>", "")
    # what nobody signs has no name to take away
    url = reverse("sessions:unsigning", args=[talk.id, "stakeholders", "betrokkenen", other.pk])
    assert talk.leader.client().post(url).status_code == 303
    assert trail.count() == 1


# The invitation


@pytest.mark.parametrize(
    ("naming", "told"),
    [
        ("none", "Daarin staan geen namen."),
        ("function", "diens functie. Gewichten blijven anoniem."),
        ("name", "diens naam. Gewichten blijven anoniem."),
    ],
)
def test_invitation_says_what_the_report_holds(naming, told):
    talk = named(naming)
    Session.objects.filter(pk=talk.id).update(held_on="2099-01-31")
    assert told in page(talk.leader, "prepare", deel="invitation")
