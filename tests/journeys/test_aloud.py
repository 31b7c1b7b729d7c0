"""A talk as a screen reader tells it: what is said by itself, and what stands there then."""

import pytest
from playwright.sync_api import expect

from .people import Somebody

pytestmark = pytest.mark.once


def says(words: str, *people: Somebody) -> None:
    for somebody in people:
        expect(somebody.page.locator("#voice")).to_have_text(words)


def reads(somebody: Somebody, where: str, tree: str) -> None:
    """The accessibility tree of a part of the page holds this, in this order."""
    expect(somebody.page.locator(where)).to_match_aria_snapshot(tree)


def test_whoever_does_not_see_the_screens_hears_what_happens(team):
    talk = team.talk(method="ethiekkompas")
    talk.add("arguments", text="Minder diefstal")
    talk.add("arguments", text="Bekeken worden", side="against")
    leader, board, phone = team.leading(talk), team.showing(talk), team.joined(talk)
    reads(
        phone,
        "main",
        """
        - paragraph: Wacht tot het gesprek begint, en kijk naar het bord.
        - status:
          - heading "Je doet mee" [level=1]
          - paragraph: Wat je alleen geeft, komt zonder naam op het bord.
        """,
    )
    # when: the group begins
    leader.press("Begin het gesprek")
    says("De groep is nu bij Vraag.", board, phone)
    reads(board, "aside", '- paragraph: Stap 1 van 7\n- heading "Vraag" [level=2]')
    reads(phone, "header", "- strong: Vraag")
    # and when: something is asked of each
    leader.press("Vraag ieders eerste gevoel")
    says("Ieder zegt alleen wat het eerste gevoel is", board, phone)
    reads(
        phone,
        "main",
        """
        - heading "Wat is je eerste gevoel?" [level=1]
        - group "Jouw antwoord":
          - radio "Nee"
          - radio "Eerder nee"
          - radio "Ik weet het niet"
          - radio "Eerder ja"
          - radio "Ja"
        - button "Geef mijn antwoord"
        - button "Ik sla over"
        """,
    )
    phone.feels("Eerder ja")
    reads(board, "aside", "- text: 1 van 1 klaar")
    # and when: the group weighs
    talk.go("weighing")
    says("De groep is nu bij Afweging.", leader, board, phone)
    leader.looks_at("Afweging")
    talk.open("weighing")
    says("Iedereen weegt alleen", leader, board, phone)
    reads(
        phone,
        "main",
        """
        - heading "Hoe zwaar telt elk argument voor jou?" [level=1]
        - group "Minder diefstal":
          - radio "1 , telt bijna niet"
          - radio "2"
          - radio "3"
          - radio "4"
          - radio "5 , telt heel zwaar"
        """,
    )
    phone.weighs(Minder=5, Bekeken=2)
    # and when: the input is closed, opened again, and closed
    for _ in range(2):
        leader.press("Sluit de invoer")
        says("De invoer is gesloten. Jullie wachten tot het getoond wordt.", leader, board, phone)
        reads(phone, "main", '- heading "De invoer is gesloten" [level=1]')
        leader.press("Open de invoer weer")
        says("Iedereen weegt alleen", leader, board, phone)
    leader.press("Sluit de invoer")
    # and when: it is shown, as one moment
    talk.reveal("weighing")
    says("Het is nu getoond.", leader, board, phone)
    reads(
        phone,
        "main",
        """
        - heading "Dit zijn alle gewichten" [level=1]
        - list:
          - listitem:
            - 'img "1 gewicht: 1× gewicht 5."'
        """,
    )
    # and when: the connection goes, and comes back
    phone.loses_connection()
    phone.has_lost_connection()
    reads(phone, "#offline", "- status: /Geen verbinding/")
    phone.gets_connection()
    phone.has_connection()
    # and when: the talk is closed
    leader.page.close()
    talk.close("discard")  # the feeling of the beginning is not asked again
    says("Het gesprek is gesloten.", board, phone)
    reads(phone, "main", '- heading "Bedankt voor het meedenken." [level=1]')
