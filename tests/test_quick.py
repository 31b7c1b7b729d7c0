"""Quick entry: lines of text become rows, all or none, and no character is lost."""

import datetime
import uuid
from collections import Counter

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as some

from bench import effort
from sessions import quick
from sessions.document import document
from sessions.models import Argument, Change, Fact, Round, Stakeholder, Value
from tests import cast

# Lines

MARKS = "+-=~?!>*@#&|:\\arm "
text = some.text(
    some.one_of(some.sampled_from(MARKS), some.characters(exclude_categories=["Cc", "Cs"])),
    max_size=30,
)
words = text.map(str.strip).filter(bool)
maybe = some.one_of(some.just(""), words)
days = some.one_of(some.none(), some.dates(datetime.date(1000, 1, 1)))


def promises(what, who):
    return some.fixed_dictionaries({what: words, who: maybe, "due": days})


def read(name, line):
    (found,), problems = quick.read(name, line)
    assert problems == []
    return found.values


@given(promises("text", "owner"), some.sampled_from(["", "fact", "assumption", "unknown"]))
def test_fact_is_read_as_it_is_written(item, kind):
    item["kind"] = kind
    assert read("facts", effort.fact(item | {"due": str(item["due"] or "")})) == item


@given(promises("what", "who"))
def test_action_is_read_as_it_is_written(item):
    line = effort.promise(item | {"due": str(item["due"] or "")}, "what", "who")
    assert read("actions", line) == item


@given(
    some.fixed_dictionaries(
        {
            "name": words,
            "interest": maybe,
            "at_table": some.sampled_from([None, True, False]),
            "origin": some.just(""),
        }
    )
)
def test_stakeholder_is_read_as_it_is_written(item):
    assert read("stakeholders", effort.stakeholder(item)) == item


@given(
    some.fixed_dictionaries(
        {
            "name": words,
            "core": some.sampled_from(["autonomie", "rechtvaardigheid", "menselijkheid"]),
            "meaning": maybe,
            "effect": some.sampled_from(["", "strengthened", "pressure", "both"]),
        }
    )
)
def test_value_is_read_as_it_is_written(item):
    assert read("values", effort.value(item, {})) == item


@given(
    some.fixed_dictionaries(
        {
            "side": some.sampled_from(["for", "against"]),
            "text": words,
            "kind": some.sampled_from(["", "fact", "assumption", "judgement"]),
            "origin": some.sampled_from(["", "heard", "imagined"]),
            "option": maybe,
            "stakeholder": maybe,
            "value": maybe,
        }
    )
)
def test_argument_is_read_as_it_is_written(item):
    names = {name: [] for name in ("option", "stakeholder", "value")}
    assert read("arguments", effort.argument(item, names)) == item


@given(some.sampled_from(sorted(quick.READERS)), some.lists(text, max_size=4).map("\n".join))
def test_no_character_is_lost(name, typed):
    lines, problems = quick.read(name, typed)
    told = {line.number for line in lines} | {problem.number for problem in problems}
    assert told == {n for n, line in enumerate(typed.split("\n"), 1) if line.strip()}
    for line in lines:
        kept = Counter("".join(str(value) for value in line.values.values() if value))
        gone = Counter(line.text) - kept
        # A mark is told by what it chose; a day is another way to write one.
        assert {one for one in gone if not one.isspace() and not one.isdigit()} <= set(
            "+-=~?!>*@#&|:\\/aArRmM"
        )


@pytest.mark.parametrize(
    ("name", "line", "expected"),
    [
        ("facts", "Zonder teken", {"kind": "", "text": "Zonder teken", "owner": "", "due": None}),
        ("facts", "? Hoe lang | Ict | 31-1-2027",
         {"kind": "unknown", "text": "Hoe lang", "owner": "Ict",
          "due": datetime.date(2027, 1, 31)}),
        ("facts", "Dag alleen | 2027-01-31",
         {"kind": "", "text": "Dag alleen", "owner": "", "due": datetime.date(2027, 1, 31)}),
        ("stakeholders", "! Buren: > om 8:00 rust",
         {"name": "Buren", "interest": "om 8:00 rust", "at_table": False, "origin": "heard"}),
        ("values", "-m: Rust: stil", {"name": "Rust", "core": "menselijkheid", "meaning": "stil",
                                      "effect": "pressure"}),
        ("values", ":Rust", {"name": "Rust", "core": "", "meaning": "", "effect": ""}),
        ("arguments", "+ R&D @ school mag #1",
         {"side": "for", "kind": "", "origin": "", "text": "R&D @ school mag", "option": "",
          "stakeholder": "", "value": "1"}),
        ("arguments", "-!\\\\server\\map", {"side": "against", "kind": "judgement", "origin": "",
         "text": "\\\\server\\map", "option": "", "stakeholder": "", "value": ""}),
        ("invited", "2 leraren | per", {"function": "leraren", "number": 2, "group": "per",
                                        "present": None}),
        ("invited", "\\1 ouder", {"function": "1 ouder", "number": None, "group": "",
                                  "present": None}),
        ("minority_views", "Niet doen | als | het moet",
         {"text": "Niet doen", "would_change_if": "als | het moet"}),
    ],
)  # fmt: skip
def test_line_is_read(name, line, expected):
    assert read(name, line) == expected


