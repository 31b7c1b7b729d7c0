"""How the weights of one argument lie, as stacked dots with a text equivalent."""

from math import ceil

from django import template
from django.utils.translation import gettext, ngettext

register = template.Library()

WEIGHTS = range(1, 6)
PITCH = 10
# Width of a weight's column, and how many dots lie beside each other before they stack.
UPRIGHT = (22, 1)
FLAT = (44, 4)
ROWS = 6


def _words(counts):
    """Say the distribution in one sentence, from heavy to light, leaving out what nobody chose."""
    total = sum(counts.values())
    if not total:
        return gettext("Nobody has weighed this.")
    parts = [
        gettext("%(count)d× weight %(weight)d") % {"count": counts[weight], "weight": weight}
        for weight in reversed(WEIGHTS)
        if counts[weight]
    ]
    head = ngettext("%(total)d weight", "%(total)d weights", total) % {"total": total}
    return f"{head}: {', '.join(parts)}."


def _words_before(counts):
    return " " + gettext("The time before: %(words)s") % {"words": _words(counts)}


def _counts(pairs):
    """How often each weight was given, none left out."""
    given = dict(pairs)
    return {weight: int(given.get(weight) or 0) for weight in WEIGHTS}


def _stack(count, middle, start, pitch, across):
    """The places of so many dots, row upon row from `start`: up when `pitch` is below 0."""
    places = []
    for index in range(count):
        row, place = divmod(index, across)
        in_row = min(across, count - row * across)
        x = middle + (place - (in_row - 1) / 2) * abs(pitch)
        places.append({"x": f"{x:.1f}", "y": f"{start + (row + 0.5) * pitch:.1f}"})
    return places


@register.inclusion_tag("components/dots.html")
def dots(counts, words=False, flat=False, before=None):
    """Draw (weight, count) pairs or a dict for weights 1 to 5; `words` also prints the sentence.

    `flat` is for a low, wide row; else dots stack upright. `before` are the weights of the round
    before: faint and open, they hang under the numbers of their weight.

    Every dot is one weight given: dots get smaller and stand side by side when there are many.
    """
    counts, former = _counts(counts), _counts(before or {})
    most = max(*counts.values(), *former.values())
    column_width, across = FLAT if flat else UPRIGHT
    # As many dots beside each other as keep the stack within its rows.
    while across * ceil(ROWS * max(across / 3, 1)) < most:
        across += 1
    pitch = min(PITCH, (column_width - 3) / across)
    rows = max(ceil(max(counts.values()) / across), 1 if flat else 2)
    top = 4
    base = top + rows * pitch
    below = base + 22
    hanging = ceil(max(former.values()) / across)
    columns = []
    for weight in WEIGHTS:
        middle = (weight - 0.5) * column_width
        columns.append(
            {
                "weight": weight,
                "places": _stack(counts[weight], middle, base, -pitch, across),
                "former": _stack(former[weight], middle, below, pitch, across),
                "middle": f"{middle:.1f}",
                "from": f"{middle - column_width / 2 + 2:.0f}",
                "to": f"{middle + column_width / 2 - 2:.0f}",
            }
        )
    return {
        "columns": columns,
        "radius": f"{pitch * 0.43:.2f}",
        "base": f"{base + 2:.1f}",
        "label": f"{base + 16:.1f}",
        "width": column_width * len(WEIGHTS),
        "height": f"{below + hanging * pitch + 2 if hanging else base + 19:.0f}",
        "sentence": _words(counts) + (_words_before(former) if hanging else ""),
        "words": words,
        "flat": flat,
    }
