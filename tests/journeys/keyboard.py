"""A browser without a mouse."""

import re

from playwright.sync_api import Locator, Page, expect

KEYS = 10
# Whether an element has the focus; null when the page has another in its place now.
HAS_FOCUS = "element => element.isConnected ? element === document.activeElement : null"
FOCUS_SHOWS = """() => {
    const here = document.activeElement;
    return [here, here.nextElementSibling, here.parentElement].some(
        one => one && getComputedStyle(one).outlineStyle !== "none"
            && parseFloat(getComputedStyle(one).outlineWidth) > 0
    );
}"""


class Keyboard:
    """Tab, Enter, Space and arrows: no mouse comes near."""

    def __init__(self, page: Page):
        self.page = page

    def to(self, target: Locator) -> None:
        expect(target).to_be_visible()
        element = target.element_handle()
        for _ in range(120):
            self.page.keyboard.press("Tab")
            # Finding it by its name after each press would take longer than all the rest.
            reached = element.evaluate(HAS_FOCUS)
            if reached is None:
                element = target.element_handle()
                reached = element.evaluate(HAS_FOCUS)
            if reached:
                self.shows()
                return
        raise AssertionError(f"Tab does not lead to {target}.")

    def shows(self) -> None:
        assert self.page.evaluate(FOCUS_SHOWS), "The focus does not show."

    def press(self, name: str | re.Pattern[str], key: str = "Enter") -> None:
        self.to(self.page.get_by_role("button", name=name))
        self.page.keyboard.press(key)

    def follow(self, name: str) -> None:
        self.to(self.page.get_by_role("link", name=name))
        self.page.keyboard.press("Enter")

    def type(self, field: Locator, words: str) -> None:
        self.to(field)
        self.write(words)

    def write(self, words: str) -> None:
        """Key by key at first, and then as from a keyboard that gives whole words."""
        self.page.keyboard.type(words[:KEYS])
        if words[KEYS:]:
            self.page.keyboard.insert_text(words[KEYS:])

    def is_somewhere(self) -> None:
        """A submit that stays on the page leaves the focus on something that one can use."""
        expect(self.page.locator(":focus")).to_be_visible()