@pytest.mark.parametrize(
    ("name", "line", "reason"),
    [
        ("arguments", "Zonder kant", "Begin with +"),
        ("arguments", "+ @Leerlingen", "no words"),
        ("arguments", "+ Iets @een @twee", "“@” stands here twice"),
        ("facts", "= ", "no words"),
        ("facts", "Iets | wie | morgen", "“morgen” is no day"),
        ("actions", "Iets | wie | 2027-02-30", "“2027-02-30” is no day"),
        ("actions", "a | b | 2027-01-01 | c", "three parts"),
    ],
)
def test_unclear_line_says_why(name, line, reason):
    with translation.override("en"):
        lines, (problem,) = quick.read(name, f"\n{line}")
    assert (lines, problem.number) == ([], 2)
    assert reason in problem.reason


def test_more_lines_than_one_reads_are_refused():
    lines, (problem,) = quick.read("options", "\n".join("x" * (quick.MOST + 1)))
    assert (len(lines), problem.number) == (quick.MOST, quick.MOST + 1)


@given(some.lists(some.sampled_from([1, 2, 3, 4, 5])), some.sampled_from(["", " ", ", "]))
def test_weights_are_read(given_weights, between):
    assert quick.weights(between.join(map(str, given_weights))) == given_weights


@pytest.mark.parametrize("wrong", ["6", "0", "x", "3 4 -5", "３"])
def test_what_is_no_weight_is_refused(wrong):
    with pytest.raises(quick.Unclear):
        quick.weights(wrong)


def test_name_is_found_by_its_beginning():
    known = [("Leerlingen", 1), ("Leraren", 2), ("Leraren in opleiding", 3)]
    found = [quick.match(typed, known) for typed in ("lee", "LERAREN", "leraren  in", "Ouders")]
    assert found == [1, 2, 3, None]
    with pytest.raises(quick.Unclear, match="Leerlingen, Leraren"):
        quick.match("le", known)


# The page

database = pytest.mark.django_db


class Page:
    """The page of quick entry of one talk, as a browser sends it."""

    def __init__(self, talk):
        self.talk, self.client = talk, talk.leader.client(headers={"Accept-Language": "en"})
        self.client.cookies["django_language"] = "en"
        self.id = str(uuid.uuid4())

    def send(self, **typed):
        fields = {name.replace("__", "-"): said for name, said in typed.items()}
        url = reverse("sessions:entry", args=[self.talk.id])
        return self.client.post(url, {"id": self.id, **fields})

    def weigh(self, *numbers, number=1):
        arguments = Argument.objects.filter(session=self.talk.id)
        fields = {f"w-{one.pk}": said for one, said in zip(arguments, numbers, strict=True)}
        url = reverse("sessions:entry_weights", args=[self.talk.id])
        return self.client.post(url, {"number": number, **fields})


@pytest.fixture
def talk(db):
    return cast.Talk()


@pytest.fixture
def page(talk):
    return Page(talk)


ALL = {
    "text__talk__title": "De camera",
    "text__question__context": "Er wordt gestolen.",
    "held_on": "2026-11-22",
    "list__talk__invited": "2 ouders | par",
    "list__facts__facts": "= Er is een camera\n? Wie kijkt | Ict | 2027-01-31",
    "list__stakeholders__stakeholders": "!Leerlingen: rust\nLeraren",
    "list__values__values": "-Privacy: niet bekeken worden",
    "list__arguments__options": "Een kast op slot",
    "list__arguments__arguments": "+~ Minder diefstal @Lera &Een\n-Altijd bekeken @Lee #Priv\n"
    "- De buurt ook @Buren #Rust",
    "text__outcome__verdict": "no",
    "list__outcome__conditions": "Een bord | Conciërge | 2027-01-31",
    "list__outcome__minority_views": "Toch doen | als er weer iets weg is",
    "list__outcome__actions": "Bord kopen | Conciërge",
    "list__talk__parked": "Telefoons",
    "list__talk__source": "https://www.example.nl/\nKrant",
}


