"""A whole talk, from the question to the PDF, in the ways in which a team may hold it."""

from io import BytesIO

from pypdf import PdfReader

QUESTION = "Is het goed dat we ‘slimme’ camera’s in de gang hangen?"


def words_of(pdf: bytes) -> str:
    """The text of a PDF, with every run of white space as one space."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


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
    leader.page.get_by_label("Wie krijgt hiermee te maken?").fill("Leerlingen")
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
    leader.press("Toon alle wegingen")
    board.sees("2 mensen hebben gewogen.")
    for screen in (leader, board):
        first = screen.page.locator(".argument-apart")
        screen.sees("Hier verschillen jullie het meest")
        assert "Bekeken worden maakt onvrij" in first.inner_text()
    for phone in phones:
        phone.sees_title("Dit zijn alle wegingen")
    # and: agree on an answer
    leader.brings_group_to("Antwoord en afspraken")
    leader.chooses_verdict("Ja, mits")
    leader.writes("answer", "Alleen bij de kluisjes.")
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
        "2 wegingen: 1× gewicht 5, 1× gewicht 4.",
        "2 wegingen: 1× gewicht 5, 1× gewicht 2.",
    ):
        assert words in report
