"""A whole talk, from the question to the PDF, in the ways in which a team may hold it."""

import re

import pytest
from playwright.sync_api import expect

from .keyboard import Keyboard
from .people import words_of

QUESTION = "Is het goed dat we ‘slimme’ camera’s in de gang hangen?"


def test_team_goes_from_question_to_report_with_board_and_two_phones(team):
    leader = team.leader()
    leader.start(QUESTION)
    # given: everybody is in the room
    board = team.board()
    board.context.add_cookies(leader.context.cookies())
    board.open(f"{leader.talk}bord/")
    board.sees(QUESTION, f"{leader.code[:3]} {leader.code[3:]}")
    phones = [team.phone(), team.phone()]
    for phone in phones:
        phone.join(leader.code)
        phone.sees_title("Je doet mee")
    leader.sees("2 telefoons doen mee")
    # when: they begin
    leader.press("Begin het gesprek")
    board.sees_step("Vraag")
    leader.writes("context", "Er is drie keer iets gestolen.")
    board.sees("Er is drie keer iets gestolen.")
    leader.brings_group_to("Betrokkenen")
    leader.page.get_by_label("Wie raakt dit").fill("Leerlingen")
    leader.press("Voeg toe")
    board.sees("Leerlingen")
    leader.brings_group_to("Argumenten")
    # and: give arguments alone
    leader.press("Laat iedereen alleen schrijven")
    board.sees("Iedereen schrijft alleen")
    one, other = phones
    one.argues("Voor", "Minder diefstal in de gang")
    other.argues("Tegen", "Bekeken worden maakt onvrij")
    board.sees("2 argumenten zijn binnen")
    one.is_ready()
    leader.sees_ready("1 van 2 klaar")
    board.sees_ready("1 van 2 klaar")
    other.is_ready()
    leader.sees_ready("2 van 2 klaar")
    board.sees_ready("2 van 2 klaar")
    board.sees_not("Minder diefstal", "Bekeken worden")
    other.sees_not("Minder diefstal")
    # and: look at them together
    leader.press("Toon alle argumenten")
    for screen in (leader, board):
        screen.sees_arguments("for", "Minder diefstal in de gang")
        screen.sees_arguments("against", "Bekeken worden maakt onvrij")
    for phone in phones:
        phone.sees_title("Dit zijn alle argumenten")
        phone.sees("Minder diefstal in de gang", "Bekeken worden maakt onvrij")
    # and: weigh alone
    leader.brings_group_to("Afweging")
    leader.press("Laat iedereen alleen wegen")
    board.sees("Iedereen weegt alleen")
    one.weighs(Minder=5, Bekeken=2)
    other.weighs(Minder=4, Bekeken=5)
    leader.sees_ready("2 van 2 klaar")
    board.sees_ready("2 van 2 klaar")
    # then: see where they differ most
    leader.press("Toon alle gewichten")
    board.sees("2 mensen hebben gewogen.")
    for screen in (leader, board):
        first = screen.page.locator(".argument-apart")
        screen.sees("Hier verschillen jullie het meest")
        assert "Bekeken worden maakt onvrij" in first.inner_text()
    for phone in phones:
        phone.sees_title("Dit zijn alle gewichten")
    # and: agree on an answer
    leader.brings_group_to("Antwoord en afspraken")
    leader.chooses_verdict("Ja, mits")
    leader.writes("answer", "Alleen bij de kluisjes.")
    leader.opens_part("reasons")
    leader.writes("reasons", "Daar wordt gestolen.")
    board.sees("Ja, mits", "Alleen bij de kluisjes.")
    leader.closes()
    board.sees("Het gesprek is gesloten")
    for phone in phones:
        phone.sees("Bedankt voor het meedenken.", "Alleen bij de kluisjes.")
        phone.follow("Lees het verslag")
        phone.sees("Daar wordt gestolen.")
    # and: all of it is in the report
    report = words_of(leader.downloads())
    for words in (
        QUESTION,
        "Er is drie keer iets gestolen.",
        "Leerlingen",
        "Minder diefstal in de gang",
        "Bekeken worden maakt onvrij",
        "Ja, mits",
        "Alleen bij de kluisjes.",
        "Daar wordt gestolen.",
        "2 gewichten: 1× gewicht 5, 1× gewicht 4.",
        "2 gewichten: 1× gewicht 5, 1× gewicht 2.",
    ):
        assert words in report


