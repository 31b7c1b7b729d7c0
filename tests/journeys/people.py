"""Who takes part in a journey, and what each can do with a browser.

Names on the screen are written out here once, so that a journey reads as what people do.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any, TypeVar

from playwright.sync_api import BrowserContext, Download, Locator, Page, Response, expect
from pypdf import PdfReader

from sessions import lifecycle
from tests import cast

METHOD = "Kort kompas"
LAPTOP = {"width": 1366, "height": 768}
BOARD = {"width": 1920, "height": 1080}
PHONE = {"width": 390, "height": 844}


def found(pattern: str, words: str) -> str:
    match = re.search(pattern, words)
    assert match, f"No {pattern} in {words}"
    return match[1]


def is_text(response: Response) -> bool:
    """Whether this answers to a text that saved itself."""
    return "/tekst/" in response.url and response.request.method == "POST"


def words_of(pdf: bytes) -> str:
    """The text of a PDF, with every run of white space as one space."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


T = TypeVar("T", bound="Somebody")
NewContext = Callable[..., BrowserContext]


class Somebody:
    """A person with a browser of their own."""

    def __init__(self, context: BrowserContext, server: str):
        self.context = context
        self.server = server
        self.page: Page = context.new_page()

    def __str__(self) -> str:
        return type(self).__name__

    def open(self, path: str) -> None:
        self.page.goto(self.server + path)

    def press(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=name).click()

    def fills(self, label: str, words: str) -> None:
        self.page.get_by_label(label, exact=True).fill(words)

    def follow(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("link", name=name).click()

    def unfolds(self, words: str) -> None:
        """Open what is folded away under these words, unless it is open."""
        summary = self.page.locator("summary").filter(has_text=words)
        if summary.evaluate("element => !element.parentElement.open"):
            summary.click()

    def saves_file(self, link: str) -> Download:
        """What the browser saves when one follows a link."""
        with self.page.expect_download() as download:
            self.follow(link)
        return download.value

    def sees(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text)

    def sees_not(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("body")).not_to_contain_text(text)

    def sees_title(self, words: str) -> None:
        expect(self.page.get_by_role("heading", name=words, level=1)).to_be_visible()

    def has_lost_connection(self) -> None:
        expect(self.page.locator("#offline")).to_be_visible()

    def has_connection(self) -> None:
        expect(self.page.locator("#offline")).to_be_hidden()

    def goes_back(self) -> None:
        self.page.go_back()

    def reloads(self) -> None:
        self.page.reload()

    def loses_connection(self) -> None:
        self.context.set_offline(True)

    def gets_connection(self) -> None:
        self.context.set_offline(False)


class Leader(Somebody):
    """The facilitator, behind a laptop."""

    id: uuid.UUID

    @property
    def talk(self) -> str:
        return f"/gesprekken/{self.id}/"

    def start(self, question: str) -> None:
        """As a guest, from the front door to the first step."""
        self.open("/")
        self.follow(f"Begin met {METHOD}")
        self.page.get_by_label("Wat is jullie vraag?").fill(question)
        self.press("Begin dit gesprek")
        self.sees_title("Je gesprek staat klaar. Bewaar eerst deze link.")
        self.id = uuid.UUID(self.page.url.split("/gesprekken/")[1][:36])
        self.follow("Ik heb hem bewaard. Verder met voorbereiden")
        self.goes_to_talk()
        self.is_at("Vraag")

    def starts_with_example(self, question: str) -> None:
        """From an example question on the front page to the preparation of a whole talk."""
        self.open("/")
        self.follow(question)
        self.follow(re.compile(f"^Ethiekkompas.*{re.escape(question)}"))
        expect(self.page.get_by_label("Wat is jullie vraag?")).to_have_value(question)
        self.press("Begin dit gesprek")
        self.sees_title("Je gesprek staat klaar. Bewaar eerst deze link.")
        self.id = uuid.UUID(self.page.url.split("/gesprekken/")[1][:36])
        self.follow("Ik heb hem bewaard. Verder met voorbereiden")
        self.sees_title("Het gesprek voorbereiden")

    def goes_to_talk(self) -> None:
        """From the preparation, where the way to the talk is always open."""
        self.sees_title("Het gesprek voorbereiden")
        self.page.locator(".actions").get_by_role("link", name="Naar het gesprek").click()

    @property
    def code(self) -> str:
        return self.page.locator(".room-join .code").inner_text()

    def is_at(self, step: str) -> None:
        self.sees_title(step)
        self.page.wait_for_load_state()  # what saves and sends by itself is there from then on

    def looks_at(self, step: str) -> None:
        self.page.locator("#rail").get_by_role("link", name=step).click()
        self.is_at(step)

    def brings_group_to(self, step: str) -> None:
        self.press(re.compile(f"^Naar {step}$"))
        self.is_at(step)

    def text(self, prompt: str) -> Locator:
        return self.page.locator(f"[id$='-{prompt}'].answer")

    def writes(self, prompt: str, words: str) -> None:
        """Type an answer and let it save itself."""
        self.page.wait_for_load_state()  # what saves by itself is there from then on
        with self.page.expect_response(is_text):
            self.text(prompt).get_by_role("textbox").fill(words)
        self.has_saved(prompt)

    def chooses(self, prompt: str, label: str) -> None:
        """Choose one of the answers and let it save itself."""
        self.page.wait_for_load_state()
        with self.page.expect_response(is_text):
            self.text(prompt).get_by_label(label, exact=True).check()
        self.has_saved(prompt)

    def has_saved(self, prompt: str) -> None:
        expect(self.text(prompt).get_by_text("Opgeslagen", exact=True)).to_be_visible()

    def opens_part(self, part: str) -> None:
        """Unfold a part of the outcome."""
        self.page.locator(f"#part-{part} > summary").click()

    def side(self, side: str) -> Locator:
        return self.page.locator(f"section:has(> #add-{side})")

    def argues(self, side: str, words: str) -> None:
        """Type an argument for the table, with Enter."""
        self.page.wait_for_load_state()
        field = self.side(side).get_by_role("textbox")
        field.fill(words)
        field.press("Enter")

    def sees_arguments(self, side: str, *words: str) -> None:
        rows = self.page.locator(f"#list-{side} > li > .words")
        expect(rows).to_have_text(list(words))

    def sees_ready(self, words: str) -> None:
        expect(self.page.locator("#room .ready-words")).to_have_text(words)

    def chooses_verdict(self, label: str) -> None:
        self.chooses("verdict", label)

    # What one does with a row or a list by clicking

    def part(self, key: str) -> Locator:
        """A part of the preparation, or of the outcome, unfolded."""
        part = self.page.locator(f"details#{key}")
        if part.get_attribute("open") is None:
            part.locator("summary").first.click()
        return part

    def row(self, words: str) -> Locator:
        return self.page.locator("li[id^='rij-']").filter(has_text=words)

    def toggles(self, row: str, *words: str) -> None:
        """Press the buttons with these words beside one row of a list."""
        for word in words:
            button = self.row(row).get_by_role("button", name=re.compile(f"^{word}"))
            button.click()
            expect(button).to_have_attribute("aria-pressed", "true")

    def ticks(self, *arguments: str) -> None:
        """Tick arguments that deserve weighing, or that decided it."""
        for words in arguments:
            tick = self.page.locator("button.tick").filter(has_text=words)
            tick.click()
            expect(tick).to_have_attribute("aria-pressed", "true")

    def types(self, slug: str, line: str) -> None:
        """A new row in one go, with what belongs to it after a colon, and Enter."""
        field = self.page.locator(f"#add-{slug} [name=line]")
        field.fill(line)
        field.press("Enter")
        expect(self.page.locator(f"#list-{slug}")).to_contain_text(line.rpartition(": ")[2])

    def adds(self, form: str, sent: str, **fields: str) -> None:
        """Fill the form of a list and send it; what is sent shows in the list."""
        one = self.page.locator(f"form#{form}")
        for name, value in fields.items():
            one.locator(f"[name={name}]").fill(value)
        one.get_by_role("button").last.click()
        expect(self.page.locator(f"#{sent}")).to_contain_text(next(iter(fields.values())))

    def places(self, *offers: str) -> None:
        """Choose what is offered for the argument that the sweep is at."""
        for words in offers:
            card = self.page.locator("#sweep-card")
            offer = card.get_by_role("button", name=words, exact=True)
            offer.click()
            expect(offer).to_have_attribute("aria-pressed", "true")

    def sweeps(self, places: Mapping[str, Sequence[str]]) -> None:
        """Say of one argument after the other whose it is, which value, and what it rests on."""
        self.follow("Geef ze een plek")
        shown = self.page.locator("#sweep-card .sweep-words")
        for left in reversed(range(len(places))):
            words = shown.inner_text()
            self.places(*places[words])
            if left:
                self.follow("Volgend argument")
                expect(shown).not_to_have_text(words)
        self.sees("Elk argument heeft een plek.")
        self.follow("Klaar, terug naar de argumenten")

    def link_for_board(self) -> str:
        """The link that opens the board on another computer."""
        self.open(f"{self.talk}links/")
        self.press("Maak een link voor het bord")
        link = self.page.locator("#issued-link").inner_text()
        return found(r"https?://[^/]+(/gesprekken/\S+/link/\S+/)", link)

    # The end, and what comes after

    def closes(self) -> None:
        self.page.locator("#room").get_by_role("link", name="Sluit het gesprek af").click()
        self.press("Sluit het gesprek af")
        expect(self.page).to_have_url(re.compile("/verslag/$"))

    def downloads(self) -> bytes:
        return self.saves_file("Verslag: PDF").path().read_bytes()

    def link_for(self, role: str) -> str:
        """The link in a letter that the facilitator makes and copies."""
        self.open(f"{self.talk}overdracht/")
        more = self.part(f"letter-{role}-more")
        more.get_by_role("button", name="Maak de link, dan kan ik de tekst kopiëren").click()
        words = self.page.locator(f"#letter-{role}").inner_text()
        expect(more.get_by_role("button", name="Kopieer de tekst")).to_be_visible()
        return found(r"https?://[^/]+(/gesprekken/\S+/link/\S+/)", words)


class Board(Somebody):
    def sees_ready(self, words: str) -> None:
        expect(self.page.locator(".board-ready .ready-words")).to_have_text(words)

    def sees_step(self, title: str) -> None:
        expect(self.page.locator(".board-step")).to_have_text(title)

    def sees_arguments(self, side: str, *words: str) -> None:
        rows = self.page.locator(f"section[aria-labelledby=side-{side}] .argument .words")
        expect(rows).to_have_text(list(words))


class Phone(Somebody):
    def join(self, code: str) -> None:
        self.open("/meedoen/")
        self.page.get_by_label("Code").fill(code)
        self.press("Meedoen")
        expect(self.page).to_have_url(re.compile("/gesprekken/.*/meedoen/$"))

    def argues(self, side: str, words: str) -> None:
        self.page.get_by_label(side, exact=True).check()
        self.page.get_by_label("Jouw argument").fill(words)
        self.press("Geef dit argument")
        expect(self.page.locator(".phone-own").get_by_text(words, exact=True)).to_be_visible()

    def looks_at(self, tab: str) -> None:
        """What one does now, or what stands on the board."""
        self.page.locator(".phone-tabs").get_by_role("link", name=tab).click()
        current = self.page.locator(".phone-tabs [aria-current=page]")
        expect(current).to_have_text(tab)

    def has_to(self, words: str) -> None:
        """What this phone says that there is to do."""
        expect(self.page.locator("#doing")).to_contain_text(words)

    def is_ready(self) -> None:
        self.press("Ik ben klaar")
        self.sees_title("Je bent klaar")

    def weighs(self, **weights: int) -> None:
        """A weight for each argument that begins with this word."""
        for word, weight in weights.items():
            self.weigh(word).get_by_role("radio", name=re.compile(f"^{weight}")).check()
        self.press("Geef mijn gewichten")
        self.sees_title("Je gewichten zijn binnen")

    def feels(self, answer: str, then: str = "Je eerste gevoel is binnen") -> None:
        self.page.get_by_label(answer, exact=True).check()
        self.press("Geef mijn antwoord")
        self.sees_title(then)

    def chooses_values(self, *names: str, own: str = "") -> None:
        """Unfold every core value, tick these, and hand them in."""
        cores = self.page.locator("details.core")
        expect(cores.first).to_be_visible()
        for core in cores.all():
            core.locator("summary").click()
            expect(core).to_have_attribute("open", "")
        for name in names:
            self.page.locator(f"input[name=names][value='{name}']").check()
        self.page.get_by_label("Een waarde die niet in de lijst staat").fill(own)
        self.press("Geef mijn waarden")

    def weigh(self, word: str) -> Locator:
        return self.page.locator(".weigh").filter(has_text=word)


class Team:
    """A talk with everybody's browsers."""

    def __init__(self, new_context: NewContext, server: str):
        self.new_context = new_context
        self.server = server
        self.everybody: list[Somebody] = []

    def _come(self, kind: type[T], **options: Any) -> T:
        somebody = kind(self.new_context(**options), self.server)
        self.everybody.append(somebody)
        return somebody

    def leader(self, **options: Any) -> Leader:
        return self._come(Leader, viewport=LAPTOP, **options)

    def board(self, **options: Any) -> Board:
        return self._come(Board, viewport=BOARD, **options)

    def somebody(self, **options: Any) -> Somebody:
        """Who was not in the room, with a browser of their own."""
        return self._come(Somebody, **options)

    def phone(self, **options: Any) -> Phone:
        return self._come(Phone, viewport=PHONE, has_touch=True, is_mobile=True, **options)

    def talk(self, question: str = cast.QUESTION, *, method: str = "kort-kompas") -> cast.Talk:
        """A talk by the same method, or another, made without a browser."""
        return cast.Talk(question, lifecycle.newest_method(method))

    def leading(self, talk: cast.Talk, step: str = "", **options: Any) -> Leader:
        """The facilitator's laptop at a step, or where the room is."""
        leader = self.leader(**options)
        leader.id = talk.id
        self.grant(leader, talk.leader)
        leader.open(f"{leader.talk}stap/{step}/" if step else leader.talk)
        return leader

    def showing(self, talk: cast.Talk, **options: Any) -> Board:
        board = self.board(**options)
        self.grant(board, talk.board())
        board.open(f"/gesprekken/{talk.id}/bord/")
        return board

    def joined(self, talk: cast.Talk, person: cast.Person | None = None, **options: Any) -> Phone:
        phone = self.phone(**options)
        self.grant(phone, person or talk.phone())
        phone.open(f"/gesprekken/{talk.id}/meedoen/")
        return phone

    def grant(self, somebody: Somebody, person: cast.Person) -> None:
        """Let a browser act as somebody in a talk that was made without one."""
        somebody.context.add_cookies(
            [{"name": person.cookie, "value": person.secret, "url": self.server}]
        )
