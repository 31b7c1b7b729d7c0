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


@register.inclusion_tag("components/dots.html")
def dots(counts, words=False, flat=False):
    """Draw (weight, count) pairs or a dict for weights 1 to 5; `words` also prints the sentence.

    `flat` is for a low, wide row; else dots stack upright.

    Every dot is one weight given: dots get smaller and stand side by side when there are many.
    """
    given = dict(counts)
    counts = {weight: int(given.get(weight) or 0) for weight in WEIGHTS}
    most = max(counts.values())
    column_width, across = FLAT if flat else UPRIGHT
    # As many dots beside each other as keep the stack within its rows.
    while across * ceil(ROWS * max(across / 3, 1)) < most:
        across += 1
    pitch = min(PITCH, (column_width - 3) / across)
    rows = max(ceil(most / across), 1 if flat else 2)
    top = 4
    base = top + rows * pitch
    columns = []
    for weight in WEIGHTS:
        middle = (weight - 0.5) * column_width
        places = []
        for index in range(counts[weight]):
            row, place = divmod(index, across)
            in_row = min(across, counts[weight] - row * across)
            x = middle + (place - (in_row - 1) / 2) * pitch
            places.append({"x": f"{x:.1f}", "y": f"{base - (row + 0.5) * pitch:.1f}"})
        columns.append(
            {
                "weight": weight,
                "places": places,
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
        "height": f"{base + 19:.0f}",
        "sentence": _words(counts),
        "words": words,
        "flat": flat,
    }
