"""Closing the input of what is asked alone, before it is shown; and opening it again."""

import uuid

import pytest
from django.urls import reverse

from sessions import room
from sessions.models import Argument, Ballot, Change, Item, MinorityView, Refused, Round, Value
from sessions.screen import EndingScreen, StepScreen
from tests import cast
from tests.cast import Browser, Talk

pytestmark = pytest.mark.django_db

CLOSED = "De invoer is nu gesloten. De gespreksleider kan hem weer openen."


@pytest.fixture
def talk():
    talk = Talk()
    talk.add("arguments", text="Minder diefstal")
    talk.phones = [talk.phone(), talk.phone()]
    return talk


def ask(talk, step, purpose=""):
    return room.open_round(talk.lead, talk.step(step), purpose)


def seal(talk, step):
    room.seal_round(talk.lead, talk.step(step))


def unseal(talk, step):
    room.unseal_round(talk.lead, talk.step(step))


def feel(talk, phone, weight, step="outcome"):
    item = Item.objects.get(round__session=talk.id, round__step=step)
    room.give_ballot(phone.access, talk.step(step), {item.pk: weight})


def view(talk, phone, text):
    one = talk.step("outcome")
    shown = StepScreen(phone.access, one)
    data = {"id": str(uuid.uuid4()), "text": text}
    form = shown.kind.alone[0].form(data, session=talk.session, step="outcome")
    assert form.is_valid()
    room.give_alone(phone.access, one, form)


def weigh(talk, phone, weight):
    item = Item.objects.get(round__session=talk.id, round__step="weighing")
    room.give_ballot(phone.access, talk.step("weighing"), {item.pk: weight})


def given(talk):
    """How much there is that nobody has seen."""
    rows = sum(model.everything.exclude(author="").count() for model in (Argument, Value))
    return rows + MinorityView.everything.exclude(author="").count() + Ballot.objects.count()


GIVES = {
    "arguments": ("", lambda talk, phone: talk.argue(phone, "Het kalmeert")),
    "values": ("", lambda talk, phone: talk.choose_values(phone, "Vrijheid")),
    "weighing": ("", lambda talk, phone: weigh(talk, phone, 4)),
    "outcome feeling": ("intuition", lambda talk, phone: feel(talk, phone, 4)),
    "outcome view": ("contributions", lambda talk, phone: view(talk, phone, "Anders")),
}
each = pytest.mark.parametrize("asked", GIVES)


def parts(asked):
    return asked.split()[0], *GIVES[asked]


@each
def test_nothing_is_given_once_the_input_is_closed_and_what_was_given_stays(talk, asked):
    step, purpose, give = parts(asked)
    one, other = talk.phones
    ask(talk, step, purpose)
    give(talk, one)
    before = given(talk)
    seal(talk, step)
    for phone in (one, other):
        with pytest.raises(Refused, match=CLOSED):
            give(talk, phone)
    assert (given(talk), Round.objects.get().state) == (before, "sealed")
    unseal(talk, step)
    give(talk, other)
    assert given(talk) > before
    seal(talk, step)
    talk.reveal(step)
    assert Round.objects.get().state == "revealed"


@each
def test_all_screens_say_that_the_input_is_closed(talk, asked):
    step, purpose, give = parts(asked)
    giver, other = talk.phones
    board = talk.board()
    ask(talk, step, purpose)
    give(talk, giver)
    seal(talk, step)

    def page(who, name, *more):
        return who.client().get(reverse(f"sessions:{name}", args=[talk.id, *more])).content.decode()

    lead = page(talk.leader, "step", step)
    assert "Open de invoer weer" in lead
    assert "Sluit de invoer" not in lead
    assert StepScreen(talk.lead, talk.step(step)).ready.given == (0 if asked == "arguments" else 1)
    for shown in (page(board, "board"), page(giver, "phone"), page(other, "phone")):
        assert "De invoer is gesloten" in shown
    assert "binnen. Niemand ziet" in page(giver, "phone")
    assert "Van jou is er niets binnen" in page(other, "phone")
    assert "<textarea" not in page(giver, "phone")
    unseal(talk, step)
    assert "Sluit de invoer" in page(talk.leader, "step", step)
    assert "De invoer is gesloten" not in page(board, "board") + page(giver, "phone")


@pytest.mark.parametrize("name", ["own", "ready"])
def test_who_sends_too_late_keeps_the_text_and_is_told_why(talk, name):
    phone = talk.phones[0]
    ask(talk, "arguments")
    seal(talk, "arguments")
    data = {"id": str(uuid.uuid4()), "side": "for", "text": "Een halve zin", "typed": "give"}
    response = phone.client().post(reverse(f"sessions:{name}", args=[talk.id, "arguments"]), data)
    shown = response.content.decode()
    assert (response.status_code, given(talk)) == (422, 0)
    assert CLOSED in shown
    assert "Een halve zin</textarea>" in shown


