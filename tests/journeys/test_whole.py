"""The whole of it: from the evening before to what the school did with the answer."""

import re

import pytest
from playwright.sync_api import expect

from sessions.models import Action, Version
from tests import cast

from .people import words_of
from .test_time import later

QUESTION = (
    "Is het goed dat onze school ouders van groep 5 elke dag in een app toetsresultaten laat zien?"
)
ON_TIME = "Ouders zien op tijd dat hun kind vastloopt"
NO_SURPRISE = "Het rapport is geen verrassing meer"
PRESSURE = "Een kind voelt elke dag druk"
FEW_READ = "Niet elke ouder kan cijfers lezen"


@pytest.fixture
def reads(axe):
    """Everybody can read this screen: as it is, and in the dark."""

    def check(*people) -> None:
        for somebody in people:
            axe(somebody.page, themes=True)

    return check


def prepare(leader) -> None:
    """The evening before: all that stands in the preparation, part by part."""
    leader.part("question")
    leader.writes("question", "Mag het?")
    leader.sees("Hier kun je nog naar kijken")
    leader.writes("question", QUESTION)
    leader.part("check")
    leader.writes("emotion", "Ouders zijn blij, leraren onrustig.")
    leader.writes("at_stake", "Rust voor kinderen die nog leren.")
    leader.writes("harm", "Een kind dat thuis druk voelt.")
    # The law comes before anyone is invited, and what stands in its way is told there too.
    leader.part("law")
    leader.chooses("legal", "Er is geen wettelijke grond")
    leader.part("table")
    expect(leader.page.locator("#stop-table .notice")).to_contain_text("Stop hier")
    leader.chooses("legal", "We kennen niets wat in de weg staat")
    expect(leader.page.locator("#stop-table .notice")).to_have_count(0)
    leader.writes("legal_note", "De privacyfunctionaris keek mee.")
    leader.adds("add-feiten", "list-feiten", text="De app laat elk antwoord zien")
    leader.part("when")
    leader.fills("Op welke dag?", "2099-03-12")
    leader.fills("Vanaf hoe laat?", "15:30")
    leader.fills("Tot hoe laat?", "17:30")
    leader.press("Bewaar dag en tijd")
    leader.part("table")
    leader.page.get_by_label("Medewerker", exact=True).check()
    leader.adds("add-genodigden", "list-genodigden", function="Leraar van groep 5")
    leader.part("mandate")
    leader.chooses("mandate", "We geven advies")
    leader.writes("decider", "De directeur")
    leader.writes("readers", "Team en ouders van groep 5")
    leader.chooses("council", "Die krijgt het te horen")
    leader.fills("Uiterlijk op welke dag?", "2099-04-17")
    leader.press("Bewaar deze dag")
    leader.part("invitation")
    expect(leader.text("invitation").get_by_role("textbox")).to_have_value(
        re.compile("toetsresultaten.*12 maart 2099", re.DOTALL)
    )
    day = leader.saves_file("Voor in je agenda (.ics)").path().read_bytes()
    assert b"DTSTART;TZID=Europe/Amsterdam:20990312T153000" in day


def hand_in_values(phones) -> None:
    chosen = (
        ("Privacy", "Contact", "Ruimte voor fouten"),
        ("Privacy", "Contact", "Gelijke kansen"),
        ("Privacy", "Transparantie", "Zorg"),
    )
    for phone, names in zip(phones, chosen, strict=True):
        phone.chooses_values(*names)
        phone.sees_title("Je waarden zijn binnen")


