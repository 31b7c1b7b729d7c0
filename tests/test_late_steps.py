"""Arguments in their place, what is weighed and what was said about it, and the outcome."""

import datetime
import re
import uuid

import pytest
from django.urls import reverse

from sessions import lifecycle, room
from sessions.models import (
    Argument,
    Change,
    Item,
    MinorityView,
    Refused,
    Round,
    Stakeholder,
    Value,
)
from tests import cast
from tests.cast import Browser, Talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk():
    return Talk(of=cast.method())


def at(talk, step, query="") -> Browser:
    """The facilitator's laptop at a step."""
    browser = Browser()
    browser.client.cookies[talk.leader.cookie] = talk.leader.secret
    return browser.open(reverse("sessions:step", args=[talk.id, step]) + query)


def page(person, name, talk) -> str:
    return person.client().get(reverse(f"sessions:{name}", args=[talk.id])).content.decode()


def words(html) -> str:
    """What a page says, in one line."""
    html = re.sub(r"<(script|svg|title)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def dialogue(talk, row, **data):
    url = reverse("sessions:dialogue", args=[talk.id, "arguments", "argumenten", row.pk])
    return talk.leader.client().post(url, {"back": "weighing", **data})


# Arguments


def test_typing_an_argument_asks_for_nothing_else(talk):
    talk.add("stakeholders", name="Ouders")
    form = at(talk, "arguments").form("/argumenten/", side="for")
    assert form["names"] == {"csrfmiddlewaretoken", "id", "version", "side", "text"}


def test_option_is_typed_in_a_line(talk):
    shown = at(talk, "arguments").submit("/opties/", title="Alleen in de gang")
    assert (shown.status, "Alleen in de gang" in shown.text) == (200, True)


@pytest.mark.parametrize("act", ["verwijdering", "samenvoeging"])
def test_what_was_taken_away_or_merged_is_brought_back_right_there(talk, act):
    row, other = talk.add("arguments", text="Eerste"), talk.add("arguments", text="Tweede")
    if act == "verwijdering":
        shown = at(talk, "arguments", f"?bewerk={row.pk}").submit(f"{row.pk}/{act}/")
    else:
        shown = at(talk, "arguments", f"?samen={row.pk}").submit(
            f"{row.pk}/{act}/", into=str(other.pk)
        )
    row.refresh_from_db()
    assert row.stands is False
    undo = shown.text.index('class="undo"')
    said = "Eerste" if act == "samenvoeging" else "Dat is weggehaald."
    assert said in shown.text[undo : undo + 900]
    shown.submit(f"{row.pk}/herstel/")
    row.refresh_from_db()
    assert row.stands is True


def test_merging_offers_what_stands_on_the_same_side_and_was_not_weighed(talk):
    row, same = talk.add("arguments", text="Een"), talk.add("arguments", text="Ook een")
    against = talk.add("arguments", text="Ander", side="against")
    offered = at(talk, "arguments", f"?samen={row.pk}").text
    into = re.findall(r'name="into" value="([^"]+)"', offered)
    assert (into, str(against.pk) in into) == ([str(same.pk)], False)
    talk.open("weighing")
    assert 'name="into"' not in at(talk, "arguments", f"?samen={row.pk}").text


def test_sweep_begins_with_the_first_argument_without_a_place(talk):
    who, value = talk.add("stakeholders", name="Ouders"), talk.add("values", name="Rust")
    placed = {"stakeholder": who, "value": value, "kind": "fact"}
    talk.add("arguments", text="Heeft een plek", **placed)
    row = talk.add("arguments", text="Heeft er geen", side="against")
    shown = at(talk, "arguments", "?veeg")
    assert "Nog 1 van de 2" in words(shown.text)
    assert shown.form(f"{row.pk}/keuze/")["fields"]["veeg"] == "yes"


def test_sweep_sets_what_is_clicked_and_stays_with_the_argument(talk):
    who = talk.add("stakeholders", name="Ouders")
    row = talk.add("arguments", text="Rust")
    shown = at(talk, "arguments", "?veeg")
    shown.submit(f"{row.pk}/keuze/", stakeholder=str(who.pk))
    assert f"?veeg={row.pk}" in shown.url
    shown.submit(f"{row.pk}/keuze/", kind="judgement")
    row.refresh_from_db()
    assert (row.stakeholder, row.kind, row.version) == (who, "judgement", 1)
    shown.submit(f"{row.pk}/keuze/", kind="")
    row.refresh_from_db()
    assert (row.stakeholder, row.kind) == (who, "")


def test_sweep_offers_what_the_group_goes_on_with_first(talk):
    talk.add("values", name="Rust")
    talk.add("values", name="Vrijheid", chosen=True)
    talk.add("arguments", text="Een")
    shown = at(talk, "arguments", "?veeg").text
    offers = re.findall(r'name="value"[^>]*>([^<]+)<', shown)
    assert offers == ["Vrijheid", "Rust"]


def test_sweep_goes_on_to_the_next_and_ends(talk):
    who, value = talk.add("stakeholders", name="Ouders"), talk.add("values", name="Rust")
    first, second = talk.add("arguments", text="Een"), talk.add("arguments", text="Twee")
    assert f'data-next href="?veeg={second.pk}"' in at(talk, "arguments", "?veeg").text
    for row in (first, second):
        with talk.writing() as write:
            row.mark(write, stakeholder=who, value=value, kind="fact")
    shown = at(talk, "arguments", "?veeg").text
    assert "Elk argument heeft een plek." in words(shown)
    assert 'id="sweep-card"' not in shown


def test_closed_talk_is_not_swept(talk):
    talk.add("arguments", text="Een")
    talk.close()
    assert "sweep-card" not in at(talk, "arguments", "?veeg").text


# What is weighed


def test_what_is_chosen_is_counted_in_words_with_a_hint_above_ten(talk):
    rows = [talk.add("arguments", text=f"Argument {at}") for at in range(12)]
    hint = "Acht of tien is genoeg om goed te wegen."
    shown = words(at(talk, "weighing").text)
    assert ("dan wegen jullie alle 12." in shown, hint in shown) == (True, True)
    for row in rows[:8]:
        at(talk, "weighing").submit(f"{row.pk}/keuze/", chosen="yes")
    shown = words(at(talk, "weighing").text)
    assert ("8 gekozen" in shown, hint in shown) == (True, False)
    for row in rows[8:11]:
        at(talk, "weighing").submit(f"{row.pk}/keuze/", chosen="yes")
    shown = words(at(talk, "weighing").text)
    assert ("11 gekozen" in shown, hint in shown) == (True, True)


def test_what_was_not_chosen_stays_listed_as_not_weighed(talk):
    chosen = talk.add("arguments", text="Wel", chosen=True)
    other = talk.add("arguments", text="Niet")
    talk.open("weighing")
    assert [item.argument for item in Item.objects.all()] == [chosen]
    # The round is as it was asked, whatever is ticked afterwards.
    with talk.writing() as write:
        chosen.mark(write, chosen=None)
        other.mark(write, chosen=True)
    for state in ("open", "revealed"):
        shown = at(talk, "weighing").text
        rest = shown[shown.index('id="not-weighed">') + len('id="not-weighed">') :]
        rest = words(rest[: rest.index("</details>")])
        assert (state, rest) == (state, "Niet gewogen: 1 argument Voor Niet")
        if state == "open":
            talk.weigh(talk.phone(), 3)
            talk.reveal("weighing")


@pytest.fixture
def weighed(talk):
    """Three phones differ on the second of two arguments."""
    talk.rows = [talk.add("arguments", text=text) for text in ("Eens", "Oneens")]
    talk.phones = [talk.phone() for _ in range(3)]
    talk.go("weighing")
    talk.open("weighing")
    for phone, weight in zip(talk.phones, (1, 3, 5), strict=True):
        talk.weigh(phone, 4, weight)
    talk.reveal("weighing")
    return talk


def test_talk_begins_where_people_differ_most(weighed):
    board = words(page(weighed.board(), "board", weighed))
    order = [board.index(text) for text in ("Oneens", "Begin hier.", "Eens")]
    assert order == sorted(order)
    form = at(weighed, "weighing").form("/gesprek/")
    assert str(weighed.rows[1].pk) in form["action"]


def test_what_was_said_about_an_argument_is_kept(weighed):
    row = weighed.rows[0]
    shown = at(weighed, "weighing", f"?rij={row.pk}")
    shown.submit(f"{row.pk}/gesprek/", dialogue="We bedoelden hetzelfde.")
    row.refresh_from_db()
    assert (row.dialogue, row.text, row.version) == ("We bedoelden hetzelfde.", "Eens", 2)
    assert "We bedoelden hetzelfde." in at(weighed, "weighing").text


def test_two_who_write_what_was_said_lose_neither(weighed):
    row = weighed.rows[0]
    assert dialogue(weighed, row, dialogue="De een", version="1").status_code == 303
    response = dialogue(weighed, row, dialogue="De ander", version="1")
    shown = response.content.decode()
    assert (response.status_code, "De een" in shown, "De ander" in shown) == (422, True, True)
    row.refresh_from_db()
    assert row.dialogue == "De een"
    assert dialogue(weighed, row, dialogue="De ander", version="2").status_code == 303


def test_what_was_said_is_kept_of_arguments_only(talk):
    row = talk.add("stakeholders", name="Ouders")
    url = reverse("sessions:dialogue", args=[talk.id, "stakeholders", "betrokkenen", row.pk])
    assert talk.leader.client().post(url, {"dialogue": "x", "version": "1"}).status_code == 404


def test_second_round_shows_the_shift_beside_the_first(weighed):
    assert "dots-former" not in page(weighed.board(), "board", weighed)
    weighed.open("weighing")
    for phone, weight in zip(weighed.phones, (3, 3, 5), strict=True):
        weighed.weigh(phone, 4, weight)
    weighed.reveal("weighing")
    board = page(weighed.board(), "board", weighed)
    assert "Eén van de drie weegt anders dan de vorige keer." in words(board)
    assert board.count("dots-former") == 6


def test_dots_of_before_are_open_and_told_in_words():
    context = {"counts": {5: 2}, "before": {1: 3}}
    template = "{% load dots %}{% dots counts before=before %}"
    from django.template import Context, Template

    drawn = Template(template).render(Context(context))
    assert (drawn.count("<circle"), drawn.count("dots-former")) == (5, 3)
    assert "3× gewicht 1" in drawn or "3× weight 1" in drawn
    assert "dots-former" not in Template(template).render(Context({"counts": {5: 2}}))


# The outcome


@pytest.fixture
def full():
    """A talk by the whole method, in its last step."""
    from django.core.management import call_command

    call_command("load_methods", verbosity=0)
    talk = Talk(of=lifecycle.newest_method("ethiekkompas"))
    talk.go("outcome")
    return talk


def test_what_happens_meanwhile_is_asked_of_not_yet_only(full):
    def asked():
        return "/tekst/outcome/meanwhile/" in at(full, "outcome").text

    assert asked() is False
    full.text("outcome", "verdict", "not_yet")
    assert asked() is True
    full.text("outcome", "meanwhile", "We stoppen ermee")
    full.text("outcome", "verdict", "yes")
    assert asked() is True  # what was written can still be reached


def test_what_is_asked_before_closing_is_not_asked_in_the_step(full):
    shown = at(full, "outcome").text
    assert [key for key in ("ourselves", "explain", "spoken") if f"/{key}/" in shown] == []


def test_reasons_are_ticked_and_shown_with_their_dots(weighed):
    weighed.go("outcome")
    weighed.add("arguments", text="Niet gewogen")
    row = weighed.rows[1]
    shown = at(weighed, "outcome")
    order = re.findall(r'id="reason-([^"]+)"', shown.text)
    assert order[:2] == [str(one.pk) for one in weighed.rows]
    shown.submit(f"{row.pk}/keuze/", decisive="yes")
    assert f"/stap/outcome/#rij-{row.pk}" in shown.url
    board = page(weighed.board(), "board", weighed)
    picked = board[board.index("board-picked") :]
    assert ("Oneens" in picked, "Eens" in words(picked), "<circle" in picked) == (True, False, True)


def test_agreement_is_typed_in_one_row(talk):
    at(talk, "outcome").submit("/afspraken/", what="Bord kopen", who="Conciërge", due="2027-01-08")
    at(talk, "outcome").submit("/voorwaarden/", text="Geen geluid", owner="ICT", due="")
    shown = words(at(talk, "outcome").text)
    assert ("Bord kopen" in shown, "Geen geluid" in shown) == (True, True)


def test_minority_view_is_read_back_until_its_words_change(talk):
    row = talk.add("minority_views", text="Ik niet")
    at(talk, "outcome").submit(f"{row.pk}/keuze/", read_back="yes")
    row.refresh_from_db()
    assert row.read_back is True
    shown = at(talk, "outcome", f"?bewerk={row.pk}")
    shown.submit(f"minderheid/{row.pk}/", text="Ik liever niet")
    row.refresh_from_db()
    assert (row.text, row.read_back) == ("Ik liever niet", None)


def withdraw(talk, name, row):
    slug = {"minority_views": "minderheid", "conditions": "voorwaarden"}[name]
    url = reverse("sessions:withdrawal", args=[talk.id, "outcome", slug, row.pk])
    return talk.leader.client().post(url)


def test_withdrawn_view_is_forgotten(talk):
    row = talk.add("minority_views", text="Geheimwoord")
    with talk.writing() as write:
        row.edit(write, {"text": "Geheimwoord anders"}, 1)
    at(talk, "outcome").submit(f"{row.pk}/intrekking/")
    assert MinorityView.everything.count() == 0
    kept = str(list(Change.objects.values_list("before", "after")))
    assert "Geheimwoord" not in kept
    assert Change.objects.filter(action="withdraw").count() == 1


def test_nothing_is_withdrawn_once_the_talk_is_closed(talk):
    row = talk.add("minority_views", text="Ik niet")
    assert withdraw(talk, "conditions", talk.add("conditions", text="Mits")).status_code == 404
    talk.close()
    assert withdraw(talk, "minority_views", row).status_code == 403
    assert MinorityView.objects.count() == 1


# When to look again


def review(talk, **data):
    return talk.leader.client().post(reverse("sessions:review", args=[talk.id]), data)


@pytest.mark.parametrize(
    ("months", "day"),
    [("3", (2027, 2, 28)), ("6", (2027, 5, 30)), ("12", (2027, 11, 30))],
)
def test_day_to_look_again_counts_from_the_talk(talk, months, day):
    with talk.writing() as write:
        write.session.held_on = datetime.date(2026, 11, 30)
        write.touch()
    assert review(talk, months=months).status_code == 303
    assert talk.session.review_on == datetime.date(*day)


def test_day_to_look_again_is_typed_or_taken_away(talk):
    review(talk, review_on="2027-05-03")
    assert talk.session.review_on == datetime.date(2027, 5, 3)
    review(talk, **{"review_on": "", "initial-review_on": "2027-05-03"})
    assert talk.session.review_on is None


def test_wrong_day_is_said_beside_the_field(talk):
    response = review(talk, review_on="ooit")
    assert (response.status_code, talk.session.review_on) == (422, None)
    assert "ooit" in response.content.decode()


def test_day_that_somebody_else_set_is_not_overwritten(talk):
    review(talk, review_on="2027-05-03")
    response = review(talk, **{"review_on": "2027-06-01", "initial-review_on": ""})
    assert (response.status_code, talk.session.review_on) == (422, datetime.date(2027, 5, 3))


# The first feeling beside the last


def feel(talk, step, phones, *feelings):
    room.open_round(talk.lead, talk.step(step), "intuition")
    item = Item.objects.get(round__session=talk.id, round__step=step, round__state="open")
    for phone, feeling in zip(phones, feelings, strict=True):
        room.give_ballot(phone.access, talk.step(step), {item.pk: feeling})


@pytest.fixture
def felt(talk):
    """Four phones said what they felt first, and now; not shown yet."""
    talk.phones = [talk.phone() for _ in range(4)]
    talk.go("question")
    feel(talk, "question", talk.phones, 1, 2, 4, 5)
    talk.go("outcome")
    feel(talk, "outcome", talk.phones, 4, 4, 4, 5)
    return talk


def test_feelings_are_shown_together_and_nobody_is_named(felt):
    screens = [(felt.board(), "board"), (felt.phones[0], "phone")]
    assert [page(*screen, felt).count('class="feelings"') for screen in screens] == [0, 0]
    felt.reveal("outcome")
    for screen in screens:
        shown = words(page(*screen, felt))
        assert "Eerst 1 1 0 1 1" in shown
        assert "Nu 0 0 0 3 1" in shown
        assert "Twee van de vier kijken er nu anders naar." in shown


def test_of_fewer_than_three_it_is_not_told_how_many_moved(talk):
    phones = [talk.phone() for _ in range(2)]
    talk.go("question")
    feel(talk, "question", phones, 1, 2)
    talk.go("outcome")
    feel(talk, "outcome", phones, 4, 2)
    talk.reveal("outcome")
    shown = words(page(talk.board(), "board", talk))
    assert ("Eerst 1 1 0 0 0" in shown, "kijkt er nu anders naar" in shown) == (True, False)


def hands(talk, **data):
    url = reverse("sessions:moved", args=[talk.id, "outcome"])
    return talk.leader.client().post(url, data)


def test_hands_say_how_many_moved_where_there_are_no_phones(talk):
    talk.go("outcome")
    room.open_round(talk.lead, talk.step("outcome"), "intuition")
    assert hands(talk, moved="2", asked="5").status_code == 303
    talk.reveal("outcome")
    last = Round.objects.get(session=talk.id)
    assert (last.moved, last.asked) == (2, 5)


@pytest.mark.parametrize(
    "typed",
    [
        {"moved": "6", "asked": "5"},
        {"moved": "2", "asked": ""},
        {"moved": "1", "asked": "2"},
        {"moved": "veel", "asked": "5"},
    ],
)
def test_hands_that_cannot_be_are_refused(talk, typed):
    talk.go("outcome")
    room.open_round(talk.lead, talk.step("outcome"), "intuition")
    response = hands(talk, **typed)
    last = Round.objects.get(session=talk.id)
    assert (response.status_code, last.moved, last.asked) == (422, None, None)
    assert f'value="{typed["moved"]}"' in response.content.decode()


def test_hands_may_still_be_counted_once_it_is_shown(talk):
    talk.go("outcome")
    room.open_round(talk.lead, talk.step("outcome"), "intuition")
    talk.reveal("outcome")
    step = reverse("sessions:step", args=[talk.id, "outcome"])
    assert 'name="moved"' in talk.leader.client().get(step).content.decode()
    board = talk.board()
    before = page(board, "board", talk)
    assert hands(talk, moved="2", asked="5").status_code == 303
    assert Round.objects.get(session=talk.id).moved == 2
    assert page(board, "board", talk) != before


def test_hands_do_not_tell_what_ballots_tell(felt):
    assert hands(felt, moved="1", asked="4").status_code == 403
    with pytest.raises(Refused):
        room.tell_moved(felt.lead, felt.step("outcome"), 1, 4)


# Once it is closed


def test_closed_board_tells_the_essence_as_it_was_closed(talk):
    talk.text("outcome", "verdict", "yes_if")
    talk.text("outcome", "answer", "Alleen in de gang.")
    talk.add("conditions", text="Een bord bij de ingang")
    board = talk.board()
    talk.close()
    shown = page(board, "board", talk)
    told = words(shown[shown.index('<div class="essence') :])
    assert told.startswith(
        f"Onze vraag was: {cast.QUESTION} Ons antwoord: ja, mits. Alleen in de gang. "
        "Mits: Een bord bij de ingang."
    )
    assert "QR-code naar het verslag" in shown


# Much of it


def test_two_hundred_arguments_can_be_placed_chosen_and_picked(talk):
    who = talk.add("stakeholders", name="Ouders")
    Argument.everything.bulk_create(
        Argument(
            session=talk.session,
            step="arguments",
            position=at,
            side="for" if at % 2 else "against",
            text=f"Argument {at}",
            first=uuid.uuid4().hex,
            stakeholder=who,
        )
        for at in range(200)
    )
    assert at(talk, "arguments", "?veeg").text.count("sweep-row") == 200
    assert at(talk, "weighing").text.count('class="tick"') == 200
    assert at(talk, "outcome").text.count('class="tick"') == 200
    assert (Stakeholder.objects.count(), Value.objects.count()) == (1, 0)