def test_minority_view_that_comes_too_late_is_kept_whole(talk):
    ask(talk, "outcome", "contributions")
    seal(talk, "outcome")
    data = {"id": str(uuid.uuid4()), "text": "Anders", "would_change_if": "Er een eind aan zit"}
    url = reverse("sessions:own", args=[talk.id, "outcome"])
    response = talk.phones[0].client().post(url, data)
    assert (response.status_code, given(talk)) == (422, 0)
    assert "Anders\n\nEr een eind aan zit</textarea>" in response.content.decode()


def test_ballot_that_comes_too_late_is_told_why(talk):
    ask(talk, "weighing")
    seal(talk, "weighing")
    item = Item.objects.get()
    url = reverse("sessions:ballot", args=[talk.id, "weighing"])
    response = talk.phones[0].client().post(url, {f"w-{item.pk}": 3})
    assert (response.status_code, Ballot.objects.count()) == (422, 0)
    assert CLOSED in response.content.decode()


def test_closing_and_opening_twice_is_once(talk):
    ask(talk, "arguments")
    for act in (seal, seal, unseal, unseal):
        act(talk, "arguments")
    acts = Change.objects.filter(thing="round").values_list("action", flat=True)
    assert list(acts) == ["open", "seal", "unseal"]


def test_opening_the_input_again_after_it_was_shown_asks_nothing_anew(talk):
    ask(talk, "arguments")
    seal(talk, "arguments")
    leader = Browser()
    leader.client.cookies[talk.leader.cookie] = talk.leader.secret
    leader.open(reverse("sessions:step", args=[talk.id, "arguments"]))
    talk.reveal("arguments")  # by a second facilitator
    leader.submit("/verzegeling/", open="yes")
    assert list(Round.objects.values_list("state", flat=True)) == ["revealed"]


def test_opening_the_input_again_brings_the_room_there(talk):
    ask(talk, "arguments")
    seal(talk, "arguments")
    talk.go("facts")
    unseal(talk, "arguments")
    assert talk.session.room_step == "arguments"


def test_nothing_else_is_asked_in_a_step_while_its_input_is_closed(talk):
    ask(talk, "outcome", "intuition")
    seal(talk, "outcome")
    with pytest.raises(Refused, match="Toon eerst"):
        ask(talk, "outcome", "contributions")
    assert Round.objects.get().state == "sealed"


def test_nothing_is_weighed_while_arguments_wait(talk):
    ask(talk, "arguments")
    seal(talk, "arguments")
    with pytest.raises(Refused, match="Toon eerst alle argumenten"):
        ask(talk, "weighing")
    shown = StepScreen(talk.lead, talk.step("weighing"))
    assert shown.unrevealed == talk.step("arguments")


def test_group_does_not_go_on_while_something_waits_to_be_shown(talk):
    ask(talk, "arguments")
    for act in (seal, unseal):
        act(talk, "arguments")
        shown = StepScreen(talk.lead, talk.step("arguments"))
        assert (shown.can_go_on, shown.goes_on_next) == (False, False)
    talk.reveal("arguments")
    assert StepScreen(talk.lead, talk.step("arguments")).can_go_on is True


def test_cards_and_hands_are_still_counted(talk):
    ask(talk, "weighing")
    seal(talk, "weighing")
    shown = StepScreen(talk.lead, talk.step("weighing"))
    room.raise_cards(talk.lead, talk.step("weighing"), [(shown.items[0], {5: 3})])
    assert StepScreen(talk.lead, talk.step("weighing")).raised.most == 3
    talk.reveal("weighing")
    ask(talk, "outcome", "intuition")
    seal(talk, "outcome")
    room.tell_moved(talk.lead, talk.step("outcome"), 1, 4)
    assert Round.objects.get(step="outcome").moved == 1


def test_device_that_goes_round_takes_nothing_any_more(talk):
    ask(talk, "weighing")
    seal(talk, "weighing")
    url = reverse("sessions:passed", args=[talk.id, "weighing"])
    for response in (talk.leader.client().get(url), talk.leader.client().post(url)):
        between = reverse("sessions:passed_on", args=[talk.id, "weighing"])
        assert (response.status_code, response["Location"]) == (303, between)
    assert "De invoer is gesloten" in talk.leader.client().get(between).content.decode()
    with pytest.raises(Refused, match=CLOSED):
        room.give_passed(talk.lead, talk.step("weighing"), uuid.uuid4(), {})