@pytest.mark.once
def test_evening_before_until_what_was_promised_is_done(team, reads):
    leader = team.leader()
    leader.starts_with_example(QUESTION)
    prepare(leader)
    reads(leader)
    # when: the day is there, and everybody comes in
    board = team.board()
    board.open(leader.link_for_board())
    leader.open(leader.talk)
    phones = one, two, three = [team.phone() for _ in range(3)]
    for phone in phones:
        phone.join(leader.code)
        phone.sees_title("Je doet mee")
    leader.sees("3 telefoons doen mee")
    leader.press("Begin het gesprek")
    board.sees_step("Vraag")
    board.sees(QUESTION, "We geven advies", "De directeur", "17 april 2099")
    # 1. The question: what each feels first, alone
    leader.writes("why-now", "De app staat na de vakantie klaar.")
    leader.press("Vraag ieders eerste gevoel")
    for phone, feeling in zip(phones, ("Ja", "Eerder ja", "Nee"), strict=True):
        phone.feels(feeling)
    leader.sees_ready("3 van 3 klaar")
    # 2. Facts
    leader.brings_group_to("Feiten")
    for screen in (board, *phones):
        screen.sees("Feiten")
        screen.sees_not("Eerder ja")
    leader.adds("add-assumption", "list-assumption", text="Ouders kijken elke dag")
    leader.adds("add-unknown", "list-unknown", text="Wat vinden kinderen ervan?", owner="Leraar")
    board.sees("De app laat elk antwoord zien", "Ouders kijken elke dag", "Leraar")
    # 3. Who is touched: typed, and by a suggestion
    leader.brings_group_to("Betrokkenen")
    leader.types("betrokkenen", "Leerlingen: fouten mogen maken")
    leader.press("Ouders")
    leader.toggles("Leerlingen", "Niet aan tafel", "Door ons bedacht")
    leader.toggles("Ouders", "Aan tafel")
    board.sees("Niet aan tafel: Leerlingen", "Door ons bedacht")
    # 4. Values: three each alone, five together
    leader.brings_group_to("Waarden")
    leader.press("Laat ieder drie waarden kiezen")
    hand_in_values(phones)
    leader.sees_ready("3 van 3 klaar")
    leader.press("Toon alle waarden")
    board.sees("3 keer gekozen")
    five = ("Privacy", "Contact", "Gelijke kansen", "Ruimte voor fouten", "Transparantie")
    for name in five:
        leader.toggles(name, "Deze nemen we mee")
    leader.sees("5 van 5 gekozen")
    leader.toggles("Privacy", "Komt onder druk")
    leader.row("Privacy").get_by_role("textbox").fill("Niet alles hoeft naar huis")
    leader.row("Privacy").get_by_role("textbox").press("Enter")
    board.sees("5 van 5 gekozen", "Niet alles hoeft naar huis", "Komt onder druk")
    # 5. Arguments: alone, together, and then each in its place
    leader.brings_group_to("Argumenten")
    leader.press("Laat iedereen alleen schrijven")
    one.argues("Voor", ON_TIME)
    two.argues("Tegen", PRESSURE)
    three.argues("Tegen", FEW_READ)
    for phone in phones:
        phone.is_ready()
    leader.sees_ready("3 van 3 klaar")
    board.sees_not(ON_TIME)
    leader.press("Toon alle argumenten")
    leader.argues("for", NO_SURPRISE)
    leader.adds("add-opties", "list-opties", title="Alleen het doel, zonder cijfers")
    for screen in (leader, board):
        screen.sees(ON_TIME, NO_SURPRISE, PRESSURE, FEW_READ)
    leader.sweeps(
        {
            ON_TIME: ("Ouders", "Transparantie", "Een aanname"),
            NO_SURPRISE: ("Ouders", "Contact", "Een oordeel"),
            PRESSURE: ("Leerlingen", "Ruimte voor fouten", "Een aanname"),
            FEW_READ: ("Ouders", "Gelijke kansen", "Een feit"),
        }
    )
    # 6. Weighing: what deserves it, alone, at once, in a second round
    leader.brings_group_to("Afweging")
    leader.ticks(ON_TIME, PRESSURE, FEW_READ)
    leader.sees("3 gekozen")
    leader.press("Laat iedereen alleen wegen")
    for phone, (on_time, pressure, few_read) in zip(
        phones, ((5, 1, 3), (4, 5, 3), (4, 4, 3)), strict=True
    ):
        phone.weighs(tijd=on_time, druk=pressure, cijfers=few_read)
    leader.sees_ready("3 van 3 klaar")
    board.sees_not("Hier verschillen jullie het meest")
    leader.press("Toon alle gewichten")
    for screen in (leader, board):
        screen.sees("Hier verschillen jullie het meest")
        expect(screen.page.locator(".argument-apart")).to_contain_text(PRESSURE)
    leader.sees("Niet gewogen: 1 argument")
    leader.fills("Wat zei dit gesprek erover?", "Een doel geeft minder druk.")
    leader.press("Bewaar wat het gesprek zei")
    leader.sees("Een doel geeft minder druk.")
    leader.press("Weeg nog een keer")
    for phone, pressure in zip(phones, (4, 5, 4), strict=True):
        phone.weighs(tijd=4, druk=pressure, cijfers=3)
    leader.sees_ready("3 van 3 klaar")
    leader.press("Toon alle gewichten")
    for screen in (leader, board):
        screen.sees("Eén van de drie weegt anders dan de vorige keer.")
    reads(leader, board, one)
    # 7. The answer, and what is agreed
    leader.brings_group_to("Antwoord en afspraken")
    leader.chooses("verdict", "Ja, mits")
    leader.writes("answer", "Alleen het doel, en geen cijfers.")
    leader.part("part-reasons")
    leader.ticks(PRESSURE, FEW_READ)
    board.sees("Ja, mits", "Wat de doorslag gaf", PRESSURE)
    leader.part("part-voorwaarden")
    leader.adds(
        "add-voorwaarden", "list-voorwaarden", text="Cijfers staan uit", owner="Ict-coördinator"
    )
    leader.part("part-minderheid")
    leader.adds(
        "add-minderheid",
        "list-minderheid",
        would_change_if="Als kinderen zeggen dat het hen onrustig maakt",
        text="Ik wil de cijfers zelf kunnen zien",
    )
    leader.ticks("Teruggelezen: zo is het bedoeld")
    leader.part("part-afspraken")
    leader.adds(
        "add-afspraken", "list-afspraken", what="Ouders bellen", who="Leraar", due="2099-05-29"
    )
    leader.part("part-review")
    leader.press("Over een half jaar")
    leader.sees("Kijk opnieuw op")
    board.sees(
        "Ja, mits", "Alleen het doel, en geen cijfers.", "Cijfers staan uit", "Ouders bellen"
    )
    leader.press("Vraag ieders gevoel van nu")
    for phone, feeling in zip(phones, ("Eerder ja", "Eerder ja", "Eerder nee"), strict=True):
        phone.feels(feeling, then="Je gevoel van nu is binnen")
    leader.sees_ready("3 van 3 klaar")
    leader.press("Toon begin en einde")
    for screen in (leader, board, *phones):
        screen.sees("Twee van de drie kijken er nu anders naar.")
    reads(leader, board, one)
    # and: they look back, and close
    leader.page.locator("#room").get_by_role("link", name="Sluit het gesprek af").click()
    leader.part("blind-spots")
    leader.part("check")
    leader.writes("ourselves", "Ja, de meesten van ons.")
    leader.part("evaluation")
    leader.writes("learned", "Ouders vroegen om een gesprek.")
    reads(leader)
    leader.press("Sluit het gesprek af")
    expect(leader.page).to_have_url(re.compile("/verslag/$"))
    board.sees("Het gesprek is gesloten")
    reads(leader, board)
    report = words_of(leader.downloads())
    for words in (
        QUESTION, "De directeur", "De privacyfunctionaris keek mee.", "Wat vinden kinderen ervan?",
        "fouten mogen maken", "Niet alles hoeft naar huis", ON_TIME, NO_SURPRISE, PRESSURE,
        "Een doel geeft minder druk.", "Ja, mits", "Alleen het doel, en geen cijfers.",
        "Cijfers staan uit", "Ouders bellen", "Ik wil de cijfers zelf kunnen zien",
        "Twee van de drie kijken er nu anders naar.", "Ja, de meesten van ons.",
    ):  # fmt: skip
        assert words in report
    # and: explain it to parents, in words of their own and without one part
    leader.follow("Bekijk en verander de uitleg")
    leader.sees_title("De uitleg voor ouders")
    leader.page.wait_for_load_state()  # it saves itself from then on
    part = leader.page.locator("section#child")
    part.get_by_role("textbox").fill("Je kind ziet het doel eerder dan jij.")
    expect(leader.page.locator("#explaining-paper")).to_contain_text("eerder dan jij")
    leader.page.locator("section#contact").get_by_role("button", name="Laat dit deel weg").click()
    leader.sees("Dit deel is weggelaten")
    told = words_of(leader.saves_file("Download de uitleg (PDF)").path().read_bytes())
    assert "Je kind ziet het doel eerder dan jij." in told
    assert "Ict-coördinator" not in told
    # then: the director decides, in another browser
    director = team.somebody()
    director.open(leader.link_for("decider"))
    director.sees("Lees het verslag.", "Alleen het doel, en geen cijfers.")
    director.follow("Leg het besluit vast")
    director.page.get_by_label("Overgenomen", exact=True).check()
    director.fills("Waarom?", "De voorwaarde is helder.")
    director.press("Leg dit besluit vast")
    director.sees("Overgenomen", "De voorwaarde is helder.")
    assert Version.objects.filter(session=leader.id).count() == 2
    # and: the teacher ticks off what was promised, in a third
    teacher = team.somebody()
    teacher.open(leader.link_for("promises"))
    promise = teacher.page.locator(".promise", has_text="Ouders bellen")
    done = promise.get_by_role("button", name="Gedaan", exact=True)
    done.click()
    expect(done).to_have_attribute("aria-pressed", "true")
    assert Action.objects.get(session=leader.id).state == "done"
    director.reloads()
    director.sees("Van 1 van de 3 afspraken")


