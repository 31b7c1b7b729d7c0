"""Small helpers for the components: how many marks to draw, and the words of the core values."""

import unicodedata

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
def number_word(number):
    """A small number as one says it; a larger one in digits."""
    words = {
        1: gettext("one"),
        2: gettext("two"),
        3: gettext("three"),
        4: gettext("four"),
        5: gettext("five"),
        6: gettext("six"),
        7: gettext("seven"),
        8: gettext("eight"),
        9: gettext("nine"),
        10: gettext("ten"),
        11: gettext("eleven"),
        12: gettext("twelve"),
    }
    return words.get(number, str(number))


@register.filter
def opening(word):
    """The word as it opens a sentence; in Dutch a capital carries no accent."""
    return unicodedata.normalize("NFD", word[:1])[:1].upper() + word[1:]


@register.filter
def core_word(core):
    """Give the core value's name in the language of the page."""
    words = {
        "autonomie": gettext("autonomy"),
        "rechtvaardigheid": gettext("justice"),
        "menselijkheid": gettext("humanity"),
    }
    return words.get(core, core)
