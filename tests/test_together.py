"""Who else is behind a laptop: a scribe, a second facilitator; and the facilitator with a phone."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions import access, lifecycle, room
from sessions.models import Argument, Change, Link, Parked, Refused, Seat, Stakeholder, Text
from sessions.screen import StepScreen
from tests.cast import Browser, Talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk():
    talk = Talk()
    talk.go("arguments")
    return talk


@pytest.fixture
def scribe(talk):
    return talk.scribe()


def browser(person) -> Browser:
    one = Browser()
    one.client.cookies[person.cookie] = person.secret
    return one


def url(talk, name, *more):
    return reverse(f"sessions:{name}", args=[talk.id, *more])


def post(person, talk, name, *more, **data):
    return person.client().post(url(talk, name, *more), data)


# The scribe


def test_scribe_is_brought_to_where_the_group_is(talk, scribe):
    page = browser(scribe).open(url(talk, "session"))
    assert page.url == url(talk, "step", "arguments")
    assert "Je bent notulist" in page.text


def test_scribe_types_rows_texts_and_what_is_parked(talk, scribe):
    page = browser(scribe).open(url(talk, "step", "arguments"))
    page.submit("/argumenten/", holds={"side": "for"}, text="Het kalmeert")
    page.submit("/parkeerplaats/", text="De fietsenstalling")
    page.open(url(talk, "step", "outcome")).submit("/outcome/answer/", body="Alleen in de gang.")
    assert Argument.objects.get().text == "Het kalmeert"
    assert Parked.objects.get().text == "De fietsenstalling"
    assert Text.objects.get(prompt="answer").body == "Alleen in de gang."
    roles = Change.objects.exclude(thing__in=["link", "room"]).values_list("role", flat=True)
    assert set(roles) == {"scribe"}


def test_scribe_marks_rows_but_does_not_choose_what_is_weighed(talk, scribe):
    talk.add("stakeholders", name="Leerlingen", interest="Zich vrij voelen")
    argument = talk.add("arguments", text="Het kalmeert")
    row = Stakeholder.objects.get()
    more = ("stakeholders", "betrokkenen", row.pk)
    assert post(scribe, talk, "choice", *more, origin="heard").status_code == 303
    more = ("arguments", "argumenten", argument.pk)
    assert post(scribe, talk, "choice", *more, kind="fact").status_code == 303
    assert post(scribe, talk, "choice", *more, chosen="yes").status_code == 403
    argument.refresh_from_db()
    assert (Stakeholder.objects.get().origin, argument.kind, argument.chosen) == (
        "heard",
        "fact",
        None,
    )
    shown = scribe.client().get(url(talk, "step", "weighing")).content.decode()
    assert ("Het kalmeert" in shown, 'name="chosen"' in shown) == (True, False)


@pytest.mark.parametrize(
    ("step", "prompt", "back"),
    [
        ("-", "title", ""),
        ("-", "title", "question"),
        ("-", "mandate", "-"),
        ("-", "legal", "-"),
        ("-", "legal", ""),
        ("-", "explained_answer", "outcome"),
    ],
)
def test_scribe_writes_no_text_of_another_page_than_a_step(talk, scribe, step, prompt, back):
    if prompt.startswith("explained"):
        from sessions.steps.whole import TEXTS

        prompt = next(name for name, one in TEXTS.items() if one.after_closing)
    data = {"body": "advice", "version": 0, "back": back}
    assert post(scribe, talk, "text", step, prompt, **data).status_code == 403
    assert not Text.objects.filter(prompt=prompt).exists()


def test_scribe_writes_what_the_law_says_where_the_facts_are(talk, scribe):
    data = {"body": "Gevraagd aan de FG", "version": 0, "back": "facts"}
    assert post(scribe, talk, "text", "-", "legal_note", **data).status_code == 303
    assert Text.objects.get(prompt="legal_note").body == "Gevraagd aan de FG"


@pytest.mark.parametrize(
    ("slug", "back"),
    [("genodigden", "arguments"), ("genodigden", ""), ("parkeerplaats", "--")],
)
def test_scribe_adds_no_row_on_another_page_than_a_step(talk, scribe, slug, back):
    data = {"id": str(uuid.uuid4()), "function": "Directeur", "text": "Later", "back": back}
    assert post(scribe, talk, "contributions", "-", slug, **data).status_code == 403


def test_scribe_has_no_button_that_leads(talk, scribe):
    phone = talk.phone()
    talk.open("arguments")
    talk.argue(phone, "Geheimwoord")
    for step in talk.session.steps:
        shown = browser(scribe).open(url(talk, "step", step.key))
        actions = {form["action"] for form in forms(shown)}
        led = ("kamer", "ronde", "verzegeling", "onthulling", "weggooien", "verwachting")
        led += ("klok", "deur", "zelf-meedoen", "opnieuw", "verschil", "intrekking", "planning")
        assert [one for one in actions if one.rstrip("/").endswith(led)] == []
        assert "Geheimwoord" not in shown.text
    for path in links(browser(scribe).open(url(talk, "step", "outcome"))):
        assert scribe.client().get(path).status_code < 400, path


def forms(page):
    from tests.cast import Forms

    return Forms(page.text).found


def links(page):
    """Where this page leads within the talk."""
    from tests.cast import Forms

    found = Forms(page.text).links
    return [link.split("#")[0] for link in found if link.startswith("/gesprekken/")]


def test_scribe_sees_where_the_group_is_and_not_the_code(talk, scribe):
    shown = scribe.client().get(url(talk, "step", "facts")).content.decode()
    assert "Ga naar Arguments" in shown
    assert talk.session.code not in shown


def test_link_of_the_scribe_ends_at_four_at_night(talk, scribe):
    link = Link.objects.get(role="scribe")
    four = timezone.localtime(link.expires_at)
    assert (four.hour, four.minute) == (4, 0)
    assert link.expires_at - timezone.now() <= datetime.timedelta(days=1)


def test_links_page_says_what_a_scribe_can_do_and_makes_a_link(talk):
    page = browser(talk.leader).open(url(talk, "links"))
    assert "Een notulist vult op een tweede laptop teksten en lijsten in." in page.text
    assert "Samen leiden" in page.text
    assert "Overdragen" in page.text
    page.submit("/links/", role="scribe")
    assert "Een link voor de notulist" in page.text
    assert Link.objects.filter(role="scribe").count() == 1


def test_scribe_of_a_closed_talk_reads_and_writes_nothing(talk, scribe):
    talk.close()
    shown = scribe.client().get(url(talk, "step", "arguments"))
    assert (shown.status_code, "Open het gesprek weer" in shown.content.decode()) == (200, False)
    data = {"id": str(uuid.uuid4()), "side": "for", "text": "Te laat"}
    response = post(scribe, talk, "contributions", "arguments", "argumenten", **data)
    assert (response.status_code, Argument.objects.count()) == (403, 0)


# Two who type in one field


def test_scribe_and_facilitator_in_one_text_lose_nothing(talk, scribe):
    mine, theirs = (
        browser(one).open(url(talk, "step", "outcome")) for one in (talk.leader, scribe)
    )
    mine.submit("/outcome/answer/", body="Van de gespreksleider")
    response = theirs.client.post(
        theirs.form("/outcome/answer/")["action"],
        {**theirs.form("/outcome/answer/")["fields"], "body": "Van de notulist"},
    )
    shown = response.content.decode()
    assert response.status_code == 409
    assert ("Van de gespreksleider" in shown, "Van de notulist" in shown) == (True, True)
    assert Text.objects.get(prompt="answer").body == "Van de gespreksleider"


# A second facilitator


def test_second_facilitator_takes_over(talk):
    second = talk.with_link("facilitator")
    first = talk.leader.access.link
    room.move_room(second.access, "weighing")
    lifecycle.revoke_link(second.access, first.pk)
    with pytest.raises(access.NoGrant):
        _ = talk.leader.access
    assert talk.session.room_step == "weighing"


# The facilitator takes part


def take_seat(person, talk, **more):
    client = person.client()
    response = client.post(url(talk, "own_seat"), {"key": "k" * 43, **more})
    return client, response


def test_facilitator_takes_a_seat_on_this_device_also_when_the_room_is_locked(talk):
    room.lock_room(talk.lead, True)
    client, response = take_seat(talk.leader, talk)
    assert (response.status_code, response["Location"]) == (303, url(talk, "phone"))
    assert client.get(url(talk, "phone")).status_code == 200
    assert Seat.objects.filter(session=talk.id).count() == 1


def test_pressing_twice_is_one_seat(talk):
    first, _ = take_seat(talk.leader, talk)
    take_seat(talk.leader, talk)  # before the first answer was there
    first.post(url(talk, "own_seat"), {"key": "z" * 43})  # again, later
    first.post(url(talk, "own_seat"))
    assert Seat.objects.filter(session=talk.id).count() == 1


def test_others_stay_outside_of_a_locked_room(talk):
    room.lock_room(talk.lead, True)
    with pytest.raises(Refused):
        talk.phone()


def test_closed_talk_has_no_seat_to_take(talk):
    talk.close()
    _client, response = take_seat(talk.leader, talk)
    assert (response.status_code, Seat.objects.count()) == (403, 0)


def test_laptop_does_not_show_what_its_own_phone_gave(talk):
    client, _ = take_seat(talk.leader, talk)
    talk.open("arguments")
    data = {"id": str(uuid.uuid4()), "side": "for", "text": "Geheimwoord"}
    response = client.post(url(talk, "own", "arguments"), data)
    assert response.status_code == 303
    assert Argument.everything.get().author != ""
    assert "Geheimwoord" in client.get(url(talk, "phone")).content.decode()
    for name in ("step", "preview", "board", "overview", "close", "links"):
        more = ["arguments"] if name == "step" else []
        shown = client.get(url(talk, name, *more))
        assert (name, shown.status_code) == (name, 200)
        assert (name, "Geheimwoord" in shown.content.decode()) == (name, False)
    assert Change.objects.filter(thing="arguments").count() == 0


# What phones see


def test_preview_shows_what_a_phone_shows_and_gives_nothing(talk):
    phone = talk.phone()
    talk.open("arguments")
    talk.argue(phone, "Geheimwoord")
    shown = talk.leader.client().get(url(talk, "preview")).content.decode()
    assert "Zo ziet een telefoon het nu." in shown
    assert "Wat pleit ervoor, en wat ertegen?" in shown or "Jouw argument" in shown
    assert '<fieldset class="preview" disabled>' in shown
    assert ("Geheimwoord" in shown, "Je gaf" in shown) == (False, False)
    # Nothing that keeps, restores or sends what is typed is there.
    assert [
        name for name in ("keep.js", "outbox.js", "htmx", "press.js") if f"{name}" in scripts(shown)
    ] == []


def scripts(shown):
    return " ".join(line for line in shown.splitlines() if "<script" in line)


def test_preview_follows_the_talk_as_phones_do(talk):
    client = talk.leader.client()
    first = client.get(url(talk, "preview"))
    again = client.get(url(talk, "preview"), headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    talk.go("facts")
    after = client.get(url(talk, "preview"), headers={"If-None-Match": first["ETag"]})
    assert (after.status_code, '<strong class="arrives">Facts' in after.content.decode()) == (
        200,
        True,
    )


@pytest.mark.parametrize("step", ["question", "values", "weighing", "outcome"])
def test_preview_of_every_round(talk, step):
    talk.add("arguments", text="Het kalmeert")
    talk.open(step)
    for act in (None, room.seal_round):
        if act:
            act(talk.lead, talk.step(step))
        response = talk.leader.client().get(url(talk, "preview"))
        assert response.status_code == 200
    assert StepScreen(talk.lead, talk.step(step)).waiting_round is not None or step == "question"


def test_preview_before_the_start_and_after_the_end():
    talk = Talk()
    client = talk.leader.client()
    assert "Je doet mee" in client.get(url(talk, "preview")).content.decode()
    talk.go("question")
    talk.close()
    assert "Bedankt voor het meedenken." in client.get(url(talk, "preview")).content.decode()