@pytest.mark.once
def test_talk_on_slips_cards_and_raised_hands(team):
    talk = team.talk(QUESTION, method="ethiekkompas")
    leader, board = team.leading(talk), team.showing(talk)
    leader.press("Begin het gesprek")
    # 1. Each folds a slip with what they feel first; the slips stay folded
    leader.press("Vraag ieders eerste gevoel")
    leader.sees("Briefjes kunnen dichtgevouwen blijven tot het einde. Typ ze dan in.")
    board.sees("Ieder zegt alleen wat het eerste gevoel is")
    leader.brings_group_to("Feiten")
    leader.adds("add-fact", "list-fact", text="De app laat elk antwoord zien")
    leader.brings_group_to("Betrokkenen")
    leader.types("betrokkenen", "Leerlingen: fouten mogen maken")
    # 4. Values from slips, with how many chose each
    leader.brings_group_to("Waarden")
    for line, voices in (("Privacy: niet alles hoeft naar huis", 4), ("Stilte", 1)):
        leader.fills("Hoeveel mensen kozen deze alleen? (mag leeg blijven)", str(voices))
        leader.types("waarden", line)
    board.sees("4 keer gekozen", "1 keer gekozen")
    leader.toggles("Privacy", "Deze nemen we mee", "Komt onder druk")
    # 5. and 6. Arguments aloud, weights on cards
    leader.brings_group_to("Argumenten")
    leader.argues("for", ON_TIME)
    leader.argues("against", PRESSURE)
    leader.sees_arguments("for", ON_TIME)
    leader.sees_arguments("against", PRESSURE)
    leader.brings_group_to("Afweging")
    leader.press("Laat iedereen alleen wegen")
    leader.follow("Tel opgestoken kaarten")
    for words, cards in ((ON_TIME, {3: 1, 4: 4}), (PRESSURE, {1: 2, 5: 3})):
        for weight, count in cards.items():
            leader.fills(f"Kaarten met {weight}: {words}", str(count))
    leader.press("Bewaar de kaarten")
    board.sees_not("Hier verschillen jullie het meest")
    leader.press("Toon alle gewichten")
    leader.sees("5 mensen hebben gewogen")
    expect(board.page.locator(".argument-first")).to_contain_text(PRESSURE)
    # 7. The slips of the beginning beside those of now, and who moved by raised hands
    leader.brings_group_to("Antwoord en afspraken")
    leader.chooses("verdict", "Nog niet")
    leader.writes("meanwhile", "De koppeling blijft uit.")
    leader.press("Vraag ieders gevoel van nu")
    leader.part("part-slips")
    leader.fills("Opgestoken handen", "3")
    leader.fills("Van hoeveel mensen", "5")
    leader.press("Bewaar deze aantallen")
    for link, slips in (
        ("Typ de briefjes van het begin over", {"Ja": 3, "Eerder nee": 2}),
        ("Typ de briefjes van nu over", {"Eerder ja": 5}),
    ):
        leader.looks_at("Antwoord en afspraken")
        leader.part("part-slips")
        leader.follow(link)
        for answer, count in slips.items():
            leader.fills(f"Briefjes met {answer}", str(count))
        leader.press("Bewaar de briefjes")
        expect(leader.page).to_have_url(re.compile("/stap/"))
    leader.looks_at("Antwoord en afspraken")
    leader.press("Toon begin en einde")
    for screen in (leader, board):
        screen.sees("Drie van de vijf kijken er nu anders naar.")
    leader.closes()
    report = words_of(leader.downloads())
    for words in (
        "niet alles hoeft naar huis", ON_TIME, PRESSURE, "Nog niet", "De koppeling blijft uit.",
        "5 gewichten: 3× gewicht 5, 2× gewicht 1.", "Drie van de vijf kijken er nu anders naar.",
    ):  # fmt: skip
        assert words in report


