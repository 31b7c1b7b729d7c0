"""What does not belong there is taken away for everyone, and nobody learns whose it was."""

import re
import uuid

import pytest
from django.urls import reverse

from sessions import room
from sessions.document import document
from sessions.models import Argument, Change, MinorityView, Seat, Value
from sessions.screen import StepScreen
from tests.cast import Browser, Talk

pytestmark = pytest.mark.django_db

BAD = "Ongepaste zin"
HASH = re.compile(r"\b[0-9a-f]{64}\b")  # what stands for a phone in a round, or for a seat


def url(talk, name, *more):
    space = "reports" if name.startswith("report") else "sessions"
    return reverse(f"{space}:{name}", args=[talk.id, *more])


def give(talk, phone, step):
    one = talk.step(step)
    if step == "values":
        room.choose_values(phone.access, one, {BAD: "", "Vrijheid": "autonomie"})
        return
    shown = StepScreen(phone.access, one)
    data = {"id": str(uuid.uuid4()), "side": "for", "text": BAD}
    form = shown.kind.alone[0].form(data, session=talk.session, step=step)
    assert form.is_valid()
    room.give_alone(phone.access, one, form)


WHERE = {
    "arguments": ("argumenten", Argument),
    "values": ("waarden", Value),
    "outcome": ("minderheid", MinorityView),
}


@pytest.mark.parametrize("step", WHERE)
def test_row_is_taken_away_for_all_at_once_and_comes_back(step):
    slug, model = WHERE[step]
    talk = Talk()
    phones, board = [talk.phone(), talk.phone()], talk.board()
    talk.go(step)
    purpose = "contributions" if step == "outcome" else ""
    room.open_round(talk.lead, talk.step(step), purpose)
    give(talk, phones[0], step)
    hashes = {*model.everything.values_list("author", flat=True)} - {""}
    hashes |= {*Seat.objects.values_list("key_hash", flat=True)}
    hashes |= {talk.session.rounds.get().ready_owner(phones[0].secret)}
    talk.reveal(step)
    row = next(row for row in model.objects.all() if str(row) == BAD)
    everybody = [(talk.leader, "step", step), (board, "board"), *((one, "phone") for one in phones)]

    def seen():
        pages = [who.client().get(url(talk, *where)).content.decode() for who, *where in everybody]
        pages.append(talk.leader.client().get(url(talk, "report")).content.decode())
        return pages

    assert [BAD in page for page in seen()[1:]] == [True, True, True, True]
    revision = talk.session.revision
    # when: it is taken away, with one press beside it
    leader = Browser()
    leader.client.cookies[talk.leader.cookie] = talk.leader.secret
    leader.open(url(talk, "step", step))
    assert f'Haal weg<span class="visually-hidden">: {BAD}' in leader.text
    leader.submit(f"/{slug}/{row.pk}/verwijdering/")
    # then: it is gone everywhere, and only the laptop has it, to put it back
    assert [BAD in page for page in seen()[1:]] == [False, False, False, False]
    assert BAD not in str(document(talk.session))
    assert "Dat is weggehaald." in leader.text
    assert talk.session.revision > revision  # so that all screens ask at once
    # and: whose it was stands nowhere
    row.refresh_from_db()
    assert (row.author, row.round) == ("", None)
    trail = list(Change.objects.filter(action="remove").values_list("before", "after", "role"))
    assert trail == [(None, None, "facilitator")]
    told = [leader.text, *seen(), *map(str, Change.objects.values_list())]
    assert [one for one in told if hashes & set(HASH.findall(one))] == []
    # and when: it is put back
    leader.submit(f"/{slug}/{row.pk}/herstel/")
    assert [BAD in page for page in seen()[1:]] == [True, True, True, True]


def test_pressing_twice_takes_away_once():
    talk = Talk()
    row = talk.add("arguments", text=BAD)
    client = talk.leader.client()
    for _ in range(2):
        client.post(url(talk, "removal", "arguments", "argumenten", row.pk))
    assert Change.objects.filter(action="remove").count() == 1
