"""Every page in every state that differs: WCAG 2.2 AA in both themes, and no wider than 320 px."""

import datetime
from collections.abc import Callable, Iterator

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from kompas.accounts.models import Membership, Organisation, Role, User
from reports.kept import Failed
from sessions import access, room, tables
from sessions.lifecycle import newest_method
from sessions.models import Link, MinorityView, Session, Text, Value
from tests import cast
from tests.cast import Person, Talk

from .people import Somebody

pytestmark = pytest.mark.once

STICKS_OUT = """() => [...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > 321)
    .map(one => `${one.tagName} ${one.className} ${one.innerText}`.slice(0, 80))"""


@pytest.fixture
def looks(axe: Callable) -> Callable[..., None]:
    """Look at a page, or at the one that is shown already, as everybody may see it."""

    def look(somebody: Somebody, path: str = "", *, status: int = 200) -> None:
        page = somebody.page
        if path:
            response = page.goto(somebody.server + path)
            assert response is not None
            assert (path, response.status) == (path, status)
        axe(page, themes=True)
        size = page.viewport_size
        page.set_viewport_size({"width": 320, "height": 640})
        width = page.evaluate("document.documentElement.scrollWidth")
        wide = page.evaluate(STICKS_OUT) if width > 320 else []
        assert width <= 320, f"{page.url} is {width} px wide on a screen of 320: {wide}"
        page.set_viewport_size(size)

    return look


def test_pages_before_a_talk(team, looks):
    call_command("load_examples", verbosity=0)
    somebody = team.leader(service_workers="block")
    looks(somebody, "/vragen/?sector=po")
    looks(somebody, "/start/ethiekkompas/?vraag=camera-schoolplein")
    for path in ("/", "/voorbeelden/", "/inlezen/", "/start/kort-kompas/", "/meedoen/", "/gewist/"):
        looks(somebody, path)
    looks(somebody, "/offline/")
    example = access.examples()[0]
    looks(somebody, f"/gesprekken/{example.pk}/verslag/")
    looks(somebody, f"/gesprekken/{example.pk}/kopie/")
    looks(somebody, f"/gesprekken/{example.pk}/oefening/")


def test_pages_that_refuse(team, looks, monkeypatch):
    somebody = team.leader(service_workers="block")
    somebody.open("/start/kort-kompas/")
    somebody.press("Begin dit gesprek")
    somebody.sees("Typ eerst jullie vraag.")
    looks(somebody)
    somebody.open("/meedoen/")
    somebody.page.get_by_label("Code").fill("ABCDEF")
    somebody.press("Meedoen")
    somebody.sees("Deze code is niet in gebruik.")
    looks(somebody)
    somebody.open("/inlezen/")
    somebody.press("Lees dit gesprek in")
    somebody.sees("Kies eerst een bestand.")
    looks(somebody)
    talk = team.talk()
    looks(somebody, f"/gesprekken/{talk.id}/", status=403)
    looks(somebody, f"/gesprekken/{talk.id}/link/{'A' * 43}/", status=403)
    looks(somebody, "/nergens/", status=404)
    board = talk.board()
    team.grant(somebody, board)
    looks(somebody, f"/gesprekken/{talk.id}/stap/question/", status=403)
    Link.objects.filter(session=talk.id, role=Link.Role.BOARD).update(expires_at=timezone.now())
    looks(somebody, f"/gesprekken/{talk.id}/bord/", status=403)
    # The token of a form that stood open for too long.
    somebody.open("/start/kort-kompas/")
    somebody.context.clear_cookies()
    somebody.page.get_by_label("Wat is jullie vraag?").fill("Mag het?")
    somebody.press("Begin dit gesprek")
    somebody.sees_title("Deze pagina stond te lang open")
    looks(somebody)
    monkeypatch.setattr("kompas.throttle.exceeded", lambda *args: True)
    looks(somebody, f"/gesprekken/{talk.id}/link/{'A' * 43}/", status=429)

    def broken(*args: object) -> None:
        raise RuntimeError("broken for this test")

    monkeypatch.setattr("sessions.access.examples", broken)
    looks(somebody, "/voorbeelden/", status=500)


