"""A room with a board, a laptop and five phones, in which everything happens that happens."""

import re

from playwright.sync_api import expect

from sessions.models import Argument, Ballot, Seat

from .people import Phone
from .test_accidents import UNSENT_PHONE


def types(phone: Phone, side: str, words: str) -> None:
    """Type an argument and do not give it yet."""
    phone.page.get_by_label(side, exact=True).check()
    phone.page.get_by_label("Jouw argument").fill(words)


def has_typed(phone: Phone, words: str) -> None:
    expect(phone.page.get_by_label("Jouw argument")).to_have_value(words)


def test_room_of_five_loses_nothing_whatever_happens(team):
    talk = team.talk()
    talk.go("arguments")
    leader, board = team.leading(talk), team.showing(talk)
    one, two, three, four = phones = [team.phone() for _ in range(4)]
    for phone in phones:
        phone.join(leader.code)
        phone.sees("Praat mee, en kijk naar het bord.")
    leader.sees("4 telefoons doen mee")
    leader.press("Laat iedereen alleen schrijven")

    # One comes late, in the middle of it, and gives like the others.
    late = team.phone()
    late.join(leader.code)
    leader.sees("5 telefoons doen mee")
    for phone, words in ((one, "Van een"), (two, "Van twee"), (late, "Van wie later kwam")):
        phone.argues("Voor", words)
        phone.is_ready()
    leader.sees_ready("3 van 5 klaar")

    # The group looks elsewhere for a moment, while somebody is typing.
    types(three, "Tegen", "Nog niet af")
    leader.looks_at("Betrokkenen")
    leader.press("Breng de groep hierheen")
    board.sees_step("Betrokkenen")
    two.sees("Praat mee, en kijk naar het bord.")
    has_typed(three, "Nog niet af")
    leader.looks_at("Argumenten")
    leader.press("Breng de groep hierheen")
    board.sees_step("Argumenten")
    two.sees_title("Je bent klaar")
    has_typed(three, "Nog niet af")
    three.page.get_by_label("Jouw argument").fill("Nu wel af")
    three.press("Geef dit argument")
    three.sees("Je gaf 1 argument")
    three.is_ready()
    leader.sees_ready("4 van 5 klaar")

    # A phone loses its connection, and gives all the same.
    four.loses_connection()
    types(four, "Voor", "Zonder verbinding")
    four.press("Geef dit argument")
    four.sees(UNSENT_PHONE)
    four.gets_connection()
    four.sees("Je gaf 1 argument")
    four.is_ready()
    leader.sees_ready("5 van 5 klaar")

    # A phone is gone for good; who had it comes in with another one.
    four.context.close()
    team.everybody.remove(four)
    again = team.phone()
    again.join(leader.code)
    again.press("Ik sla over")
    leader.sees_ready("6 van 6 klaar")
    leader.unfolds("Hoeveel mensen doen mee?")
    leader.page.locator("#awaited [name=expected]").fill("5")
    leader.press("Stel het aantal in")
    leader.sees("Dat is 1 meer dan je verwacht.")

    # It is shown while one is offline, with something typed.
    types(three, "Voor", "Te laat bedacht")
    three.loses_connection()
    three.press("Geef dit argument")
    three.sees(UNSENT_PHONE)
    leader.press("Toon alle argumenten")
    given = {"Van een", "Van twee", "Van wie later kwam", "Nu wel af", "Zonder verbinding"}
    for words in given:
        for screen in (leader, board, one, late, again):
            screen.sees(words)
    three.gets_connection()
    three.sees("Deze ronde is niet meer open.")
    expect(three.page.get_by_label("Je tekst")).to_have_value("Te laat bedacht")
    assert set(Argument.objects.filter(session=talk.id).values_list("text", flat=True)) == given

    # Weighed by all that are there; who was offline is whole again.
    three.follow("Verberg dit")
    leader.brings_group_to("Afweging")
    leader.press("Laat iedereen alleen wegen")
    there = [one, two, three, late, again]
    for weight, phone in enumerate(there, 1):
        phone.sees_title("Hoe zwaar telt elk argument voor jou?")
        for words in given:
            phone.weigh(words).get_by_role("radio", name=re.compile(f"^{weight}")).check()
        phone.press("Geef mijn gewichten")
        phone.sees_title("Je gewichten zijn binnen")
    leader.sees_ready("5 van 5 klaar")
    leader.press("Toon alle gewichten")
    for screen in (board, *there):
        screen.sees("Van wie later kwam")
    assert Ballot.objects.filter(round__session=talk.id, round__step="weighing").count() == 5
    assert Seat.objects.filter(session=talk.id).count() == 6
