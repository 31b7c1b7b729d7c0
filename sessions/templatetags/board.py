"""What board and phone ask of the rows that they show."""

from django import template
from django.utils.text import Truncator

from sessions.models import Verdict, choices_of

register = template.Library()


@register.filter
def which(rows, condition):
    """Those of `rows` of which a field, reached by dots, has a value: `which:"argument.side=for"`.

    `none`, `yes` and `no` stand for None, True and False; nothing for an empty text.
    """
    path, _, wanted = condition.partition("=")
    value = {"none": None, "yes": True, "no": False}.get(wanted, wanted)
    return [row for row in rows if _reach(row, path) == value]


def _reach(row, path):
    for name in path.split("."):
        row = getattr(row, name)
    return row


@register.filter
def verdict_word(verdict):
    """The words of a stored verdict; nothing where there is none."""
    return Verdict(verdict).label if verdict in Verdict.values else ""


@register.filter
def whole(screen, prompt):
    """What stands in a text of the talk as a whole, in words; nothing where there is none."""
    text = screen.text("", prompt)
    choices = choices_of("", prompt)
    return choices(text).label if choices and text in choices.values else text


@register.filter
def shortened(text, most):
    """The text, or as much of a longer one as so many characters hold."""
    return text if len(text) <= most else Truncator(text).chars(most)


@register.filter
def first_rows(rows, most):
    return rows[:most]


@register.filter
def rows_after(rows, most):
    return rows[most:]


@register.filter
def nth(rows, place):
    """The row at a place, counted from 0."""
    return rows[place]