@pytest.mark.once
def test_team_without_phones_passes_one_device_round_and_raises_cards(team):
    leader = team.leader()
    leader.start(QUESTION)
    leader.press("Begin het gesprek")
    leader.brings_group_to("Betrokkenen")
    leader.brings_group_to("Argumenten")
    leader.argues("for", "Minder diefstal")
    leader.argues("against", "Bekeken worden maakt onvrij")
    leader.sees_arguments("for", "Minder diefstal")
    leader.sees_arguments("against", "Bekeken worden maakt onvrij")
    leader.brings_group_to("Afweging")
    leader.press("Laat iedereen alleen wegen")
    # when: two give a ballot on the device that goes round
    leader.unfolds("Niet iedereen heeft een telefoon")
    leader.follow("Laat één apparaat rondgaan")
    ballot = leader.page.locator("form[data-forget]")
    for weight in (5, 2):
        # The whole form is there, and blank.
        expect(ballot.get_by_role("radio")).to_have_count(10)
        expect(ballot.get_by_role("radio", checked=True)).to_have_count(0)
        for choice in ballot.get_by_role("radio", name=re.compile(f"^{weight}")).all():
            choice.check()
        leader.press("Lever mijn gewichten in")
        leader.sees_title("Dank je. Geef het apparaat door.")
        # then: nothing of it shows any more, by no button of the browser
        leader.goes_back()
        expect(ballot).to_be_visible()
        expect(ballot.get_by_role("radio", checked=True)).to_have_count(0)
        leader.page.go_forward()
        leader.follow("Volgende persoon")
        expect(ballot).to_be_visible()
    # and when: two more raise cards
    leader.follow("Voor de gespreksleider: terug naar de stap")
    leader.sees_ready("2 klaar")
    leader.unfolds("Niet iedereen heeft een telefoon")
    leader.follow("Tel opgestoken kaarten")
    leader.page.get_by_label("Kaarten met 1: Minder diefstal").fill("2")
    leader.press("Bewaar de kaarten")
    # then: the laptop is at its step again, and goes along with it
    expect(leader.page).to_have_url(re.compile("/stap/weighing/"))
    leader.press("Toon alle gewichten")
    leader.sees("4 mensen hebben gewogen")
    leader.brings_group_to("Antwoord en afspraken")
    leader.writes("answer", "Niet in de gang.")
    leader.closes()
    report = words_of(leader.downloads())
    for words in (
        "Minder diefstal",
        "4 gewichten: 1× gewicht 5, 1× gewicht 2, 2× gewicht 1.",
        "2 gewichten: 1× gewicht 5, 1× gewicht 2.",
        "Niet in de gang.",
    ):
        assert words in report


@pytest.mark.once
def test_facilitator_holds_a_talk_by_keyboard_alone(team):
    leader = team.leader()
    keys, page = Keyboard(leader.page), leader.page
    leader.open("/")
    keys.follow("Begin met Kort kompas")
    # The question has the focus already.
    expect(page.get_by_label("Wat is jullie vraag?")).to_be_focused()
    page.keyboard.type(QUESTION)
    keys.press("Begin dit gesprek")
    leader.sees_title("Je gesprek staat klaar. Bewaar eerst deze link.")
    keys.follow("Ik heb hem bewaard. Verder met voorbereiden")
    leader.sees_title("Het gesprek voorbereiden")
    keys.to(page.locator(".actions").get_by_role("link", name="Naar het gesprek"))
    page.keyboard.press("Enter")
    keys.press("Begin het gesprek", "Space")
    leader.sees("De groep is bij")
    keys.type(leader.text("context").get_by_role("textbox"), "Drie diefstallen.")
    leader.has_saved("context")
    keys.is_somewhere()
    keys.press(re.compile("^Naar Betrokkenen"))
    leader.is_at("Betrokkenen")
    keys.type(page.get_by_label("Wie raakt dit"), "Leerlingen")
    page.keyboard.press("Enter")
    leader.sees("Leerlingen")
    expect(page.get_by_label("Wie raakt dit")).to_be_focused()
    page.keyboard.type("Ouders")
    page.keyboard.press("Enter")
    expect(page.locator(".item")).to_have_count(2)
    keys.press(re.compile("^Naar Argumenten"))
    leader.is_at("Argumenten")
    keys.type(leader.side("for").get_by_role("textbox"), "Minder diefstal")
    page.keyboard.press("Enter")
    page.keyboard.type("Het stelt gerust")
    page.keyboard.press("Enter")
    keys.type(leader.side("against").get_by_role("textbox"), "Bekeken worden")
    page.keyboard.press("Enter")
    leader.sees_arguments("for", "Minder diefstal", "Het stelt gerust")
    leader.sees_arguments("against", "Bekeken worden")
    keys.is_somewhere()
    keys.press(re.compile("^Naar Afweging"))
    leader.is_at("Afweging")
    keys.press("Laat iedereen alleen wegen")
    # With no phone in the room this stands open already.
    keys.to(page.get_by_text("Niet iedereen heeft een telefoon"))
    keys.follow("Laat één apparaat rondgaan")
    leader.sees_title("Hoe zwaar telt elk argument voor jou?")
    for weigh in page.locator(".weigh").all():
        keys.to(weigh.get_by_role("radio").first)
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
    keys.press("Lever mijn gewichten in")
    keys.follow("Iedereen heeft gewogen")
    leader.sees_ready("1 klaar")
    keys.press("Toon alle gewichten")
    leader.sees("1 persoon heeft gewogen")
    keys.press(re.compile("^Naar Antwoord"))
    leader.is_at("Antwoord en afspraken")
    keys.to(leader.text("verdict").get_by_role("radio").first)
    page.keyboard.press("ArrowRight")
    leader.has_saved("verdict")
    keys.is_somewhere()
    keys.type(leader.text("answer").get_by_role("textbox"), "Alleen bij de kluisjes.")
    leader.has_saved("answer")
    keys.follow("Sluit het gesprek af")
    leader.sees_title("Sluit het gesprek af")
    keys.press("Sluit het gesprek af")
    leader.sees("Versie 1")
    keys.to(page.get_by_role("link", name="Verslag: PDF"))
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    report = words_of(download.value.path().read_bytes())
    for words in (
        "Drie diefstallen.", "Ouders", "Het stelt gerust", "1 gewicht: 1× gewicht 3.", "Ja, mits",
        "Alleen bij de kluisjes.",
    ):  # fmt: skip
        assert words in report


