"""A talk in browsers of the floor: without what newer stylesheets and scripts can do."""

from functools import cache
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Route

from tests.old_browsers import Sheet

from .people import Somebody

pytestmark = pytest.mark.once

# What scripts may not count on: it is taken away before the page's own begin.
WITHOUT = """() => {
    const gone = [
        [String.prototype, ["replaceAll", "at", "isWellFormed"]],
        [Array.prototype, ["at", "findLast", "findLastIndex", "toSorted", "toReversed", "with"]],
        [Object, ["hasOwn", "groupBy"]],
        [window, ["structuredClone", "scheduler", "navigation"]],
        [Crypto.prototype, ["randomUUID"]],
        [Element.prototype, ["moveBefore", "checkVisibility", "setHTMLUnsafe"]],
        [Element.prototype, ["requestFullscreen"]],
        [HTMLElement.prototype, ["showPopover", "togglePopover", "inert"]],
        [Document.prototype, ["startViewTransition", "exitFullscreen"]],
        [AbortSignal, ["timeout", "any"]],
        [SubmitEvent.prototype, ["submitter"]],
    ];
    for (const [holder, names] of gone) for (const name of names) delete holder[name];
    // Firefox sends nothing on when the page is left.
    const fetch = window.fetch;
    window.fetch = (url, options) => fetch(url, Object.assign({}, options, {keepalive: false}));
}"""

# Where everything that shows stands: a box, in whole pixels, and the words in it.
# How many phones are connected is of the moment, and may come at another one.
BOXES = """() => document.fonts.ready.then(() => {
    document.querySelectorAll("#connected").forEach(one => one.remove());
    return Array.from(document.querySelectorAll("body *"), one => {
        const box = one.getBoundingClientRect();
        if (box.width < 2) return "";
        const numbers = [box.x, box.y, box.width, box.height].map(Math.round);
        return [one.tagName, one.innerText].concat(numbers).join(" ");
    });
})"""


@cache
def stripped(path: str) -> str:
    """A stylesheet of ours, by its path on the server, as an old browser reads it."""
    name = path.removeprefix(settings.STATIC_URL)
    return Sheet((settings.BASE_DIR / "static" / name).read_text()).css


def grow_old(somebody: Somebody) -> None:
    def strip(route: Route) -> None:
        route.fulfill(content_type="text/css", body=stripped(urlsplit(route.request.url).path))

    somebody.context.route("**/*.css", strip)
    somebody.context.add_init_script(f"({WITHOUT})()")


def test_talk_in_old_browsers_stands_and_goes_as_in_new_ones(team):
    talk = team.talk(method="ethiekkompas")
    people = [(team.leader, talk.leader), (team.board, talk.board()), (team.phone, talk.phone())]
    paths = ("", "bord/", "meedoen/")
    twins = []
    for (come, person), path in zip(people, paths, strict=True):
        old, young = come(service_workers="block"), come(service_workers="block")
        grow_old(old)
        for one in (old, young):
            team.grant(one, person)
            one.open(f"/gesprekken/{talk.id}/{path}")
        twins.append((old, young))
    leader, board, phone = [old for old, _ in twins]
    leader.id = talk.id

    def stand_alike() -> None:
        for old, young in twins:
            path = urlsplit(old.page.url).path
            for one in (old, young):
                one.open(path)
            there, here = young.page.evaluate(BOXES), old.page.evaluate(BOXES)
            assert [one for one in here if one not in there][:5] == [], f"{old} at {old.page.url}"
            assert len(here) == len(there)

    assert leader.page.evaluate("'at' in Array.prototype") is False
    leader.press("Begin het gesprek")
    leader.writes("why-now", "Er is iets gestolen.")
    leader.press("Vraag ieders eerste gevoel")
    leader.sees("Bewaar het tot het einde")
    stand_alike()
    phone.feels("Eerder ja")
    leader.looks_at("Betrokkenen")
    leader.press("Breng de groep hierheen")
    leader.types("betrokkenen", "Leerlingen: fouten mogen maken")
    leader.press("Ouders")
    leader.toggles("Leerlingen", "Niet aan tafel", "Door ons bedacht")
    board.sees("Niet aan tafel: Leerlingen", "Door ons bedacht")
    stand_alike()
    leader.brings_group_to("Waarden")
    leader.press("Laat ieder drie waarden kiezen")
    phone.chooses_values("Privacy", "Zorg")
    leader.sees_ready("1 van 1 klaar")
    leader.press("Toon alle waarden")
    leader.toggles("Privacy", "Deze nemen we mee", "Komt onder druk")
    stand_alike()
    leader.brings_group_to("Argumenten")
    leader.argues("for", "Minder diefstal")
    leader.argues("against", "Bekeken worden")
    leader.sees_arguments("against", "Bekeken worden")
    leader.sweeps(
        {
            "Minder diefstal": ("Ouders", "Privacy", "Een feit"),
            "Bekeken worden": ("Leerlingen", "Privacy", "Een oordeel"),
        }
    )
    leader.brings_group_to("Afweging")
    leader.ticks("Minder diefstal", "Bekeken worden")
    leader.press("Laat iedereen alleen wegen")
    leader.sees("0 van 1 klaar")
    stand_alike()
    phone.weighs(Minder=5, Bekeken=2)
    leader.press("Toon alle gewichten")
    leader.sees("1 persoon heeft gewogen")
    stand_alike()
    leader.brings_group_to("Antwoord en afspraken")
    leader.chooses("verdict", "Ja, mits")
    leader.part("part-afspraken")
    leader.adds("add-afspraken", "list-afspraken", what="Een bord ophangen")
    board.sees("Een bord ophangen")
    board.page.locator("[data-fullscreen]").click()  # which does nothing here, and harms nothing
    stand_alike()
    leader.page.locator("#room").get_by_role("link", name="Sluit het gesprek af").click()
    leader.page.get_by_label("Gooi het ongezien weg").check()
    leader.press("Sluit het gesprek af")
    leader.sees("Versie 1")
    stand_alike()
