"""How deep the lists and objects of a JSON text stand in one another.

Asked before it is read: how deep Python's reader can go depends on what is left of the stack, and
where that ends the process ends too.
"""

import re

DEEPEST = 50  # a document has no ten
STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.?)*+(?:"|\Z)|[\[\]{}]', re.DOTALL)


def is_too_deep(text: str) -> bool:
    """Whether they stand in one another deeper than anything here needs."""
    depth = 0
    for found in STRING_OR_BRACKET.finditer(text):
        mark = found[0][0]
        depth += (mark in "[{") - (mark in "]}")
        if depth > DEEPEST:
            return True
    return False
