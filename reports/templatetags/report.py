"""What only the templates of a report need."""

from django import template
from django.utils.translation import gettext

from reports import characters
from sessions.models import WEIGHTS
from sessions.templatetags.dots import dots

register = template.Library()

DOTS = 12  # of one weight, in a line of text; where there are more, all are told in figures


@register.filter
def direction(text):
    """The direction in which a text runs, for the `dir` of its element."""
    return characters.direction(str(text))


@register.inclusion_tag("reports/weights.html")
def weights(counts, told=False):
    """The same dots as on the screens, in three shapes instead of one for each dot.

    A report of two hundred arguments holds thousands of dots, and each shape takes time.
    `told` lets the figure itself say how they lie, where no sentence beside it does.
    """
    figure = dots(counts, flat=True)
    radius = float(figure["radius"])
    arc = f"a{radius} {radius} 0 1 0"
    circle = f"m-{radius} 0{arc} {2 * radius} 0{arc} -{2 * radius} 0"
    base, columns = figure["base"], figure["columns"]
    places = [place for column in columns for place in column["places"]]
    return {
        **figure,
        "as_text": _as_text(counts, figure["sentence"] if told else ""),
        "name": figure["sentence"] if told else gettext("These weights as dots"),
        "digits": [
            {"x": column["middle"], "shape": characters.digit_shape(column["weight"], 14)}
            for column in columns
        ],
        "circles": "".join(f"M{place['x']} {place['y']}{circle}" for place in places),
        "bases": "".join(f"M{column['from']} {base}H{column['to']}" for column in columns),
    }


def _as_text(counts, sentence):
    """The dots where nothing can be drawn: in a Word file."""
    given = dict(counts)
    most = max([*given.values(), 0])
    columns = (
        f"{weight} {('●' * given.get(weight, 0)) if most <= DOTS else given.get(weight, 0)}"
        for weight in WEIGHTS
    )
    return " \u2003".join([*(column.strip() for column in columns), *filter(None, [sentence])])


@register.simple_tag
def weights_in_words(counts, round=None):
    """The same in a sentence, with the number of the round where there were several."""
    sentence = dots(counts)["sentence"]
    if round is None:
        return sentence
    return gettext("Round %(number)d: %(weights)s") % {"number": round, "weights": sentence}
