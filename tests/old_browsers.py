"""What the oldest browsers that we serve (Chrome 87, Firefox 85, Safari 14) do not know.

A browser drops a declaration, a rule or a block that it does not know. `Sheet` finds these in a
stylesheet, and gives the sheet as such a browser has it. What stands in `@supports` is an extra.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import tinycss2

PLAIN = {"skip_comments": True, "skip_whitespace": True}

PROPERTIES = re.compile(
    r"accent-color|animation-timeline|aspect-ratio|container(-.*)?|content-visibility|field-sizing"
    r"|inset(-.*)?|(margin|padding)-(inline|block)|border-(inline|block)|(rotate|scale|translate)"
    r"|scrollbar-(color|gutter|width)|text-wrap(-.*)?|interpolate-size|view-transition-name"
)
VALUES = re.compile(
    r"\b\d*\.?\d+(cq\w+|[dsl]v[hw]|lh|rlh|cap)\b|\b(color-mix|light-dark|lab|lch|oklab|oklch|round"
    r"|anchor|linear)\(|\bsubgrid\b|\boverflow: *clip|^fit-content$"
)
SELECTORS = re.compile(
    r":(has|is|where|focus-visible|user-valid|user-invalid|modal|open|popover-open)\b"
    r"|:not\([^)]*,|::(backdrop|details-content|view-transition)|&|:nth-child\([^)]* of "
)
AT_RULES = {"media", "font-face", "keyframes", "page", "charset", "supports"}
SCRIPT = re.compile(
    r"\.(replaceAll|at|findLast|findLastIndex|toSorted|toReversed|with|hasOwn|replaceSync)\("
    r"|\b(structuredClone|randomUUID|startViewTransition|WeakRef|AggregateError|scheduler)\b"
    r"|\(\?<[=!]|\bstatic *\{|\bthis\.#|(?:^|\n)(?:const .*= *)?await |\bpopover\b|\.showModal\("
)


class Sheet:
    def __init__(self, css: str):
        self.lost: list[str] = []
        rules = tinycss2.parse_stylesheet(css, **PLAIN)
        self.css = "\n".join(self._rules(rules))

    def _rules(self, rules: list[Any]) -> Iterator[str]:
        for rule in rules:
            if rule.type == "at-rule":
                yield from self._at_rule(rule)
            elif rule.type == "qualified-rule":
                selector = tinycss2.serialize(rule.prelude).strip()
                if SELECTORS.search(selector):
                    self.lost.append(selector)
                else:
                    yield f"{selector} {{ {self._declarations(selector, rule.content)} }}"

    def _at_rule(self, rule: Any) -> Iterator[str]:
        head = f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude).rstrip()}"
        if rule.lower_at_keyword not in AT_RULES:
            self.lost.append(head)
        elif rule.lower_at_keyword == "media":
            inside = tinycss2.parse_rule_list(rule.content, **PLAIN)
            yield f"{head} {{ {' '.join(self._rules(inside))} }}"
        elif rule.lower_at_keyword != "supports":
            yield rule.serialize()

    def _declarations(self, selector: str, content: list[Any]) -> str:
        kept = []
        for one in tinycss2.parse_blocks_contents(content, **PLAIN):
            words = one.serialize().strip() if one.type != "error" else one.message
            known = one.type == "declaration" and not (
                PROPERTIES.fullmatch(one.lower_name)
                or VALUES.search(tinycss2.serialize(one.value).strip())
            )
            # Space between the parts of a flexible box is newer than that of a grid.
            if known and one.lower_name in ("gap", "row-gap", "column-gap"):
                known = not re.search(r"display: *(inline-)?flex", tinycss2.serialize(content))
            if known:
                kept.append(words)
            else:
                self.lost.append(f"{selector} {{ {words} }}")
        return "; ".join(kept)
