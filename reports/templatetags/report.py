"""What only the templates of a report need."""

from django import template
from django.utils.translation import gettext

from reports import characters
from sessions.templatetags.dots import dots

register = template.Library()


@register.filter
def direction(text):
    """The direction in which a text runs, for the `dir` of its element."""
    return characters.direction(str(text))


@register.inclusion_tag("reports/weights.html")
def weights(counts):
    """The same dots as on the screens, in three shapes instead of one for each dot.

    A report of two hundred arguments holds thousands of dots, and each shape takes time.
    """
    figure = dots(counts, flat=True)
    radius = float(figure["radius"])
    arc = f"a{radius} {radius} 0 1 0"
    circle = f"m-{radius} 0{arc} {2 * radius} 0{arc} -{2 * radius} 0"
    base, columns = figure["base"], figure["columns"]
    places = [place for column in columns for place in column["places"]]
    return {
        **figure,
        "digits": [
            {"x": column["middle"], "shape": characters.digit_shape(column["weight"], 14)}
            for column in columns
        ],
        "circles": "".join(f"M{place['x']} {place['y']}{circle}" for place in places),
        "bases": "".join(f"M{column['from']} {base}H{column['to']}" for column in columns),
    }


@register.simple_tag
def weights_in_words(counts, round=None):
    """The same in a sentence, with the number of the round where there were several."""
    sentence = dots(counts)["sentence"]
    if round is None:
        return sentence
    return gettext("Round %(number)d: %(weights)s") % {"number": round, "weights": sentence}
