"""Facts, who is touched, and values: typed at the table, and values chosen alone."""

import uuid

import pytest
from django.urls import reverse

from sessions import room
from sessions.models import Ballot, Fact, Refused, Round, Stakeholder, Text, Value
from tests import cast
from tests.cast import Browser, Talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk():
    return Talk(of=cast.method())


def page(person, name, talk, *more):
    url = reverse(f"sessions:{name}", args=[talk.id, *more])
    return person.client().get(url).content.decode()


def laptop(talk, step) -> Browser:
    browser = Browser()
    browser.client.cookies[talk.leader.cookie] = talk.leader.secret
    return browser.open(reverse("sessions:step", args=[talk.id, step]))


# Facts


def test_fact_is_typed_in_its_own_column(talk):
    laptop(talk, "facts").submit("/feiten/", holds={"kind": "assumption"}, text="Het helpt")
    laptop(talk, "facts").submit(
        "/feiten/", holds={"kind": "unknown"}, text="Mag het?", owner="Directie", due="2026-12-01"
    )
    assert [(row.text, row.kind, row.owner) for row in Fact.objects.all()] == [
        ("Het helpt", "assumption", ""),
        ("Mag het?", "unknown", "Directie"),
    ]


def test_fact_that_nobody_sorted_is_shown_apart(talk):
    talk.add("facts", text="Er hangt een camera", kind="")
    shown = laptop(talk, "facts").text
    assert ("Nog niet ingedeeld" in shown, "Er hangt een camera" in shown) == (True, True)


def test_refused_fact_stays_in_its_column(talk):
    shown = laptop(talk, "facts")
    shown.submit("/feiten/", holds={"kind": "unknown"}, text="Mag het?", due="morgen")
    assert (shown.status, Fact.objects.count()) == (422, 0)
    form = shown.form("/feiten/", kind="unknown")
    assert (form["fields"]["text"], form["fields"]["due"]) == ("Mag het?", "morgen")
    assert shown.form("/feiten/", kind="fact")["fields"]["text"] == ""


@pytest.mark.parametrize("legal", ["personal_data", "no_basis", "forbidden"])
def test_legal_stop_stands_on_laptop_and_board(talk, legal):
    board, notice = talk.board(), "legal-stop"
    talk.go("facts")
    assert f'class="notice notice-warning {notice}"' not in page(board, "board", talk)
    talk.text("", "legal", legal)
    talk.text("", "legal_note", "Gevraagd aan de functionaris")
    for shown in (page(board, "board", talk), laptop(talk, "facts").text):
        assert f'class="notice notice-warning {notice}"' in shown
        assert "Gevraagd aan de functionaris" in shown
    talk.text("", "legal", "clear")
    assert f'class="notice notice-warning {notice}"' not in page(board, "board", talk)


def test_legal_stop_is_written_where_the_facts_are(talk):
    shown = laptop(talk, "facts")
    shown.submit("/tekst/-/legal/", body="no_basis")
    assert (shown.url, "legal-stop" in shown.text) == (
        reverse("sessions:step", args=[talk.id, "facts"]),
        True,
    )
    shown.submit("/tekst/-/legal/", body="misschien")
    assert (shown.status, "<h1>Facts</h1>" in shown.text) == (422, True)
    assert Text.objects.get(prompt="legal").body == "no_basis"


# Who is touched


@pytest.mark.parametrize(
    ("line", "name", "interest"),
    [
        ("Ouders", "Ouders", ""),
        ("Ouders: weten: alles", "Ouders", "weten: alles"),
        ("  Ouders :  rust  ", "Ouders", "rust"),
        (": geen naam", ": geen naam", ""),
        ("Ouders:", "Ouders", ""),
        (f"Ouders: {'é' * 600}", "Ouders", "é" * 600),
    ],
)
def test_line_is_split_at_the_first_colon(talk, line, name, interest):
    laptop(talk, "stakeholders").submit("/betrokkenen/", line=line)
    row = Stakeholder.objects.get()
    assert (row.name, row.interest) == (name, interest)


