"""Small helpers for the components: how many marks to draw, and the words of the core values."""

from django import template
from django.utils.translation import gettext

register = template.Library()


@register.filter
def ready_marks(ready, expected):
    """Give one boolean per person expected, true for as many as are ready."""
    return [index < ready for index in range(expected)]


@register.filter
def slips(count):
    """Give something to loop over for each slip drawn: all of them, but no more than thirty."""
    return range(min(int(count), 30))


@register.filter
def core_word(core):
    """Give the core value's name in the language of the page."""
    words = {
        "autonomie": gettext("autonomy"),
        "rechtvaardigheid": gettext("justice"),
        "menselijkheid": gettext("humanity"),
    }
    return words.get(core, core)
