"""What only the templates of a report need."""

from django import template

from reports import characters

register = template.Library()


@register.filter
def direction(text):
    """The direction in which a text runs, for the `dir` of its element."""
    return characters.direction(str(text))