@pytest.mark.parametrize("line", ["", "   ", "é" * 501, f"{'é' * 501}: rust", "a\x00b"])
def test_line_that_is_no_row_is_kept_and_refused(talk, line):
    shown = laptop(talk, "stakeholders").submit("/betrokkenen/", line=line)
    assert (shown.status, Stakeholder.objects.count()) == (422, 0)
    assert 'class="errorlist"' in shown.text


def test_suggestion_is_added_with_one_click_and_not_suggested_again(talk):
    shown = laptop(talk, "stakeholders")
    assert 'value="Ouders"' in shown.text
    assert "Vaak vergeten" in shown.text
    form = shown.form("/betrokkenen/", line="")
    assert form
    for _ in range(2):  # a double click
        data = {"id": str(uuid.UUID(int=7)), "name": "Ouders"}
        url = reverse("sessions:contributions", args=[talk.id, "stakeholders", "betrokkenen"])
        talk.leader.client().post(url, data)
    assert [row.name for row in Stakeholder.objects.all()] == ["Ouders"]
    assert 'value="Ouders"' not in laptop(talk, "stakeholders").text


def test_who_is_not_at_the_table_stays_in_view(talk):
    board = talk.board()
    talk.add("stakeholders", name="De leverancier", at_table=False)
    talk.add("stakeholders", name="De leraren", at_table=True)
    for step in ("question", "facts"):
        talk.go(step)
        assert "Niet aan tafel" not in page(board, "board", talk)
        assert "De leverancier" not in laptop(talk, step).text
    for step in ("stakeholders", "values", "arguments", "weighing", "outcome"):
        talk.go(step)
        for shown in (page(board, "board", talk), laptop(talk, step).text):
            assert ("Niet aan tafel" in shown, "De leverancier" in shown) == (True, True)


def test_long_list_of_who_is_not_there_is_cut_on_the_board(talk):
    for number in range(9):
        talk.add("stakeholders", name=f"Groep {number}", at_table=False)
    talk.go("values")
    assert "Groep 5 en nog 3" in page(talk.board(), "board", talk)


# Values


@pytest.fixture
def choosing(talk):
    talk.go("values")
    talk.open("values")
    return talk


def choose(phone, names=(), own="", name="own", **more):
    url = reverse(f"sessions:{name}", args=[phone.session_id, "values"])
    return phone.client().post(url, {"names": list(names), "own": own, **more})


def unseen():
    return sorted(Value.everything.exclude(author="").values_list("name", flat=True))


def test_three_values_are_chosen_in_one_go(choosing):
    phone = choosing.phone()
    for _ in range(2):
        assert choose(phone, ["Privacy", "Zorg"], "Stilte").status_code == 303
    assert unseen() == ["Privacy", "Stilte", "Zorg"]
    assert Value.everything.get(name="Zorg").core == "menselijkheid"
    assert Ballot.objects.count() == 1


def test_choice_is_changed_until_it_is_shown(choosing):
    phone = choosing.phone()
    choose(phone, ["Privacy", "Zorg"])
    kept = Value.everything.get(name="Zorg").pk
    choose(phone, ["Zorg", "Contact"])
    assert (unseen(), Value.everything.get(name="Zorg").pk) == (["Contact", "Zorg"], kept)
    choosing.reveal("values")
    assert choose(phone, ["Privacy"]).status_code == 422
    assert sorted(row.name for row in Value.objects.all()) == ["Contact", "Zorg"]


@pytest.mark.parametrize(
    ("names", "own", "said"),
    [
        (["Privacy", "Zorg", "Contact", "Respect"], "", "Je koos er 4."),
        (["Privacy", "Zorg", "Contact"], "Stilte", "Je koos er 4."),
        ([], "", "Kies ten minste één waarde."),
        (["Iets anders"], "", "Kies waarden uit de lijst."),
        ([], "a\x07b", "stuurteken"),
        ([], "é" * 501, "500"),
    ],
)
def test_choice_that_cannot_be_is_kept_and_changes_nothing(choosing, names, own, said):
    phone = choosing.phone()
    choose(phone, ["Inclusie"])
    response = choose(phone, names, own)
    shown = response.content.decode()
    assert (response.status_code, said in shown) == (422, True)
    for name in names:
        assert name == "Iets anders" or f'value="{name}" checked' in shown
    assert unseen() == ["Inclusie"]