def test_pages_of_what_is_kept(team, looks):
    school = Organisation.objects.create(name="De Verzonnen School", slug="school", keep_talks=12)
    user = User.objects.create_user("beheer@school.example", "een lang wachtwoord", name="Bea")
    for role in (Role.ADMINISTRATOR, Role.FACILITATOR):
        Membership.objects.create(user=user, organisation=school, role=role)
    today, talk = timezone.localdate(), team.talk()
    nearly = today - datetime.timedelta(days=350)
    cast.stand(talk, school, user, changed_on=nearly)
    gone = team.talk()
    Session.objects.filter(pk=gone.id).update(organisation=school, removed_on=today)
    somebody = team.leader(service_workers="block")
    client = Client()
    client.force_login(user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    somebody.context.add_cookies([{**cookie, "url": team.server}])
    looks(somebody, "/organisaties/school/bewaren/?keep_weights=3&keep_talks=6")
    looks(somebody, "/organisaties/school/meenemen/")
    looks(somebody, "/account/gegevens/")
    looks(somebody, "/account/gewist/")
    # From the first look at what goes to a choice, with a mistake on the way.
    somebody.open("/organisaties/school/bewaren/")
    somebody.page.get_by_label("Hoeveel maanden bewaren jullie de gewichten?").fill("0")
    somebody.press("Bekijk wat er weggaat")
    looks(somebody)
    somebody.page.get_by_label("Hoeveel maanden bewaren jullie de gewichten?").fill("6")
    somebody.press("Bekijk wat er weggaat")
    somebody.press("Stel dit zo in")
    somebody.sees("Bewaard. Dit geldt vanaf nu.")
    school.refresh_from_db()
    assert school.keep_weights == 6
    # At the talk itself, and beside what seems to point to somebody.
    talk.add("arguments", text="Bel Sanne Bakker op 0612345678.")
    leader = team.leading(talk, "arguments", service_workers="block")
    leader.sees("Hier lijkt een naam en een telefoonnummer in te staan.")
    looks(leader)
    looks(leader, f"/gesprekken/{talk.id}/links/")


def test_pages_of_the_evening_before(team, looks):
    talk = team.talk("Hoe?")
    leader = team.leading(talk)
    page = f"{leader.talk}voorbereiding/"
    talk.text("", "legal", "forbidden")
    talk.add("invited", function="Ouder uit de medezeggenschapsraad", group="parent", number=2)
    talk.go("question")
    for part in ("question", "check", "law", "when", "table", "naming", "mandate", "invitation"):
        looks(leader, f"{page}?deel={part}")
    leader.open(f"{page}?deel=when")
    leader.page.get_by_label("Vanaf hoe laat?").fill("15:30")
    leader.page.get_by_label("Tot hoe laat?").fill("15:30")
    leader.press("Bewaar dag en tijd")
    leader.sees("Kies een tijd na het begin.")
    looks(leader)


def test_pages_of_the_facilitator(team, looks, monkeypatch):
    talk = team.talk()
    leader = team.leading(talk, service_workers="block")

    def step(key: str, query: str = "") -> None:
        looks(leader, f"{leader.talk}stap/{key}/{query}")

    for one in talk.session.steps:
        step(one.key)
    for path in ("links/?nieuw", "links/", "gegevens/", "sluiting/", "kopie/", "verslag/"):
        looks(leader, leader.talk + path)
    leader.open(f"{leader.talk}links/")
    leader.press("Maak een link voor het bord")
    leader.sees("Een link voor het bord")
    looks(leader)
    # A row opened, one taken away, a change that came too late
    talk.add("stakeholders", name="Leerlingen", interest="Zich vrij voelen", at_table=False)
    gone = talk.add("stakeholders", name="Buren")
    row = talk.add("arguments", text="Minder diefstal")
    talk.add("arguments", text="Bekeken worden", side="against")
    talk.add("conditions", text="Een bord bij de ingang", owner="Conciërge")
    talk.text("question", "context", "Een.")
    talk.text("question", "context", "Twee.")
    step("question")
    step("stakeholders", f"?bewerk={gone.pk}")
    leader.press("Haal weg")
    leader.sees("Weggehaald of samengevoegd: 1")
    looks(leader)
    step("arguments", f"?bewerk={row.pk}")
    step("outcome")
    looks(leader, f"{leader.talk}tekst/question/context/eerder/")
    # Rounds
    talk.go("arguments")
    phone = talk.phone()
    talk.open("arguments")
    talk.argue(phone, "Alleen gegeven")
    step("arguments")
    looks(leader, f"{leader.talk}sluiting/")
    step("weighing")
    talk.reveal("arguments")
    step("arguments")
    talk.go("weighing")
    talk.open("weighing")
    talk.weigh(phone, 5, 2, 1)
    step("weighing")
    for path in ("kaarten/", "doorgeven/", "doorgegeven/"):
        looks(leader, f"{leader.talk}stap/weighing/{path}")
    leader.open(f"{leader.talk}stap/weighing/doorgeven/")
    leader.press("Lever mijn gewichten in")
    leader.sees("Geef ten minste één argument een gewicht.")
    looks(leader)
    talk.reveal("weighing")
    step("weighing")
    # Closed
    talk.text("outcome", "verdict", "yes_if")
    talk.text("outcome", "answer", "Alleen in de gang.")
    talk.close()
    for one in talk.session.steps:
        step(one.key)
    for path in ("gegevens/", "heropening/", "verslag/", "links/"):
        looks(leader, leader.talk + path)

    def fails(*args: object) -> None:
        raise Failed

    monkeypatch.setattr("reports.views.keep", fails)
    looks(leader, f"{leader.talk}verslag.pdf", status=503)


def rounds(talk: Talk) -> Iterator[str]:
    """Go through a talk, one state that a screen of the room may show after the other."""
    first, second = talk.phone(), talk.phone()
    yield "begin"
    for key in ("question", "stakeholders"):
        talk.go(key)
        yield key
    talk.add("stakeholders", name="Leerlingen", interest="Zich vrij voelen", at_table=False)
    yield "stakeholders"
    talk.go("arguments")
    talk.open("arguments")
    yield "alone"
    talk.argue(first, "Minder diefstal")
    talk.argue(second, "Bekeken worden", side="against")
    yield "given"
    talk.reveal("arguments")
    yield "revealed"
    talk.go("weighing")
    yield "weighing"
    talk.open("weighing")
    yield "weigh"
    talk.weigh(first, 5, 1)
    talk.weigh(second, 5, 5)
    yield "weighed"
    talk.reveal("weighing")
    yield "weights"
    talk.go("outcome")
    talk.text("outcome", "verdict", "yes_if")
    talk.text("outcome", "answer", "Alleen in de gang.")
    talk.add("conditions", text="Een bord bij de ingang", owner="Conciërge")
    yield "outcome"
    talk.close()
    yield "closed"


def first_steps(talk: Talk) -> Iterator[str]:
    """The first four steps of a whole talk, one state after the other: each gives its step."""
    first, second = talk.phone(), talk.phone()
    talk.text("", "mandate", "advice")
    talk.text("", "decider", "De directeur")
    talk.go("question")
    talk.open("question")
    yield "question"
    talk.go("facts")
    for kind in ("fact", "assumption", "unknown", ""):
        talk.add("facts", text="Er zijn drie dingen weg", kind=kind, owner="Conciërge")
    talk.text("", "legal", "personal_data")
    yield "facts"
    talk.go("stakeholders")
    talk.add("stakeholders", name="Leerlingen", interest="Zich vrij voelen", origin="imagined")
    talk.add("stakeholders", name="Ouders", at_table=False)
    yield "stakeholders"
    talk.go("values")
    talk.open("values")
    yield "values"
    talk.choose_values(first, "Privacy", "Stilte")
    talk.choose_values(second, "Privacy", "Zorg")
    talk.reveal("values")
    yield "values"
    with talk.writing() as write:
        for row in Value.objects.filter(session=talk.id, name__in=["Privacy", "Stilte"]):
            row.mark(write, chosen=True, effect="both")
    yield "values"


def test_first_steps_on_every_screen(team, looks):
    talk = team.talk(method="ethiekkompas")
    leader = team.leading(talk, service_workers="block")
    board = team.showing(talk, service_workers="block")
    phone = team.joined(talk, service_workers="block")
    for step in first_steps(talk):
        looks(leader, f"{leader.talk}stap/{step}/")
        looks(board, f"/gesprekken/{talk.id}/bord/")
        looks(phone, f"/gesprekken/{talk.id}/meedoen/")
        if step == "question":
            phone.feels("Eerder ja")
            looks(phone)
            for path in ("kaarten/", "doorgeven/"):
                looks(leader, f"{leader.talk}stap/question/{path}")
        if step == "values" and phone.page.locator("#give").count():
            phone.press("Geef mijn waarden")
            phone.sees("Kies ten minste één waarde.")
            looks(phone)
    leader.unfolds("Waarden om uit te kiezen")
    looks(leader)


def test_board_in_every_state(team, looks):
    talk = team.talk()
    board = team.showing(talk, service_workers="block")
    for _ in rounds(talk):
        looks(board, f"/gesprekken/{talk.id}/bord/")


def test_phone_in_every_state(team, looks):
    talk = team.talk()
    phone = team.joined(talk, service_workers="block")
    for state in rounds(talk):
        looks(phone, f"/gesprekken/{talk.id}/meedoen/bord/")
        looks(phone, f"/gesprekken/{talk.id}/meedoen/")
        if state == "alone":
            phone.press("Geef dit argument")
            phone.sees("Kies voor of tegen.")
            looks(phone)
            phone.argues("Voor", "Van deze telefoon")
            looks(phone)
            looks(phone, f"/gesprekken/{talk.id}/meedoen/?bewerk=1")
            phone.unfolds("Neem dit argument terug")
            phone.press("Ja, neem het terug")
            looks(phone)
            phone.press("Ik sla over")
            phone.sees_title("Je slaat dit over")
            looks(phone)
        if state == "weigh":
            phone.press("Ik sla over")
            phone.sees_title("Je slaat deze ronde over")
            looks(phone)
    looks(phone, f"/gesprekken/{talk.id}/verslag/")


def test_phone_that_came_too_late(team, looks):
    talk = team.talk()
    talk.go("arguments")
    talk.open("arguments")
    phone = team.joined(talk, service_workers="block")
    phone.page.get_by_label("Voor", exact=True).check()
    phone.page.get_by_label("Jouw argument").fill("Net te laat")
    talk.reveal("arguments")
    phone.press("Geef dit argument")
    phone.sees("Deze ronde is niet meer open.")
    looks(phone)


def test_theme_and_language_are_chosen_and_kept(team, axe):
    somebody = team.leader()
    somebody.open("/")
    somebody.press("donker")
    expect(somebody.page.locator("html")).to_have_attribute("data-theme", "dark")
    axe(somebody.page)
    somebody.press("English")
    expect(somebody.page.locator("html")).to_have_attribute("lang", "en")
    axe(somebody.page)
    somebody.open("/voorbeelden/")
    expect(somebody.page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(somebody.page.locator("html")).to_have_attribute("lang", "en")


def test_page_for_when_there_is_no_connection(team, axe):
    somebody = team.leader()
    somebody.open("/")
    somebody.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    somebody.loses_connection()
    somebody.open("/voorbeelden/")
    somebody.sees_title("Er is geen verbinding")
    # In style: its own sheets and type came along.
    assert somebody.page.evaluate("document.fonts.check('16px \"Atkinson Hyperlegible Next\"')")
    axe(somebody.page)
    somebody.gets_connection()
    somebody.follow("Probeer het opnieuw")
    somebody.sees_title("Voorbeelden")


def test_time_pause_and_looking_back(team, looks):
    """A talk of one's own end time, behind its plan, stopped for today, and looked back on."""
    call_command("load_methods", verbosity=0)
    talk = Talk(of=newest_method("ethiekkompas"))
    pupils = talk.add("stakeholders", name="Leerlingen", at_table=False)
    trust = talk.add("values", name="Vertrouwen", core="menselijkheid")
    talk.add("arguments", text="Wie bekeken wordt, durft minder", stakeholder=pupils, value=trust)
    talk.add("facts", text="Wie kijkt er mee?", kind="unknown")
    talk.add("parked", text="Wat doen we met telefoons in de pauze?")
    talk.go("values")
    now = timezone.localtime()
    earlier = [(now + datetime.timedelta(minutes=by)).time() for by in (-100, 20)]
    Session.objects.filter(pk=talk.id).update(begins=earlier[0], ends=earlier[1])
    leader, board = (
        team.leading(talk, service_workers="block"),
        team.showing(talk, service_workers="block"),
    )
    leader.sees("In het plan duurde deze stap tot")
    leader.unfolds("Klaar om")
    leader.unfolds("Hulp bij deze stap")
    looks(leader)
    looks(leader, f"{leader.talk}overzicht/")
    leader.open(f"{leader.talk}sluiting/")
    for part in leader.page.locator("details.more").all():
        part.locator("summary").first.click()
    looks(leader)
    leader.open(f"{leader.talk}pauze/")
    leader.press("Bewaar het en ga die dag verder")
    leader.sees("Kies eerst een dag.")
    looks(leader)
    leader.page.get_by_label("Op welke dag gaan jullie verder?").fill("2099-01-31")
    leader.press("Bewaar het en ga die dag verder")
    leader.sees_title("Jullie gaan verder op zaterdag 31 januari")
    looks(leader)
    board.sees("We gaan verder op zaterdag 31 januari")
    looks(board)
    looks(team.joined(talk, service_workers="block"))
    looks(leader, f"{leader.talk}stap/values/")


def test_pages_beside_the_talk(team, looks):
    talk = team.talk(method="ethiekkompas")
    talk.add("arguments", text="Minder diefstal")
    talk.go("arguments")
    leader, scribe = team.leading(talk, service_workers="block"), team.leader()
    team.grant(scribe, talk.scribe())
    giver, other = talk.phone(), talk.phone()
    preview, phone = f"{leader.talk}telefoon/", f"{leader.talk}meedoen/"
    for step in talk.session.steps:
        looks(scribe, f"{leader.talk}stap/{step.key}/")
    for step in ("arguments", "values", "outcome"):
        room.open_round(talk.lead, talk.step(step), "contributions")
        looks(leader, preview)
        if step == "arguments":
            talk.argue(giver, "Alleen gegeven")
        if step == "values":
            talk.choose_values(giver, "Vrijheid")
        room.seal_round(talk.lead, talk.step(step))
        looks(leader, f"{leader.talk}stap/{step}/")
        looks(leader, preview)
        for person in (giver, other):
            looks(team.joined(talk, person), phone)
        looks(team.showing(talk))
        talk.reveal(step)
    looks(leader, f"{leader.talk}stap/arguments/")
    looks(leader, f"{leader.talk}links/")
    leader.press("Maak een link voor de notulist")
    looks(leader)


def test_pages_of_several_tables(team, looks):
    talk = team.talk()
    leader, board, phone = team.leading(talk), team.showing(talk), team.phone()
    tables_page = f"/gesprekken/{talk.id}/tafels/"
    looks(leader, tables_page)
    tables.make(talk.lead, 7)
    looks(leader, tables_page)
    code = talk.session.code
    looks(board, f"/gesprekken/{talk.id}/bord/")
    looks(phone, f"/meedoen/{code}/tafels/")
    looks(phone, f"/meedoen/{code}/tafels/2/")
    first = talk.session.family[0]
    tables.give_link(talk.lead, first, "t" * 43)
    lead = Person(first.pk, access.FACILITATOR, "t" * 43)
    with first.writing(lead.access) as write:
        outcome = first.step_of_kind("outcome")
        Text.put(write, outcome, "verdict", "no", 0)
        Text.put(write, outcome, "answer", "Een hek doet hetzelfde.", 0)
        MinorityView(step=outcome, text="Het kan best.").add(write)
    talk.go(talk.session.step_of_kind("outcome"))
    looks(board, f"/gesprekken/{talk.id}/bord/")
    looks(board, f"/gesprekken/{talk.id}/bord/?vanaf=1")
    looks(leader, f"/gesprekken/{talk.id}/sluiting/")
    looks(leader, f"/gesprekken/{talk.id}/stap/outcome/")
    leader.open(tables_page)
    leader.press("Links maken om te geven")
    looks(leader)