def test_team_stops_early_and_compares_the_first_feeling_another_day(team):
    talk = team.talk(QUESTION, method="ethiekkompas")
    leader, board = team.leading(talk), team.showing(talk)
    phones = [team.joined(talk) for _ in range(3)]
    leader.press("Begin het gesprek")
    # given: an end time, which divides the minutes over the steps
    leader.unfolds("Kies een eindtijd")
    leader.fills("Hoe laat moeten jullie klaar zijn?", later(110))
    leader.press("Zet de eindtijd")
    expect(leader.page.locator("#step-time")).to_contain_text("ongeveer 15 minuten, tot")
    leader.press("Vraag ieders eerste gevoel")
    for phone, feeling in zip(phones, ("Ja", "Nee", "Nee"), strict=True):
        phone.feels(feeling)
    leader.sees_ready("3 van 3 klaar")
    # when: they have to go sooner, and in the end at once
    leader.brings_group_to("Feiten")
    leader.unfolds("Klaar om")
    leader.fills("Hoe laat moeten jullie klaar zijn?", later(19))
    leader.press("Zet de eindtijd")
    expect(leader.page.locator("#step-time")).to_contain_text("ongeveer 3 minuten, tot")
    expect(leader.page.locator("#rail .step").last).to_contain_text(f"tot {later(19)[:3]}")
    leader.unfolds("Klaar om")
    leader.follow("Stop nu, en ga een andere dag verder")
    leader.fills("Wat zien jullie nu wat jullie eerst niet zagen?", "We weten te weinig.")
    leader.fills("Op welke dag gaan jullie verder?", "2099-01-31")
    leader.press("Bewaar het en ga die dag verder")
    board.sees("We gaan verder op zaterdag 31 januari")
    # then: that day they go on where they were, and what each felt first is still unseen
    leader.press("Ga nu verder met Feiten")
    board.sees_step("Feiten")
    leader.looks_at("Antwoord en afspraken")
    expect(leader.text("answer").get_by_role("textbox")).to_have_value("We weten te weinig.")
    leader.press("Breng de groep hierheen")
    verdict = leader.text("verdict").get_by_label("Geen antwoord, wel een inzicht", exact=True)
    expect(verdict).to_be_checked()
    leader.press("Vraag ieders gevoel van nu")
    for phone, feeling in zip(phones, ("Ja", "Nee", "Ik weet het niet"), strict=True):
        phone.feels(feeling, then="Je gevoel van nu is binnen")
    leader.sees_ready("3 van 3 klaar")
    leader.press("Toon begin en einde")
    for screen in (leader, board, *phones):
        screen.sees("Eén van de drie kijkt er nu anders naar.")
    leader.closes()
    report = words_of(leader.downloads())
    for words in ("Geen antwoord, wel een inzicht", "We weten te weinig.", "Eén van de drie"):
        assert words in report