def test_closing_the_talk_asks_what_to_do_with_what_waits(talk):
    ask(talk, "arguments")
    talk.argue(talk.phones[0], "Het kalmeert")
    seal(talk, "arguments")
    assert [one.step.key for one in EndingScreen(talk.lead).waiting] == ["arguments"]
    with pytest.raises(Refused):
        talk.close()
    talk.close("reveal")
    assert Argument.objects.standing().count() == 2


@each
@pytest.mark.parametrize("sealed", [False, True])
def test_closing_asks_nothing_where_nothing_was_given(talk, asked, sealed):
    step, purpose, _give = parts(asked)
    ask(talk, step, purpose)
    if step == "arguments":
        room.be_ready(talk.phones[0].access, talk.step(step), True)  # that gives nothing
    if sealed:
        seal(talk, step)
    page = talk.leader.client().get(reverse("sessions:close", args=[talk.id]))
    assert 'name="unrevealed"' not in page.content.decode()
    assert talk.close() is not None
    assert (given(talk), Round.objects.get().state) == (0, "discarded")


@each
def test_closing_asks_where_one_gave_something(talk, asked):
    step, purpose, give = parts(asked)
    ask(talk, step, purpose)
    give(talk, talk.phones[0])
    page = talk.leader.client().get(reverse("sessions:close", args=[talk.id]))
    assert 'name="unrevealed"' in page.content.decode()
    with pytest.raises(Refused):
        talk.close()
    assert talk.close("reveal") is not None
    assert Round.objects.get().state == "revealed"


def test_closing_does_not_tell_whether_anybody_sees_it_otherwise(talk):
    ask(talk, "outcome", "contributions")
    room.be_ready(talk.phones[0].access, talk.step("outcome"), True)
    page = talk.leader.client().get(reverse("sessions:close", args=[talk.id]))
    assert 'name="unrevealed"' in page.content.decode()
    with pytest.raises(Refused):
        talk.close()


def test_closing_asks_where_cards_were_counted(talk):
    ask(talk, "weighing")
    item = Item.objects.get()
    room.raise_cards(talk.lead, talk.step("weighing"), [(item, {3: 1})])
    with pytest.raises(Refused):
        talk.close()


def test_what_waits_can_be_thrown_away(talk):
    ask(talk, "arguments")
    talk.argue(talk.phones[0], "Het kalmeert")
    seal(talk, "arguments")
    talk.discard("arguments")
    assert (given(talk), Round.objects.get().state) == (0, "discarded")


def test_first_feeling_is_opened_again_only_as_long_as_the_group_is_there(talk):
    talk.go("question")
    ask(talk, "question")
    feel(talk, talk.phones[0], 2, "question")
    seal(talk, "question")
    unseal(talk, "question")
    assert Round.objects.get().state == "open"
    talk.go("facts")
    for back in (False, True):
        if back:
            talk.go("question")
        for again in (ask, unseal):
            with pytest.raises(Refused, match="De groep is verder"):
                again(talk, "question")
    assert (Round.objects.get().state, talk.session.room_step) == ("sealed", "question")
    shown = talk.leader.client().get(reverse("sessions:step", args=[talk.id, "question"]))
    assert "Er kwam iemand later" not in shown.content.decode()


def test_phones_are_told_that_the_input_is_closed(talk):
    ask(talk, "arguments")
    phone = talk.phones[0].client()
    url = reverse("sessions:phone", args=[talk.id])
    tag = phone.get(url)["ETag"]
    assert phone.get(url, headers={"If-None-Match": tag}).status_code == 304
    seal(talk, "arguments")
    response = phone.get(url, headers={"If-None-Match": tag})
    says = 'data-says-asked="De invoer is gesloten. Jullie wachten tot het getoond wordt."'
    assert (response.status_code, says in response.content.decode()) == (200, True)


def test_only_a_step_that_asks_something_can_be_closed(talk):
    url = reverse("sessions:seal", args=[talk.id, "facts"])
    assert talk.leader.client().post(url).status_code == 404


def test_what_was_given_stays_unseen_while_it_waits(talk):
    board = talk.board()
    ask(talk, "arguments")
    talk.argue(talk.phones[0], "Geheimwoord")
    seal(talk, "arguments")
    for who, name in ((talk.leader, "step"), (board, "board"), (talk.phones[1], "phone")):
        args = [talk.id, "arguments"] if name == "step" else [talk.id]
        shown = who.client().get(reverse(f"sessions:{name}", args=args)).content.decode()
        assert (name, "Geheimwoord" in shown) == (name, False)
    own = talk.phones[0].client().get(reverse("sessions:phone", args=[talk.id]))
    assert "Geheimwoord" in own.content.decode()
    assert cast.document(talk.session).get("arguments") == [
        {"side": "for", "text": "Minder diefstal"}
    ]