def test_own_word_for_a_known_value_is_that_value(choosing):
    choose(choosing.phone(), ["Privacy"], "  pRIVACY ")
    assert unseen() == ["Privacy"]


def test_more_than_three_is_refused_at_the_door_too(choosing):
    names = dict.fromkeys(["Een", "Twee", "Drie", "Vier"], "")
    with pytest.raises(Refused):
        room.choose_values(choosing.phone().access, choosing.step("values"), names)
    assert unseen() == []


def test_who_skips_is_ready_and_chose_nothing(choosing):
    phone = choosing.phone()
    assert choose(phone, name="ready", ready="yes").status_code == 303
    assert (unseen(), Ballot.objects.count()) == ([], 1)
    assert "Je slaat dit over" in page(phone, "phone", choosing)


def test_equal_values_become_one_with_how_many_chose_it(choosing):
    phones = [choosing.phone() for _ in range(3)]
    choose(phones[0], ["Privacy"], "Stilte")
    choose(phones[1], ["Privacy"], "stilte ")
    choose(phones[2], ["Privacy", "Zorg"])
    choosing.reveal("values")
    found = {row.name.casefold(): (row.core, row.voices) for row in Value.objects.all()}
    assert found == {
        "privacy": ("autonomie", 3),
        "stilte": ("", 2),
        "zorg": ("menselijkheid", 1),
    }
    shown = page(choosing.board(), "board", choosing)
    assert "3 keer gekozen" in shown


def test_values_and_how_many_chose_them_are_typed_where_there_are_no_phones(talk):
    laptop(talk, "values").submit("/waarden/", line="privacy: niet bekeken worden", voices="4")
    row = Value.objects.get()
    assert (row.name, row.meaning, row.core, row.voices) == (
        "privacy",
        "niet bekeken worden",
        "autonomie",
        4,
    )


def test_board_shows_the_five_and_names_the_others(talk):
    talk.go("values")
    rest, others = talk.add("values", name="Rust", core="menselijkheid"), "Ook genoemd"
    talk.add("values", name="Zorg", core="menselijkheid")
    board = talk.board()
    assert others not in page(board, "board", talk)
    with talk.writing() as write:
        rest.mark(write, chosen=True, effect="pressure")
    shown = page(board, "board", talk)
    assert ("1 van 5 gekozen" in shown, others in shown, "Komt onder druk" in shown) == (
        True,
        True,
        True,
    )


def test_more_than_five_are_not_forbidden(talk):
    for number in range(6):
        talk.add("values", name=f"Waarde {number}", chosen=True)
    assert "6 gekozen; vijf is genoeg" in laptop(talk, "values").text


def test_most_chosen_stands_first_to_choose_from(talk):
    for name, voices in (("Rust", 1), ("Zorg", 3), ("Stilte", None)):
        talk.add("values", name=name, voices=voices)
    shown = laptop(talk, "values").text
    places = [shown.index(f'aria-label="{name}"') for name in ("Zorg", "Rust", "Stilte")]
    assert places == sorted(places)


def test_meaning_is_written_without_touching_the_rest(talk):
    row = talk.add("values", name="Zorg", core="menselijkheid", effect="both", chosen=True)
    shown = laptop(talk, "values")
    assert "Vraag de groep: Wie komt er in actie na een signaal" in shown.text
    shown.submit(f"/{row.pk}/", meaning="Iemand merkt het")
    row.refresh_from_db()
    assert (row.name, row.core, row.effect, row.meaning, row.chosen) == (
        "Zorg",
        "menselijkheid",
        "both",
        "Iemand merkt het",
        True,
    )


def test_catalogue_adds_a_value_under_its_core(talk):
    shown = laptop(talk, "values")
    form = shown.form("/waarden/", core="rechtvaardigheid")
    talk.leader.client().post(form["action"], {**form["fields"], "name": "Inclusie"})
    row = Value.objects.get()
    assert (row.name, row.core) == ("Inclusie", "rechtvaardigheid")
    assert "staat in de lijst" in laptop(talk, "values").text


def test_closing_discards_what_was_chosen_and_not_shown(choosing):
    choose(choosing.phone(), ["Privacy"])
    choosing.close("discard")
    assert (Value.everything.count(), Round.objects.get().state) == (0, "discarded")