@pytest.mark.once
def test_two_hundred_arguments_are_typed_placed_chosen_and_weighed(team):
    team.talk(QUESTION, method="ethiekkompas")
    many = [f"Argument nummer {n} van de stapel" for n in range(1, 201)]
    talk = cast.Talk.brought_in(
        {
            "format": "kompas-session",
            "version": 1,
            "method": "ethiekkompas",
            "question": QUESTION,
            "stakeholders": [{"name": "Ouders"}],
            "values": [{"name": "Privacy", "core": "autonomie"}],
            "arguments": [
                {"side": "against" if n % 2 else "for", "text": text} for n, text in enumerate(many)
            ],
        }
    )
    talk.go("arguments")
    leader, board, phone = team.leading(talk), team.showing(talk), team.joined(talk)
    leader.argues("for", "En nog een")
    board.sees("En nog een")
    leader.follow("Geef ze een plek")
    leader.sees("Nog 201 van de 201")
    leader.places("Ouders", "Privacy", "Een feit")
    leader.sees("Nog 200 van de 201")
    leader.follow("Volgend argument")
    leader.follow("Terug naar de argumenten")
    leader.sees("200 argumenten hebben nog geen")
    leader.brings_group_to("Afweging")
    ten = [f"Argument nummer {n} van" for n in range(11, 21)]
    leader.ticks(*ten)
    leader.sees("10 gekozen")
    leader.press("Laat iedereen alleen wegen")
    board.sees("Iedereen weegt alleen")
    expect(phone.page.locator(".weigh")).to_have_count(10)
    phone.weighs(**{"nummer 11": 5, "nummer 20": 1})
    leader.press("Toon alle gewichten")
    leader.sees("1 persoon heeft gewogen", "Niet gewogen: 191 argumenten")
    for screen in (leader, board, phone):
        expect(screen.page.locator(".ranked > li")).to_have_count(10)
        width = screen.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1], f"{screen} has to scroll sideways"
    leader.brings_group_to("Antwoord en afspraken")
    leader.part("part-reasons")
    leader.ticks(ten[0])
    leader.chooses("verdict", "Nee")
    leader.closes()
    report = words_of(leader.downloads())
    for words in (*many, "En nog een"):
        assert words in report