@database
def test_whole_talk_is_stored_in_one_go(page, talk):
    assert page.send(**ALL).status_code == 303
    stored = document(talk.session)
    assert stored["title"] == "De camera"
    assert stored["invited"] == [{"function": "ouders", "number": 2, "group": "parent"}]
    assert stored["facts"][1] == {
        "text": "Wie kijkt", "kind": "unknown", "owner": "Ict", "due": "2027-01-31",
    }  # fmt: skip
    assert stored["stakeholders"] == [
        {"name": "Leerlingen", "interest": "rust", "at_table": False},
        {"name": "Leraren"},
        {"name": "Buren"},
    ]
    assert stored["values"] == [
        {"name": "Privacy", "core": "autonomie", "meaning": "niet bekeken worden",
         "effect": "pressure"},
        {"name": "Rust"},
    ]  # fmt: skip
    assert stored["arguments"] == [
        {"side": "for", "text": "Minder diefstal", "option": "Een kast op slot",
         "stakeholder": "Leraren", "kind": "assumption"},
        {"side": "against", "text": "Altijd bekeken", "stakeholder": "Leerlingen",
         "value": "Privacy"},
        {"side": "against", "text": "De buurt ook", "stakeholder": "Buren", "value": "Rust"},
    ]  # fmt: skip
    assert stored["outcome"]["verdict"] == "no"
    assert stored["source"] == ["https://www.example.nl/", "Krant"]


@database
def test_sending_twice_stores_once(page, talk):
    page.send(**ALL)
    before, trail = document(talk.session), Change.objects.count()
    assert page.send(**ALL).status_code == 303
    assert (document(talk.session), Change.objects.count()) == (before, trail)


@database
def test_what_was_added_before_sending_again_comes_alone(page, talk):
    page.send(list__facts__facts="Een\nTwee")
    page.send(list__facts__facts="Nul\nEen\nTwee\nTwee")
    facts = Fact.objects.filter(session=talk.id).values_list("text", flat=True)
    assert list(facts) == ["Een", "Twee", "Nul", "Twee"]


@database
def test_one_unclear_line_stores_nothing(page, talk):
    before = document(talk.session), talk.session.revision
    response = page.send(**ALL | {"list__arguments__arguments": "+ Goed\nZonder kant"})
    assert response.status_code == 422
    assert (document(talk.session), talk.session.revision) == before
    said = response.content.decode()
    assert "Line 2: Begin with +" in said
    assert "+ Goed\nZonder kant" in said


@database
@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"list__arguments__options": "x" * 501}, "Line 1: "),
        ({"list__facts__facts": "een\x07twee"}, "invisible control character"),
        ({"list__talk__invited": "Iemand | koning"}, "Line 1: For whom?"),
        ({"list__arguments__arguments": "+ Iets @Lee",
          "list__stakeholders__stakeholders": "Leesclub\nLeerlingen"}, "can be several"),
        ({"held_on": "gisteren"}, "Give a date"),
        ({}, "Nothing was typed yet"),
    ],
)  # fmt: skip
def test_wrong_input_says_where_and_stores_nothing(page, talk, typed, reason):
    response = page.send(**typed)
    assert (response.status_code, talk.session.revision) == (422, 0)
    assert reason in response.content.decode()


@database
def test_other_words_that_stand_are_not_replaced(page, talk):
    talk.text("outcome", "answer", "Alleen in de gang")
    response = page.send(text__outcome__answer="Nergens", list__facts__facts="Iets")
    assert response.status_code == 422
    assert "Something else stands here already: Alleen in de gang" in response.content.decode()
    assert Fact.objects.count() == 0
    assert page.send(text__outcome__answer="Alleen in de gang").status_code == 303


@database
def test_new_name_takes_its_core_value_from_the_catalogue(page):
    page.send(list__values__values="Privacy\n:Vertrouwen\nr:Eigen waarde")
    assert list(Value.objects.values_list("name", "core")) == [
        ("Privacy", "autonomie"), ("Vertrouwen", ""), ("Eigen waarde", "rechtvaardigheid"),
    ]  # fmt: skip


@database
def test_name_that_stands_is_pointed_to(page, talk):
    pupils = talk.add("stakeholders", name="Leerlingen")
    page.send(list__arguments__arguments="+ Rust @leer")
    assert Argument.objects.get().stakeholder == pupils
    assert Stakeholder.objects.count() == 1


# Weights of paper ballots


@database
def test_weights_of_paper_ballots_are_a_round_shown_at_once(page, talk):
    page.send(list__arguments__arguments="+ Een\n- Twee")
    assert page.weigh("3 4 5", "11").status_code == 303
    arguments = document(talk.session)["arguments"]
    assert [one["weights"] for one in arguments] == [[3, 4, 5], [1, 1]]
    page.weigh("3 4 5", "11")
    assert Round.objects.count() == 1


@database
def test_wrong_weight_is_refused(page):
    page.send(list__arguments__arguments="+ Een")
    response = page.weigh("3 6")
    assert (response.status_code, Round.objects.count()) == (422, 0)
    assert "“6” is no weight" in response.content.decode()


@database
def test_while_a_round_is_open_weights_are_counted_in_their_step(page, talk):
    page.send(list__arguments__arguments="+ Een")
    talk.open("weighing")
    said = page.client.get(reverse("sessions:entry", args=[talk.id])).content.decode()
    assert "Count weights on paper in the step itself" in said
