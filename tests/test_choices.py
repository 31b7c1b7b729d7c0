"""What is set with one click: a tick, one of a few, what an argument points to."""

import re
import uuid

import pytest
from django.urls import reverse

from sessions import room
from sessions.models import Argument, Change, Round
from tests import cast
from tests.cast import HOME, Talk

pytestmark = pytest.mark.django_db

SLUGS = {
    "values": "waarden",
    "stakeholders": "betrokkenen",
    "arguments": "argumenten",
    "minority_views": "minderheid",
}


@pytest.fixture
def talk():
    return Talk(of=cast.method())


def choose(talk, name, row, /, **data):
    url = reverse("sessions:choice", args=[talk.id, HOME[name], SLUGS[name], row.pk])
    return talk.leader.client().post(url, data)


@pytest.mark.parametrize(
    ("name", "says", "field", "typed", "stored"),
    [
        ("values", {"name": "Rust"}, "chosen", "yes", True),
        ("values", {"name": "Rust", "chosen": True}, "chosen", "", None),
        ("values", {"name": "Rust"}, "effect", "pressure", "pressure"),
        ("arguments", {"text": "Rust"}, "chosen", "no", False),
        ("arguments", {"text": "Rust"}, "decisive", "yes", True),
        ("arguments", {"text": "Rust"}, "kind", "fact", "fact"),
        ("arguments", {"text": "Rust", "kind": "fact"}, "kind", "", ""),
        ("arguments", {"text": "Rust"}, "origin", "imagined", "imagined"),
        ("stakeholders", {"name": "Ouders"}, "at_table", "no", False),
        ("stakeholders", {"name": "Ouders"}, "origin", "heard", "heard"),
        ("minority_views", {"text": "Ik niet"}, "read_back", "yes", True),
    ],
)
def test_choice_is_stored(talk, name, says, field, typed, stored):
    row = talk.add(name, **says)
    assert choose(talk, name, row, **{field: typed}).status_code == 303
    row.refresh_from_db()
    assert (getattr(row, field), row.version) == (stored, 1)


def test_argument_is_pointed_at_several_things_at_once(talk):
    row, who, value = (
        talk.add("arguments", text="Rust"),
        talk.add("stakeholders", name="Ouders"),
        talk.add("values", name="Rust"),
    )
    choose(talk, "arguments", row, stakeholder=str(who.pk), value=str(value.pk), kind="judgement")
    row.refresh_from_db()
    assert (row.stakeholder, row.value, row.kind, row.option) == (who, value, "judgement", None)
    choose(talk, "arguments", row, stakeholder="")
    row.refresh_from_db()
    assert (row.stakeholder, row.value) == (None, value)


def test_choice_leads_back_to_the_step_that_asked_it(talk):
    row = talk.add("arguments", text="Rust")
    there = reverse("sessions:step", args=[talk.id, "weighing"])
    assert choose(talk, "arguments", row, chosen="yes", back="weighing")["Location"] == (
        f"{there}#rij-{row.pk}"
    )
    assert choose(talk, "arguments", row, chosen="yes", back="nergens").status_code == 404


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"name": "Anders"}, 404),  # typed, not chosen
        ({"voices": "9"}, 404),
        ({}, 404),
        ({"effect": "groter"}, 403),
        ({"chosen": "misschien"}, 403),
    ],
)
def test_what_is_not_offered_changes_nothing(talk, data, status):
    row = talk.add("values", name="Rust")
    before = (row.values(), Change.objects.count())
    assert choose(talk, "values", row, **data).status_code == status
    row.refresh_from_db()
    assert (row.values(), Change.objects.count()) == before


def test_argument_points_to_what_stands_in_its_own_talk_only(talk):
    row = talk.add("arguments", text="Rust")
    other = Talk(of=cast.method()).add("values", name="Vreemd")
    gone = talk.add("values", name="Weg")
    with talk.writing() as write:
        gone.remove(write)
    for value in (other.pk, gone.pk, uuid.uuid4()):
        assert choose(talk, "arguments", row, value=str(value)).status_code == 403
    row.refresh_from_db()
    assert row.value is None


def test_same_choice_twice_leaves_one_trail(talk):
    row = talk.add("values", name="Rust")
    before = Change.objects.count()
    for _ in range(2):
        choose(talk, "values", row, chosen="yes")
    assert Change.objects.count() == before + 1


# The other side


def test_an_argument_goes_to_the_other_side_with_one_click(talk):
    row = talk.add("arguments", text="Het stoort")
    page = talk.leader.client().get(f"/gesprekken/{talk.id}/stap/arguments/?bewerk={row.pk}")
    assert "Naar de andere kant" in page.content.decode()
    assert choose(talk, "arguments", row, side="against")["Location"].endswith(f"#rij-{row.pk}")
    assert Argument.objects.get(pk=row.pk).side == "against"


def test_an_argument_that_is_weighed_keeps_its_side(talk):
    row = talk.add("arguments", text="Het stoort")
    talk.go("weighing")
    talk.open("weighing")
    assert choose(talk, "arguments", row, side="against").status_code == 403
    assert Argument.objects.get(pk=row.pk).side == "for"


# What is the next thing


def primary(talk, step: str) -> list[str]:
    """What the one black button beside a step does."""
    html = talk.leader.client().get(f"/gesprekken/{talk.id}/stap/{step}/").content.decode()
    return re.findall(r'class="button button-primary button-wide"[^>]*>(?:<span>)?([^<]+)', html)


def test_the_talk_is_closed_once_there_is_an_answer(talk):
    talk.go("outcome")
    assert primary(talk, "outcome") == []
    talk.text("outcome", "verdict", "yes")
    assert primary(talk, "outcome") == ["Sluit het gesprek af"]


def test_the_group_goes_on_once_all_gave_their_first_feeling(talk):
    phone = talk.phone()
    talk.go("question")
    talk.open("question")
    assert primary(talk, "question") == []
    item = Round.objects.get(session=talk.id).items.get()
    room.give_ballot(phone.access, talk.step("question"), {item.pk: 3})
    assert primary(talk, "question") == ["Naar Facts"]


@pytest.mark.parametrize(
    ("step", "anchor"), [("arguments", "argumenten"), ("weighing", "weighing")]
)
def test_what_is_shown_comes_into_view(talk, step, anchor):
    talk.add("arguments", text="Het stoort")
    talk.go(step)
    talk.open(step)
    client, board = talk.leader.client(), talk.board().client()
    home = f"/gesprekken/{talk.id}/stap/{step}/"
    # Nobody gave anything: it asks first.
    asks = client.post(f"{home}onthulling/")["Location"]
    assert asks == f"{home}?leeg#nothing-given"
    assert Round.objects.get().is_open
    form = next(
        one
        for one in cast.Forms(client.get(asks).content.decode()).found
        if one["action"] == f"{home}onthulling/"
    )
    shown = client.post(form["action"], {"empty": "yes"})
    assert shown["Location"] == f"{home}#{anchor}"
    assert Round.objects.get().state == ("discarded" if step == "weighing" else "revealed")
    # As before it was weighed, and as the report says.
    for page in (board.get(f"/gesprekken/{talk.id}/bord/"), client.get(home)):
        assert "hebben gewogen" not in page.content.decode()