def test_phone_keeps_the_focus_when_its_screen_changes(team):
    talk = team.talk()
    talk.go("arguments")
    talk.open("arguments")
    phone = team.joined(talk)
    keys, page = Keyboard(phone.page), phone.page
    keys.to(page.get_by_label("Voor", exact=True))
    page.keyboard.press("Space")
    keys.type(page.get_by_label("Jouw argument"), "Minder diefstal")
    keys.press("Geef dit argument")
    phone.sees("Je gaf 1 argument")
    keys.is_somewhere()
    keys.press("Ik ben klaar")
    phone.sees_title("Je bent klaar")
    keys.is_somewhere()
    keys.press("Ik ben nog niet klaar")
    phone.sees_title("Wat pleit voor, en wat tegen?")
    keys.is_somewhere()
    talk.reveal("arguments")
    talk.go("weighing")
    talk.open("weighing")
    phone.sees_title("Hoe zwaar telt elk argument voor jou?")
    keys.to(page.get_by_role("radio").first)
    page.keyboard.press("ArrowRight")
    keys.press("Geef mijn gewichten")
    phone.sees_title("Je gewichten zijn binnen")
    keys.is_somewhere()


@pytest.mark.once
def test_team_holds_a_talk_without_javascript(team):
    leader = team.leader(java_script_enabled=False)
    page = leader.page

    def saves(prompt: str) -> None:
        leader.text(prompt).get_by_role("button", name="Bewaar").click()

    leader.start(QUESTION)
    leader.press("Begin het gesprek")
    leader.text("context").get_by_role("textbox").fill("Drie diefstallen.")
    saves("context")
    board = team.board(java_script_enabled=False)
    board.context.add_cookies(leader.context.cookies())
    board.open(f"{leader.talk}bord/")
    board.sees("Drie diefstallen.")
    phone = team.phone(java_script_enabled=False)
    phone.join(leader.code)
    leader.brings_group_to("Betrokkenen")
    page.get_by_label("Wie raakt dit").fill("Leerlingen")
    leader.press("Voeg toe")
    leader.sees("Leerlingen")
    leader.brings_group_to("Argumenten")
    leader.side("against").get_by_role("textbox").fill("Bekeken worden maakt onvrij")
    leader.side("against").get_by_role("button", name="Voeg toe").click()
    leader.sees_arguments("against", "Bekeken worden maakt onvrij")
    leader.press("Laat iedereen alleen schrijven")
    phone.reloads()
    phone.argues("Voor", "Minder diefstal")
    phone.is_ready()
    leader.reloads()
    leader.sees_ready("1 van 1 klaar")
    leader.press("Toon alle argumenten")
    leader.sees_arguments("for", "Minder diefstal")
    leader.brings_group_to("Afweging")
    leader.press("Laat iedereen alleen wegen")
    phone.follow("Kijk of de groep verder is")
    phone.weighs(Minder=4, Bekeken=3)
    leader.unfolds("Niet iedereen heeft een telefoon")
    leader.follow("Tel opgestoken kaarten")
    page.get_by_label("Kaarten met 1: Minder diefstal").fill("1")
    leader.press("Bewaar de kaarten")
    leader.press("Toon alle gewichten")
    leader.sees("Hier verschillen jullie het meest")
    board.reloads()
    board.sees("Hier verschillen jullie het meest")
    leader.brings_group_to("Antwoord en afspraken")
    leader.text("verdict").get_by_label("Nog niet").check()
    saves("verdict")
    expect(leader.text("verdict").get_by_label("Nog niet")).to_be_checked()
    leader.text("answer").get_by_role("textbox").fill("Eerst een kast op slot.")
    saves("answer")
    leader.closes()
    report = words_of(leader.downloads())
    for words in (
        "Drie diefstallen.", "Leerlingen", "Nog niet", "Eerst een kast op slot.",
        "2 gewichten: 1× gewicht 4, 1× gewicht 1.",
        "1 gewicht: 1× gewicht 3.",
    ):  # fmt: skip
        assert words in report
